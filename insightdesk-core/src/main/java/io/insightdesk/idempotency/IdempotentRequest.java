package io.insightdesk.idempotency;

import static java.util.Objects.requireNonNull;

/**
 * A request that may come more than once.
 *
 * @param scope what makes it the same request: the actor, the method, the path and the key that the client chose, in a form in
 *     which they cannot be mixed up; any length
 * @param hash a hash of its content, as text: the same key with another content is a mistake of the client
 * @since 0.1.0
 */
public record IdempotentRequest(String scope, String hash) {

    /** Checks that nothing is missing. */
    public IdempotentRequest {
        requireNonNull(scope, "scope");
        requireNonNull(hash, "hash");
    }
}
