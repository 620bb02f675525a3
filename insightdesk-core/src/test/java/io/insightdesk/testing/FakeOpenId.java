package io.insightdesk.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** An OpenID provider on this machine, which checks what a provider checks: client, redirect, PKCE, and that a code is used once. */
public final class FakeOpenId implements AutoCloseable {

    public static final String CLIENT = "insightdesk";
    public static final String SECRET = "s3cret: with/special+characters";

    private final HttpServer server;
    private final Clock clock;
    private final Map<String, Grant> grants = new ConcurrentHashMap<>();
    private volatile RSAKey key = key();

    /** Whatever a test makes of the claims. */
    public volatile UnaryOperator<JWTClaimsSet.Builder> claims = all -> all;

    /** Whether the token is signed at all. */
    public volatile boolean signed = true;

    /** How often it was called. */
    public final AtomicInteger requests = new AtomicInteger();

    /** What is answered instead; 0 for nothing else. */
    public volatile int failure;

    private record Grant(Map<String, String> query, String subject, String email, boolean verified) {}

    public FakeOpenId(Clock clock) {
        this.clock = clock;
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    public URI issuer() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    /** From now on other keys sign, and the ones before are not published any more. */
    public void rotateKeys() {
        key = key();
    }

    private static RSAKey key() {
        try {
            return new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Somebody logs in where the browser was sent; answers the query with which it is sent back. */
    public Map<String, String> logIn(URI location, String subject, String email, boolean verified) {
        Map<String, String> query = fields(location.getRawQuery());
        String code = UUID.randomUUID().toString();
        grants.put(code, new Grant(query, subject, email, verified));
        return Map.of("state", query.getOrDefault("state", ""), "code", code);
    }

    public static Map<String, String> fields(String form) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : form.split("&", -1)) {
            String[] pair = field.split("=", 2);
            fields.put(decode(pair[0]), decode(pair[1]));
        }
        return fields;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.incrementAndGet();
            if (failure != 0) {
                send(exchange, failure, "{}");
                return;
            }
            switch (exchange.getRequestURI().getPath()) {
                case "/.well-known/openid-configuration" ->
                    send(
                            exchange,
                            200,
                            JSONObjectUtils.toJSONString(Map.of(
                                    "issuer", issuer().toString(),
                                    "authorization_endpoint", issuer() + "/authorize",
                                    "token_endpoint", issuer() + "/token",
                                    "jwks_uri", issuer() + "/keys")));
                case "/keys" -> send(exchange, 200, new JWKSet(key.toPublicJWK()).toString());
                case "/token" -> token(exchange);
                default -> send(exchange, 404, "");
            }
        } catch (JOSEException | NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    private void token(HttpExchange exchange) throws IOException, JOSEException, NoSuchAlgorithmException {
        Map<String, String> form =
                fields(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII));
        String basic = exchange.getRequestHeaders().getFirst("Authorization").substring("Basic ".length());
        String[] client = new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8).split(":", 2);
        Grant grant = grants.remove(form.getOrDefault("code", ""));
        String challenge = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MessageDigest.getInstance("SHA-256")
                        .digest(form.getOrDefault("code_verifier", "").getBytes(StandardCharsets.US_ASCII)));
        if (grant == null
                || !CLIENT.equals(decode(client[0]))
                || !SECRET.equals(decode(client[1]))
                || !"authorization_code".equals(form.get("grant_type"))
                || !"S256".equals(grant.query().get("code_challenge_method"))
                || !challenge.equals(grant.query().get("code_challenge"))
                || !form.getOrDefault("redirect_uri", "").equals(grant.query().get("redirect_uri"))) {
            send(exchange, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        Date now = Date.from(clock.instant());
        JWTClaimsSet token = claims.apply(new JWTClaimsSet.Builder()
                        .issuer(issuer().toString())
                        .audience(CLIENT)
                        .subject(grant.subject())
                        .issueTime(now)
                        .expirationTime(Date.from(clock.instant().plusSeconds(300)))
                        .claim("nonce", grant.query().get("nonce"))
                        .claim("email", grant.email())
                        .claim("email_verified", grant.verified())
                        .claim("name", "Grace Hopper"))
                .build();
        Map<String, Object> answer = new HashMap<>(Map.of("token_type", "Bearer", "access_token", "unused"));
        answer.put("id_token", signed ? sign(token) : new PlainJWT(token).serialize());
        send(exchange, 200, JSONObjectUtils.toJSONString(answer));
    }

    private String sign(JWTClaimsSet token) throws JOSEException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID(key.getKeyID())
                        .type(JOSEObjectType.JWT)
                        .build(),
                token);
        jwt.sign(new RSASSASigner(key));
        return jwt.serialize();
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
