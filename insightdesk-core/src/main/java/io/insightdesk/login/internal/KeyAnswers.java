package io.insightdesk.login.internal;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.internal.Json;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What browsers answer for keys, as {@code PublicKeyCredential.toJSON()} writes it (W3C Web Authentication, Level 3, 5.1). Only the envelope is
 * read here; what is in it is not believed until {@link WebAuthn} has verified it.
 */
final class KeyAnswers {

    /** Many times of what keys answer that were asked for no attestation. */
    static final int MAX_CHARACTERS = 32_768;

    private static final int MAX_CREDENTIAL_ID = 1023;
    private static final int MAX_TRANSPORTS = 10;
    private static final int MAX_TRANSPORT = 40;

    private KeyAnswers() {}

    /** The answer of a key that was made. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, and lives for one call.
    record Made(byte[] clientData, byte[] attestationObject, Set<String> transports) {}

    /** The answer of a key that was used. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, and lives for one call.
    record Used(
            byte[] credentialId,
            byte @Nullable [] userHandle,
            byte[] clientData,
            byte[] authenticatorData,
            byte[] signature) {}

    static Made made(String json) {
        JsonNode whole = whole(json);
        JsonNode response = whole.path("response");
        return new Made(bytes(response, "clientDataJSON"), bytes(response, "attestationObject"), transports(response));
    }

    static Used used(String json) {
        JsonNode whole = whole(json);
        JsonNode response = whole.path("response");
        JsonNode handle = response.path("userHandle");
        return new Used(
                bytes(whole, "rawId"),
                handle.isMissingNode() || handle.isNull() ? null : bytes(response, "userHandle"),
                bytes(response, "clientDataJSON"),
                bytes(response, "authenticatorData"),
                bytes(response, "signature"));
    }

    private static JsonNode whole(String json) {
        requireNonNull(json, "credential");
        if (json.length() > MAX_CHARACTERS) {
            throw unreadable();
        }
        JsonNode whole;
        try {
            whole = Json.read(json, JsonNode.class);
        } catch (IllegalArgumentException e) {
            // No JSON; what it is instead is nobody's concern.
            throw unreadable();
        }
        if (whole == null || !"public-key".equals(whole.path("type").asText())) {
            throw unreadable();
        }
        byte[] id = bytes(whole, "rawId");
        if (id.length > MAX_CREDENTIAL_ID || !Arrays.equals(id, bytes(whole, "id"))) {
            throw unreadable();
        }
        return whole;
    }

    private static byte[] bytes(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (!value.isTextual() || value.textValue().isEmpty()) {
            throw unreadable();
        }
        try {
            return Base64.getUrlDecoder().decode(value.textValue());
        } catch (IllegalArgumentException e) {
            // No base 64.
            throw unreadable();
        }
    }

    /** Hints for browsers, so that what is strange about them is left out. */
    private static Set<String> transports(JsonNode response) {
        Set<String> transports = new LinkedHashSet<>();
        for (JsonNode each : response.path("transports")) {
            String text = each.asText();
            if (transports.size() < MAX_TRANSPORTS && text.length() <= MAX_TRANSPORT && text.matches("[a-z-]+")) {
                transports.add(text);
            }
        }
        return transports;
    }

    private static InvalidInputException unreadable() {
        return new InvalidInputException(
                "/credential", "invalid_value", "This is not what PublicKeyCredential.toJSON() writes.");
    }
}
