package io.insightdesk.identity;

/**
 * The API tokens of a tenant. All calls need {@code token:admin}. Each is one transaction, or part of the host's. Thread-safe
 * outside a host's transaction.
 *
 * <p>A token has 96 characters and matches <code>idk_[0-9A-Za-z]{92}</code>, so that secret scanners find it: the prefix, 86
 * digits in base 62 (the tenant, the token and 32 random bytes), and 6 digits with the CRC-32 of all before them. Only a SHA-256
 * of the random bytes is stored.
 *
 * @since 0.1.0
 */
public interface ApiTokens {

    /**
     * Makes a token.
     *
     * @param token what it shall be
     * @return the token with its secret, which cannot be read again
     * @throws io.insightdesk.error.InvalidInputException with code {@code unknown_agent} or {@code unknown_role}
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not, or the role is beyond the actor's own, or the
     *     token would act as another agent and the actor does not see all tickets
     */
    IssuedToken create(NewApiToken token);

    /**
     * Lists tokens in the order in which they were made, expired and revoked ones too.
     *
     * @param query which
     * @return a page
     * @throws io.insightdesk.error.InvalidInputException with code {@code invalid_cursor} for a cursor of another list
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    ApiTokenPage list(ApiTokenQuery query);

    /**
     * Ends a token for ever; one that is revoked already stays as it is. Nobody signs in with it after the commit.
     *
     * @param id the token
     * @return the token as stored
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    ApiToken revoke(ApiTokenId id);
}
