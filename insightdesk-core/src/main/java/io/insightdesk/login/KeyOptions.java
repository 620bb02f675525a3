package io.insightdesk.login;

import java.time.Instant;

/**
 * What a browser is to ask a security key.
 *
 * @param json a JSON object: {@code PublicKeyCredentialCreationOptionsJSON} to add a key, {@code PublicKeyCredentialRequestOptionsJSON} to
 *     use one (W3C Web Authentication, Level 3, 5.4 and 5.5), as {@code PublicKeyCredential.parseCreationOptionsFromJSON} and {@code
 *     parseRequestOptionsFromJSON} take it
 * @param expiresAt until when its answer is taken, once; options that are asked for later take the place of earlier ones
 * @since 0.1.0
 */
public record KeyOptions(String json, Instant expiresAt) {}
