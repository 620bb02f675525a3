package io.insightdesk.login.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.insightdesk.internal.Ids;
import io.insightdesk.key.Secret;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.SessionId;
import io.insightdesk.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Attacks on access tokens: THREATS "JWT confusion". */
class AccessTokensTest {

    private static final Instant NOW = Instant.parse("2026-01-15T09:00:00Z");
    private static final Secret SECRET = Secret.of("0123456789abcdef0123456789abcdef");
    private static final Secret OTHER = Secret.of("fedcba9876543210fedcba9876543210");
    private static final AccessTokens.Claims CLAIMS =
            new AccessTokens.Claims(new TenantId(Ids.next()), Ids.next(), new SessionId(Ids.next()));

    private final KeyPair pair = pair();
    private final AccessTokens shared =
            new AccessTokens(LoginOptions.withSecret(SECRET).build());
    private final AccessTokens paired = new AccessTokens(keys(pair).build());

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static LoginOptions.Builder keys(KeyPair pair) {
        return LoginOptions.withKeys((ECPrivateKey) pair.getPrivate(), (ECPublicKey) pair.getPublic());
    }

    private static String sign(AccessTokens tokens) {
        return tokens.sign(CLAIMS, NOW).text().reveal();
    }

    @Test
    void aTokenSaysWhatWasSignedUntilItExpires() {
        for (AccessTokens tokens : new AccessTokens[] {shared, paired}) {
            String token = sign(tokens);

            assertThat(tokens.verify(token, NOW)).contains(CLAIMS);
            assertThat(tokens.verify(token, NOW.plus(Duration.ofMinutes(15)).minusSeconds(1)))
                    .contains(CLAIMS);
            assertThat(tokens.verify(token, NOW.plus(Duration.ofMinutes(15)))).isEmpty();
            assertThat(tokens.verify(token, NOW.minusSeconds(9))).contains(CLAIMS);
            assertThat(tokens.verify(token, NOW.minusSeconds(11)))
                    .as("not before")
                    .isEmpty();
        }
    }

