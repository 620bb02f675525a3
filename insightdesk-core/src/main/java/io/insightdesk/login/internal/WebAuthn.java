package io.insightdesk.login.internal;

import com.webauthn4j.WebAuthnAuthenticationManager;
import com.webauthn4j.WebAuthnRegistrationManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.AuthenticationRequest;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.RegistrationRequest;
import com.webauthn4j.data.attestation.AttestationObject;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.client.CollectedClientData;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import io.insightdesk.internal.Sha256;
import io.insightdesk.login.RelyingParty;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies what keys answer (W3C Web Authentication, Level 3, 7.1 and 7.2), by WebAuthn4J: the only class that knows that. Whose the key is, and whether
 * its count of signatures goes on, is looked at elsewhere, in the transaction in which it counts. Thread-safe.
 */
final class WebAuthn {

    /** A class to find the library by, which only hosts bring that offer keys. */
    static final String LIBRARY = "com.webauthn4j.WebAuthnRegistrationManager";

    /** ES256, EdDSA with Ed25519, and RS256, which older computers' own keys need; the better ones first. */
    static final List<Integer> ALGORITHMS = List.of(-7, -8, -257);

    private static final Logger log = LoggerFactory.getLogger(WebAuthn.class);

    private final RelyingParty party;
    private final Set<Origin> origins;
    private final List<PublicKeyCredentialParameters> algorithms;
    private final WebAuthnRegistrationManager registrations;
    private final WebAuthnAuthenticationManager uses = new WebAuthnAuthenticationManager();
    private final AttestedCredentialDataConverter credentials;

    WebAuthn(RelyingParty party) {
        ObjectConverter converter = new ObjectConverter();
        this.party = party;
        this.origins = party.origins().stream().map(Origin::new).collect(Collectors.toUnmodifiableSet());
        this.algorithms = ALGORITHMS.stream()
                .map(value -> new PublicKeyCredentialParameters(
                        PublicKeyCredentialType.PUBLIC_KEY, COSEAlgorithmIdentifier.create(value)))
                .toList();
        this.registrations = WebAuthnRegistrationManager.createNonStrictWebAuthnRegistrationManager(converter);
        this.credentials = new AttestedCredentialDataConverter(converter);
        // Compared again where nobody else can count on meanwhile.
        uses.getAuthenticationDataVerifier().setMaliciousCounterValueHandler(counted -> {});
    }

    /** A key that was made, as it says itself: nobody attests it. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, and lives for one call.
    record Made(byte[] credentialId, byte[] credential, long signCount, boolean backupEligible, boolean backedUp) {}

    /** A key that was used. */
    record Used(long signCount, boolean backedUp) {}

    /**
     * Verifies the answer of a key that was made.
     *
     * @param challengeHash of what it was asked
     * @return empty where anything is wrong with it
     */
    Optional<Made> verify(KeyAnswers.Made answer, byte[] challengeHash) {
        return unlessRefused(() -> {
            RegistrationData data =
                    registrations.parse(new RegistrationRequest(answer.attestationObject(), answer.clientData()));
            byte[] challenge = challenge(data.getCollectedClientData(), challengeHash);
            RegistrationParameters wanted = new RegistrationParameters(server(challenge), algorithms, false, true);
            AttestationObject object = registrations.verify(data, wanted).getAttestationObject();
            var made = present(present(object).getAuthenticatorData());
            AttestedCredentialData credential = present(made.getAttestedCredentialData());
            return new Made(
                    credential.getCredentialId(),
                    credentials.convert(credential),
                    made.getSignCount(),
                    made.isFlagBE(),
                    made.isFlagBS());
        });
    }

    /**
     * Verifies the answer of a key that was used; not its count of signatures.
     *
     * @param known the key of which it claims to be
     * @param challengeHash of what it was asked
     * @return empty where anything is wrong with it
     */
    Optional<Used> verify(KeyAnswers.Used answer, SecurityKeyStore.Stored known, byte[] challengeHash) {
        return unlessRefused(() -> {
            AuthenticationData data = uses.parse(new AuthenticationRequest(
                    answer.credentialId(),
                    answer.userHandle(),
                    answer.authenticatorData(),
                    answer.clientData(),
                    answer.signature()));
            byte[] challenge = challenge(data.getCollectedClientData(), challengeHash);
            CredentialRecordImpl record = new CredentialRecordImpl(
                    null,
                    null,
                    known.backupEligible(),
                    known.backedUp(),
                    known.signCount(),
                    credentials.convert(known.credential()),
                    null,
                    null,
                    null,
                    null);
            AuthenticationParameters wanted =
                    new AuthenticationParameters(server(challenge), record, List.of(known.credentialId()), false, true);
            var used = present(uses.verify(data, wanted).getAuthenticatorData());
            return new Used(used.getSignCount(), used.isFlagBS());
        });
    }

    private ServerProperty server(byte[] challenge) {
        return ServerProperty.builder()
                .origins(origins)
                .rpId(party.id())
                .challenge(new DefaultChallenge(challenge))
                .build();
    }

    /** What the answer says that it was asked, if that is what was asked. */
    private static byte[] challenge(@Nullable CollectedClientData said, byte[] expectedHash) {
        byte[] challenge = present(said).getChallenge().getValue();
        if (!MessageDigest.isEqual(Sha256.of(challenge), expectedHash)) {
            throw new IllegalArgumentException("another challenge");
        }
        return challenge;
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("something is missing");
        }
        return value;
    }

    /** The bytes are a stranger's: whatever a parser makes of them, be it an index beyond an end, is a refusal and no failure of this side. */
    private static <T> Optional<T> unlessRefused(Supplier<T> verification) {
        try {
            return Optional.of(verification.get());
        } catch (RuntimeException e) {
            log.info(
                    "The answer of a security key was refused: {}", e.getClass().getSimpleName());
            log.debug("The answer of a security key was refused", e);
            return Optional.empty();
        }
    }
}
