package io.insightdesk.login.internal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.insightdesk.error.NotAuthenticatedException;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.key.Secret;
import io.insightdesk.login.OpenIdProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Talks to one provider (OpenID Connect Core 1.0, 3.1; Discovery 1.0, 4). No answer may redirect, be larger than a mebibyte or take longer
 * than ten seconds. Thread-safe.
 */
final class OpenIdClient {

    private static final Logger log = LoggerFactory.getLogger(OpenIdClient.class);
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384);
    private static final int MAX_ANSWER = 1024 * 1024;
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
    private static final Duration METADATA_KEPT = Duration.ofHours(1);
    private static final Duration LEFT_ALONE = Duration.ofSeconds(5);
    private static final Duration SKEW = Duration.ofMinutes(1);
    private static final int OK = 200;
    private static final int CLIENT_ERROR = 400;
    private static final int SERVER_ERROR = 500;

    private final OpenIdProvider provider;
    private final URI callback;
    private final LongSupplier nanos;
    private @Nullable Metadata known;
    private @Nullable Failure failure;

    /** Whom the provider knows. */
    record Person(
            String subject,
            @Nullable String email,
            boolean emailVerified,
            @Nullable String name) {}

    private record Metadata(
            URI authorization, URI token, boolean basic, JWKSource<SecurityContext> keys, long readAt) {}

    private record Answer(int status, String text) {}

    private record Failure(UnavailableException what, long at) {}

    OpenIdClient(OpenIdProvider provider, URI callback, LongSupplier nanos) {
        this.provider = provider;
        this.callback = callback;
        this.nanos = nanos;
    }

    OpenIdProvider provider() {
        return provider;
    }

    /** Where the browser is to be sent. */
    URI location(Secret state, String nonce, String challenge) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", provider.clientId());
        query.put("redirect_uri", callback.toString());
        query.put("scope", String.join(" ", provider.scopes()));
        query.put("state", state.reveal());
        query.put("nonce", nonce);
        query.put("code_challenge", challenge);
        query.put("code_challenge_method", "S256");
        String endpoint = metadata().authorization().toString();
        return URI.create(endpoint + (endpoint.contains("?") ? "&" : "?") + form(query));
    }

    /**
     * Exchanges a code for who it is for.
     *
     * @throws NotAuthenticatedException when the provider refuses the code, or vouches for something else
     * @throws UnavailableException when it does not answer as it should
     */
    Person exchange(String code, OpenIdStore.Pending pending, Instant now) {
        Metadata metadata = metadata();
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", callback.toString());
        form.put("code_verifier", pending.verifier());
        Secret secret = provider.clientSecret();
        String authorization = null;
        if (secret != null && metadata.basic()) {
            String both = encode(provider.clientId()) + ":" + encode(secret.reveal());
            authorization = "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
        } else {
            form.put("client_id", provider.clientId());
            if (secret != null) {
                form.put("client_secret", secret.reveal());
            }
        }
        Answer answer = call(metadata.token(), form(form), authorization);
        if (answer.status() >= CLIENT_ERROR && answer.status() < SERVER_ERROR) {
            log.warn("The OpenID provider {} refused a code with status {}", provider.name(), answer.status());
            throw refused();
        }
        Object token = json(answer, metadata.token()).get("id_token");
        if (!(token instanceof String text)) {
            throw unavailable("answered without an id_token", null);
        }
        return person(verified(metadata, text), pending.nonce(), now);
    }

    private JWTClaimsSet verified(Metadata metadata, String token) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, metadata.keys()));
        // Claims are checked below, by the library's clock.
        processor.setJWTClaimsSetVerifier(null);
        try {
            return processor.process(token, null);
        } catch (ParseException | BadJOSEException e) {
            log.warn("The OpenID provider {} sent an id_token that cannot be verified", provider.name(), e);
            throw refused();
        } catch (JOSEException e) {
            throw unavailable("does not tell its keys", e);
        }
    }

    private Person person(JWTClaimsSet claims, String nonce, Instant now) {
        try {
            Date expires = claims.getExpirationTime();
            Date issued = claims.getIssueTime();
            List<String> audience = claims.getAudience();
            String party = claims.getStringClaim("azp");
            String subject = claims.getSubject();
            boolean good = provider.issuer().toString().equals(claims.getIssuer())
                    && audience.contains(provider.clientId())
                    && (party == null ? audience.size() == 1 : party.equals(provider.clientId()))
                    && nonce.equals(claims.getStringClaim("nonce"))
                    && expires != null
                    && now.minus(SKEW).isBefore(expires.toInstant())
                    && issued != null
                    && !now.plus(SKEW).isBefore(issued.toInstant());
            if (!good || subject == null || subject.isEmpty()) {
                log.warn("The OpenID provider {} sent an id_token for something else", provider.name());
                throw refused();
            }
            // Some providers write the truth in quotes.
            boolean emailVerified = "true".equals(String.valueOf(claims.getClaim("email_verified")));
            return new Person(subject, claims.getStringClaim("email"), emailVerified, claims.getStringClaim("name"));
        } catch (ParseException e) {
            log.warn("The OpenID provider {} sent an id_token with claims of other types", provider.name(), e);
            throw refused();
        }
    }

    /** One call at a time reads it. Those that waited for one that failed are told so, instead of trying one after the other. */
    private synchronized Metadata metadata() {
        long now = nanos.getAsLong();
        Metadata fresh = known;
        if (fresh != null && now - fresh.readAt() <= METADATA_KEPT.toNanos()) {
            return fresh;
        }
        Failure last = failure;
        if (last != null && now - last.at() < LEFT_ALONE.toNanos()) {
            throw new UnavailableException(
                    last.what().code(), String.valueOf(last.what().getMessage()), last.what());
        }
        try {
            fresh = read(now);
        } catch (UnavailableException e) {
            failure = new Failure(e, nanos.getAsLong());
            throw e;
        }
        known = fresh;
        failure = null;
        return fresh;
    }

    private Metadata read(long now) {
        String base = provider.issuer().toString().replaceAll("/$", "");
        URI address = URI.create(base + "/.well-known/openid-configuration");
        Map<String, Object> document = json(call(address, null, null), address);
        if (!provider.issuer().toString().equals(document.get("issuer"))) {
            throw unavailable("says that it is '" + document.get("issuer") + "'", null);
        }
        URI keys = endpoint(document, "jwks_uri");
        boolean basic = !(document.get("token_endpoint_auth_methods_supported") instanceof List<?> methods)
                || methods.contains("client_secret_basic");
        try {
            return new Metadata(
                    endpoint(document, "authorization_endpoint"),
                    endpoint(document, "token_endpoint"),
                    basic,
                    JWKSourceBuilder.create(keys.toURL(), this::keys)
                            .refreshAheadCache(false)
                            .build(),
                    now);
        } catch (IOException e) {
            throw unavailable("has no address of keys", e);
        }
    }

    private Resource keys(URL address) throws IOException {
        Answer answer = fetch(URI.create(address.toString()), null, null);
        if (answer.status() != OK) {
            throw new IOException("status " + answer.status());
        }
        return new Resource(answer.text(), "application/json");
    }

    /** As safe as the issuer's own address. */
    private URI endpoint(Map<String, Object> document, String name) {
        try {
            URI endpoint = URI.create(Objects.toString(document.get(name), ""));
            if (endpoint.getHost() != null
                    && ("https".equals(endpoint.getScheme())
                            || Objects.equals(
                                    endpoint.getScheme(), provider.issuer().getScheme()))) {
                return endpoint;
            }
        } catch (IllegalArgumentException e) {
            throw unavailable("has a malformed " + name, e);
        }
        throw unavailable("has no safe " + name, null);
    }

    private Map<String, Object> json(Answer answer, URI address) {
        if (answer.status() != OK) {
            throw unavailable("answered with status " + answer.status() + " at " + address.getPath(), null);
        }
        try {
            return JSONObjectUtils.parse(answer.text());
        } catch (ParseException e) {
            throw unavailable("answered with no JSON at " + address.getPath(), e);
        }
    }

    private Answer call(URI address, @Nullable String form, @Nullable String authorization) {
        try {
            return fetch(address, form, authorization);
        } catch (IOException e) {
            throw unavailable("cannot be reached at " + address.getHost(), e);
        }
    }

    private Answer fetch(URI address, @Nullable String form, @Nullable String authorization) throws IOException {
        long begin = nanos.getAsLong();
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
        try {
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout((int) CONNECT_WITHIN.toMillis());
            connection.setReadTimeout((int) ANSWER_WITHIN.toMillis());
            connection.setRequestProperty("Accept", "application/json");
            if (authorization != null) {
                connection.setRequestProperty("Authorization", authorization);
            }
            if (form != null) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(form.getBytes(StandardCharsets.US_ASCII));
                }
            }
            int status = connection.getResponseCode();
            InputStream body = status >= CLIENT_ERROR ? connection.getErrorStream() : connection.getInputStream();
            return new Answer(status, body == null ? "" : read(body, begin));
        } finally {
            connection.disconnect();
        }
    }

    /** Piece by piece, for a server may send a byte each second. */
    private String read(InputStream body, long begin) throws IOException {
        byte[] all = new byte[MAX_ANSWER + 1];
        int length = 0;
        try (body) {
            while (length < all.length) {
                int more = body.read(all, length, all.length - length);
                if (more < 0) {
                    return new String(all, 0, length, StandardCharsets.UTF_8);
                }
                length += more;
                if (nanos.getAsLong() - begin > ANSWER_WITHIN.toNanos()) {
                    throw new IOException("the answer takes too long");
                }
            }
        }
        throw new IOException("the answer is too large");
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private UnavailableException unavailable(String what, @Nullable Exception cause) {
        return new UnavailableException(
                "openid_provider_unavailable", "The OpenID provider " + provider.name() + " " + what + ".", cause);
    }

    private static NotAuthenticatedException refused() {
        return new NotAuthenticatedException(
                "openid_refused", "The OpenID provider did not vouch for this login. Begin again.");
    }
}