    @Test
    void aChangedTokenIsRefused() {
        String token = sign(shared);
        for (int i = 0; i < token.length() - 1; i++) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            String changed = token.substring(0, i) + other + token.substring(i + 1);
            assertThat(shared.verify(changed, NOW)).as("at %d", i).isEmpty();
        }
        for (String nonsense :
                new String[] {"", ".", "..", "a.b.c", token + ".", "x".repeat(5000), token.substring(5)}) {
            assertThat(shared.verify(nonsense, NOW)).isEmpty();
        }
    }

    @Test
    void aTokenWithoutSignatureIsRefused() throws Exception {
        JWTClaimsSet claims = SignedJWT.parse(sign(shared)).getJWTClaimsSet();
        String keyId = SignedJWT.parse(sign(shared)).getHeader().getKeyID();

        assertThat(shared.verify(new PlainJWT(claims).serialize(), NOW)).isEmpty();
        for (String algorithm : new String[] {"none", "None", "NONE", "nOnE", ""}) {
            String header = base64("{\"alg\":\"" + algorithm + "\",\"typ\":\"at+jwt\",\"kid\":\"" + keyId + "\"}");
            String body = base64(claims.toString());
            String signature = sign(shared).substring(sign(shared).lastIndexOf('.') + 1);
            assertThat(shared.verify(header + "." + body + ".", NOW)).isEmpty();
            assertThat(shared.verify(header + "." + body + "." + signature, NOW))
                    .isEmpty();
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The public key is known to everybody; who takes it for the secret of an HMAC must not get in. */
    @Test
    void aTokenSignedByThePublicKeyAsASecretIsRefused() throws Exception {
        SignedJWT real = SignedJWT.parse(sign(paired));
        for (byte[] secret : new byte[][] {
            pair.getPublic().getEncoded(),
            Base64.getEncoder().encode(pair.getPublic().getEncoded()),
            paired.published().getBytes(StandardCharsets.UTF_8)
        }) {
            assertThat(paired.verify(
                            forge(JWSAlgorithm.HS256, real.getHeader().getKeyID(), new MACSigner(secret), claims -> {}),
                            NOW))
                    .isEmpty();
        }
    }

    @Test
    void theKeysAlgorithmIsTheOnlyOne() throws Exception {
        byte[] key = macKey();
        String keyId = SignedJWT.parse(sign(shared)).getHeader().getKeyID();
        byte[] longer = java.util.Arrays.copyOf(key, 64);

        assertThat(shared.verify(forge(JWSAlgorithm.HS256, keyId, new MACSigner(key), claims -> {}), NOW))
                .as("the forgery works with the right key")
                .isPresent();
        assertThat(shared.verify(forge(JWSAlgorithm.HS512, keyId, new MACSigner(longer), claims -> {}), NOW))
                .isEmpty();
        assertThat(shared.verify(
                        forge(
                                JWSAlgorithm.ES256,
                                keyId,
                                new ECDSASigner((ECPrivateKey) pair.getPrivate()),
                                claims -> {}),
                        NOW))
                .isEmpty();
    }

    @Test
    void anotherKeysIdDoesNotHelp() throws Exception {
        String ofShared = SignedJWT.parse(sign(shared)).getHeader().getKeyID();
        String ofPaired = SignedJWT.parse(sign(paired)).getHeader().getKeyID();
        JWSSigner stranger = new ECDSASigner((ECPrivateKey) pair().getPrivate());

        assertThat(paired.verify(forge(JWSAlgorithm.ES256, ofPaired, stranger, claims -> {}), NOW))
                .isEmpty();
        assertThat(shared.verify(forge(JWSAlgorithm.HS256, ofPaired, new MACSigner(macKey()), claims -> {}), NOW))
                .isEmpty();
        assertThat(shared.verify(
                        forge(JWSAlgorithm.HS256, "../../dev/null", new MACSigner(macKey()), claims -> {}), NOW))
                .isEmpty();
        assertThat(shared.verify(forge(JWSAlgorithm.HS256, null, new MACSigner(macKey()), claims -> {}), NOW))
                .isEmpty();
        assertThat(paired.verify(sign(shared), NOW)).isEmpty();
        assertThat(shared.verify(sign(paired), NOW)).isEmpty();
        assertThat(ofShared).isNotEqualTo(ofPaired);
    }

    /** A token may bring its own key in its header (RFC 7515, 4.1.3); nobody looks at it. */
    @Test
    void aKeyInTheHeaderIsNotTrusted() throws Exception {
        KeyPair strangers = pair();
        com.nimbusds.jose.jwk.ECKey jwk = new com.nimbusds.jose.jwk.ECKey.Builder(
                        com.nimbusds.jose.jwk.Curve.P_256, (ECPublicKey) strangers.getPublic())
                .build();
        SignedJWT forged = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(new JOSEObjectType("at+jwt"))
                        .jwk(jwk)
                        .keyID(SignedJWT.parse(sign(paired)).getHeader().getKeyID())
                        .build(),
                SignedJWT.parse(sign(paired)).getJWTClaimsSet());
        forged.sign(new ECDSASigner((ECPrivateKey) strangers.getPrivate()));

        assertThat(paired.verify(forged.serialize(), NOW)).isEmpty();
    }

    @Test
    void eachClaimCounts() throws Exception {
        refusedWith(claims -> claims.issuer("somebody else"));
        refusedWith(claims -> claims.issuer(null));
        refusedWith(claims -> claims.audience("another service"));
        refusedWith(claims -> claims.audience(java.util.List.of("insightdesk", "another service")));
        refusedWith(claims -> claims.audience((String) null));
        refusedWith(claims -> claims.expirationTime(null));
        refusedWith(claims -> claims.expirationTime(Date.from(NOW)));
        refusedWith(claims -> claims.notBeforeTime(null));
        refusedWith(claims -> claims.notBeforeTime(Date.from(NOW.plusSeconds(60))));
        refusedWith(claims -> claims.subject(null));
        refusedWith(claims -> claims.subject("admin"));
        refusedWith(claims -> claims.claim("tenant", null));
        refusedWith(claims -> claims.claim("tenant", 7));
        refusedWith(claims -> claims.claim("sid", null));
    }

    private void refusedWith(Consumer<JWTClaimsSet.Builder> change) throws Exception {
        String keyId = SignedJWT.parse(sign(shared)).getHeader().getKeyID();
        assertThat(shared.verify(forge(JWSAlgorithm.HS256, keyId, new MACSigner(macKey()), change), NOW))
                .isEmpty();
    }

    @Test
    void aTokenOfAnotherKindIsRefused() throws Exception {
        SignedJWT other = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .type(JOSEObjectType.JWT)
                        .keyID(SignedJWT.parse(sign(shared)).getHeader().getKeyID())
                        .build(),
                SignedJWT.parse(sign(shared)).getJWTClaimsSet());
        other.sign(new MACSigner(macKey()));

        assertThat(shared.verify(other.serialize(), NOW)).isEmpty();
    }

    @Test
    void anInstallationWithTheSameKeyAndAnotherNameIsAnother() {
        AccessTokens other = new AccessTokens(
                LoginOptions.withSecret(SECRET).issuer("staging").build());

        assertThat(shared.verify(sign(other), NOW)).isEmpty();
        assertThat(other.verify(sign(shared), NOW)).isEmpty();
    }

    @Test
    void afterTheSecretIsReplacedOldTokensAreGoodAsLongAsItIsKept() {
        String old = sign(shared);
        AccessTokens replaced = new AccessTokens(
                LoginOptions.withSecret(OTHER).previousSecret(SECRET).build());
        AccessTokens forgotten = new AccessTokens(LoginOptions.withSecret(OTHER).build());

        assertThat(replaced.verify(old, NOW)).contains(CLAIMS);
        assertThat(forgotten.verify(old, NOW)).isEmpty();
        assertThat(forgotten.verify(sign(replaced), NOW)).contains(CLAIMS);
        assertThat(shared.verify(sign(replaced), NOW)).isEmpty();
    }

    @Test
    void afterTheKeysAreReplacedOldTokensAreGoodAsLongAsTheyAreKept() throws Exception {
        KeyPair next = pair();
        AccessTokens replaced = new AccessTokens(
                keys(next).otherKey((ECPublicKey) pair.getPublic()).build());

        assertThat(replaced.verify(sign(paired), NOW)).contains(CLAIMS);
        assertThat(paired.verify(sign(replaced), NOW)).isEmpty();
        JWKSet published = JWKSet.parse(replaced.published());
        assertThat(published.getKeys())
                .hasSize(2)
                .allMatch(key -> !key.isPrivate() && key.getAlgorithm().equals(JWSAlgorithm.ES256));
        assertThat(SignedJWT.parse(sign(replaced))
                        .verify(new com.nimbusds.jose.crypto.ECDSAVerifier(published
                                .getKeyByKeyId(SignedJWT.parse(sign(replaced))
                                        .getHeader()
                                        .getKeyID())
                                .toECKey())))
                .isTrue();
    }

    @Test
    void aSharedSecretIsNotPublished() throws Exception {
        assertThat(JWKSet.parse(shared.published()).getKeys()).isEmpty();
    }

    /** The real key, as somebody has it who knows the secret: so that the forgeries above fail for their own reason. */
    private static byte[] macKey() throws Exception {
        javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec(SECRET.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return mac.doFinal("insightdesk access tokens key".getBytes(StandardCharsets.US_ASCII));
    }

    private static String forge(
            JWSAlgorithm algorithm,
            @org.jspecify.annotations.Nullable String keyId,
            JWSSigner signer,
            Consumer<JWTClaimsSet.Builder> change)
            throws Exception {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer("insightdesk")
                .audience("insightdesk")
                .subject(CLAIMS.subject().toString())
                .claim("tenant", CLAIMS.tenant().toString())
                .claim("sid", CLAIMS.session().toString())
                .notBeforeTime(Date.from(NOW))
                .expirationTime(Date.from(NOW.plusSeconds(60)));
        change.accept(claims);
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(algorithm)
                        .type(new JOSEObjectType("at+jwt"))
                        .keyID(keyId)
                        .build(),
                claims.build());
        token.sign(signer);
        return token.serialize();
    }
}
