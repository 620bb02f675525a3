package io.insightdesk.conversation;

import io.insightdesk.event.ActorType;
import io.insightdesk.ticket.TicketId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message of a ticket's conversation. Immutable.
 *
 * @param id the message
 * @param ticket its ticket
 * @param kind what it is
 * @param author who wrote it
 * @param subject its own subject, such as that of the mail
 * @param text the whole as plain text
 * @param html the whole as sanitised HTML; null where there is only text
 * @param newText the text without what it quotes
 * @param flags what is unusual: {@code automatic}, {@code bounce}, {@code duplicate_id}, {@code unverified_sender}…
 * @param attachments its attachments, in order
 * @param mail the mail it came by or leaves by; null where there is none
 * @param delivery what became of the mail that leaves; null where none does
 * @param deliveryError why it could not be sent; null where nothing went wrong
 * @param createdAt when it was recorded
 * @since 0.1.0
 */
public record Message(
        MessageId id,
        TicketId ticket,
        MessageKind kind,
        Author author,
        String subject,
        String text,
        @Nullable String html,
        String newText,
        Set<String> flags,
        List<Attachment> attachments,
        @Nullable MailFacts mail,
        @Nullable Delivery delivery,
        @Nullable String deliveryError,
        Instant createdAt) {

    /** Makes the collections unmodifiable. */
    public Message {
        flags = Set.copyOf(flags);
        attachments = List.copyOf(attachments);
    }

    /**
     * Who wrote a message.
     *
     * @param type agent, customer, token or system
     * @param id the agent, customer or token; null for the system
     * @param name the name at the time of writing
     * @param email the mail address at the time of writing; null where there is none
     */
    public record Author(
            ActorType type,
            @Nullable UUID id,
            String name,
            @Nullable String email) {}

    /**
     * The mail that a message came by or leaves by.
     *
     * @param messageId its {@code Message-ID} without angle brackets; null where it had none
     * @param inReplyTo the {@code Message-ID} it answers; null for none
     * @param from the sender's address
     * @param to the addresses in To
     * @param cc the addresses in Cc
     * @param date when it was sent, as the mail says; null where it does not say
     */
    public record MailFacts(
            @Nullable String messageId,
            @Nullable String inReplyTo,
            @Nullable String from,
            List<String> to,
            List<String> cc,
            @Nullable Instant date) {

        /** Makes the collections unmodifiable. */
        public MailFacts {
            to = List.copyOf(to);
            cc = List.copyOf(cc);
        }
    }
}
