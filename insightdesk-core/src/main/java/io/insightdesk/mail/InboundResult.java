package io.insightdesk.mail;

import io.insightdesk.conversation.MessageId;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.ticket.TicketId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of a mail that was received.
 *
 * @param outcome what became of it
 * @param reason why it was ignored or quarantined, a stable snake_case word such as {@code auto_reply}; null otherwise
 * @param ticket the ticket it is part of, for a duplicate that of the first one; null for none
 * @param message the message it became, for a duplicate that of the first one; null for none
 * @param id by which the mail and its raw original can be found again
 * @since 0.1.0
 */
public record InboundResult(
        Outcome outcome,
        @Nullable String reason,
        @Nullable TicketId ticket,
        @Nullable MessageId message,
        InboundMailId id) {

    /** What may become of a mail. */
    public enum Outcome {
        /** It opened a ticket. */
        CREATED,
        /** It was added to a ticket's conversation. */
        APPENDED,
        /** The same mail was received before; nothing was changed. */
        DUPLICATE,
        /** It is for nobody, such as an automatic reply to nothing known. Its original is kept. */
        IGNORED,
        /** It cannot be read or must not be let in; its original is kept for a person to look at. */
        QUARANTINED;

        /**
         * The name used in JSON and in the database.
         *
         * @return the name in snake_case
         */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * Reads the wire name.
         *
         * @param name the name in snake_case
         * @return the value
         * @throws InvalidInputException when there is no such value
         */
        public static Outcome of(String name) {
            for (Outcome value : values()) {
                if (value.wireName().equals(name)) {
                    return value;
                }
            }
            throw new InvalidInputException(
                    "/outcome",
                    "invalid_value",
                    "The outcome must be one of created, appended, duplicate, ignored, quarantined.");
        }
    }
}
