package io.insightdesk.login.internal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.insightdesk.key.Secret;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.SessionId;
import io.insightdesk.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens: JWTs (RFC 7519, in the profile of RFC 9068 as far as it fits) that live for minutes. A key is found by its id and fixes the
 * algorithm, whatever the token's header says (RFC 8725, 3.1). Thread-safe.
 */
final class AccessTokens {

    private static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");
    private static final String TENANT = "tenant";
    private static final String SESSION = "sid";
    private static final int MAX_LENGTH = 2_000;

    /** The clocks of two nodes may differ by this. */
    private static final Duration SKEW = Duration.ofSeconds(10);

    private final String issuer;
    private final Duration lifetime;
    private final Key current;
    private final JWSSigner signer;
    private final Map<String, Key> keys = new LinkedHashMap<>();

    /** A key that verifies, with the one algorithm that it is for. */
    private record Key(
            String id,
            JWSAlgorithm algorithm,
            JWSVerifier verifier,
            @Nullable ECKey published) {}

    /** What a token says. */
    record Claims(TenantId tenant, UUID subject, SessionId session) {}

    /** A token and until when it is good. */
    record Signed(Secret text, Instant expiresAt) {}

    AccessTokens(LoginOptions options) {
        this.issuer = options.issuer();
        this.lifetime = options.accessLifetime();
        Secret secret = options.secret();
        ECPrivateKey privateKey = options.privateKey();
        try {
            if (secret != null) {
                current = shared(secret);
                signer = new MACSigner(derived(secret, "key"));
                Secret previous = options.previousSecret();
                if (previous != null) {
                    Key older = shared(previous);
                    keys.put(older.id(), older);
                }
            } else if (privateKey != null) {
                current = published(options.publicKeys().get(0));
                signer = new ECDSASigner(privateKey);
                for (ECPublicKey other : options.publicKeys()) {
                    Key verifying = published(other);
                    keys.put(verifying.id(), verifying);
                }
            } else {
                throw new IllegalArgumentException("login needs a secret or a pair of keys");
            }
        } catch (JOSEException e) {
            throw new IllegalArgumentException("the keys for access tokens cannot be used", e);
        }
        keys.put(current.id(), current);
    }

    private static Key shared(Secret secret) throws JOSEException {
        String id = HexFormat.of().formatHex(derived(secret, "id"), 0, 8);
        return new Key(id, JWSAlgorithm.HS256, new MACVerifier(derived(secret, "key")), null);
    }

    private static Key published(ECPublicKey key) throws JOSEException {
        ECKey jwk = new ECKey.Builder(Curve.P_256, key)
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.ES256)
                .keyIDFromThumbprint()
                .build();
        return new Key(jwk.getKeyID(), JWSAlgorithm.ES256, new ECDSAVerifier(key), jwk);
    }

    /** So that the id tells nothing of the key, nor the key of the secret. */
    private static byte[] derived(Secret secret, String what) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(("insightdesk access tokens " + what).getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    Signed sign(Claims claims, Instant now) {
        Instant expiresAt = now.plus(lifetime);
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(current.algorithm())
                        .type(TYPE)
                        .keyID(current.id())
                        .build(),
                new JWTClaimsSet.Builder()
                        .issuer(issuer)
                        .audience(issuer)
                        .subject(claims.subject().toString())
                        .claim(TENANT, claims.tenant().toString())
                        .claim(SESSION, claims.session().toString())
                        .issueTime(Date.from(now))
                        .notBeforeTime(Date.from(now))
                        .expirationTime(Date.from(expiresAt))
                        .build());
        try {
            token.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("an access token cannot be signed", e);
        }
        return new Signed(Secret.of(token.serialize()), expiresAt);
    }

    /** What a token says that is good now; empty for any other text. */
    Optional<Claims> verify(String text, Instant now) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            SignedJWT token = SignedJWT.parse(text);
            JWSHeader header = token.getHeader();
            Key key = header.getKeyID() == null ? null : keys.get(header.getKeyID());
            if (key == null
                    || !key.algorithm().equals(header.getAlgorithm())
                    || !TYPE.equals(header.getType())
                    || !token.verify(key.verifier())) {
                return Optional.empty();
            }
            return claims(token.getJWTClaimsSet(), now);
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            // Not a token; what exactly is wrong with it is nobody's business.
            return Optional.empty();
        }
    }

    private Optional<Claims> claims(JWTClaimsSet claims, Instant now) throws ParseException {
        Date expires = claims.getExpirationTime();
        Date notBefore = claims.getNotBeforeTime();
        String subject = claims.getSubject();
        String tenant = claims.getStringClaim(TENANT);
        String session = claims.getStringClaim(SESSION);
        if (expires == null || notBefore == null || subject == null || tenant == null || session == null) {
            return Optional.empty();
        }
        boolean good = issuer.equals(claims.getIssuer())
                && claims.getAudience().equals(List.of(issuer))
                && now.isBefore(expires.toInstant())
                && !now.plus(SKEW).isBefore(notBefore.toInstant());
        return good
                ? Optional.of(new Claims(
                        new TenantId(UUID.fromString(tenant)),
                        UUID.fromString(subject),
                        new SessionId(UUID.fromString(session))))
                : Optional.empty();
    }

    /** The keys by which others can verify, as a JSON Web Key Set. */
    String published() {
        List<JWK> all = new ArrayList<>();
        for (Key key : keys.values()) {
            if (key.published() != null) {
                all.add(key.published());
            }
        }
        return new JWKSet(all).toString(true);
    }
}
