package io.insightdesk.login;

import static java.util.Objects.requireNonNull;

import io.insightdesk.internal.Ids;
import java.util.UUID;

/**
 * The identifier of a session.
 *
 * @param value a UUID, version 7 where the library made it
 * @since 0.1.0
 */
public record SessionId(UUID value) {

    /** Checks that there is a value. */
    public SessionId {
        requireNonNull(value, "value");
    }

    /**
     * Reads the wire form.
     *
     * @param text a UUID in its canonical form of 36 characters
     * @return the identifier
     * @throws io.insightdesk.error.InvalidInputException with code {@code invalid_id} when the text is not a UUID
     */
    public static SessionId of(String text) {
        return new SessionId(Ids.parse("session", text));
    }

    /** The wire form: the canonical UUID, in lower case. */
    @Override
    public String toString() {
        return value.toString();
    }
}
