package io.insightdesk.mail;

import io.insightdesk.conversation.MessageId;
import io.insightdesk.ticket.TicketId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A mail that was received, as stored. Immutable.
 *
 * @param id the mail
 * @param outcome what became of it; null while it waits to be processed
 * @param reason why it was ignored or quarantined; null otherwise
 * @param mailbox the mailbox it was for; null where it was for none, or is not known yet
 * @param ticket the ticket it is part of; null for none
 * @param message the message it became; null for none
 * @param envelope what the mail server said
 * @param receivedAt when it was handed in
 * @param processedAt when its outcome was settled; null while it waits
 * @since 0.1.0
 */
public record InboundMail(
        InboundMailId id,
        InboundResult.@Nullable Outcome outcome,
        @Nullable String reason,
        @Nullable MailboxId mailbox,
        @Nullable TicketId ticket,
        @Nullable MessageId message,
        Envelope envelope,
        Instant receivedAt,
        @Nullable Instant processedAt) {}
