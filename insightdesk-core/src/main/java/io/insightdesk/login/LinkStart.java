package io.insightdesk.login;

import io.insightdesk.key.Secret;
import java.time.Instant;

/**
 * A customer's login that waits for the mail with the link. It looks the same whether a mail leaves or not.
 *
 * @param binding what the browser has to keep and bring along with the link, so that nobody logs in with a link that somebody else asked
 *     for, and nobody who reads the mail elsewhere can use it; in a cookie that scripts do not see
 * @param expiresAt until when the link is good
 * @since 0.1.0
 */
public record LinkStart(Secret binding, Instant expiresAt) {}
