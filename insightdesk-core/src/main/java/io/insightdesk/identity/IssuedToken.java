package io.insightdesk.identity;

import io.insightdesk.key.Secret;

/**
 * A token that was just made, with its secret, which is shown this once.
 *
 * @param token the token
 * @param secret what a client sends after {@code Authorization: Bearer}; see {@link ApiTokens} for its form
 * @since 0.1.0
 */
public record IssuedToken(ApiToken token, Secret secret) {}
