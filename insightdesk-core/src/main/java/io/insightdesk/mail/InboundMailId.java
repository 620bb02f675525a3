package io.insightdesk.mail;

import static java.util.Objects.requireNonNull;

import io.insightdesk.internal.Ids;
import java.util.UUID;

/**
 * The identifier of a mail that was received.
 *
 * @param value a UUID, version 7 where the library made it
 * @since 0.1.0
 */
public record InboundMailId(UUID value) {

    /** Checks that there is a value. */
    public InboundMailId {
        requireNonNull(value, "value");
    }

    /**
     * Reads the wire form.
     *
     * @param text a UUID in its canonical form of 36 characters
     * @return the identifier
     * @throws io.insightdesk.error.InvalidInputException with code {@code invalid_id} when the text is not a UUID
     */
    public static InboundMailId of(String text) {
        return new InboundMailId(Ids.parse("inbound mail", text));
    }

    /** The wire form: the canonical UUID, in lower case. */
    @Override
    public String toString() {
        return value.toString();
    }
}
