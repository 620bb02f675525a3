package io.insightdesk.mail;

import io.insightdesk.customer.EmailAddress;
import io.insightdesk.identity.TeamId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An address to which customers write and from which they are answered, as stored. Immutable.
 *
 * @param id the mailbox
 * @param address its address, unique over all tenants
 * @param name what customers see as the sender's name
 * @param team the team that its tickets belong to; null for none
 * @param createdAt when it was made
 * @param updatedAt when it was last changed
 * @param version counts its changes
 * @since 0.1.0
 */
public record Mailbox(
        MailboxId id,
        EmailAddress address,
        String name,
        @Nullable TeamId team,
        Instant createdAt,
        Instant updatedAt,
        long version) {}
