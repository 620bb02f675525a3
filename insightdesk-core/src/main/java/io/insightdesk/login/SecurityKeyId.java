package io.insightdesk.login;

import static java.util.Objects.requireNonNull;

import io.insightdesk.internal.Ids;
import java.util.UUID;

/**
 * The identifier of a security key; not the credential's own, which the key makes.
 *
 * @param value a UUID, version 7 where the library made it
 * @since 0.1.0
 */
public record SecurityKeyId(UUID value) {

    /** Checks that there is a value. */
    public SecurityKeyId {
        requireNonNull(value, "value");
    }

    /**
     * Reads the wire form.
     *
     * @param text a UUID in its canonical form of 36 characters
     * @return the identifier
     * @throws io.insightdesk.error.InvalidInputException with code {@code invalid_id} when the text is not a UUID
     */
    public static SecurityKeyId of(String text) {
        return new SecurityKeyId(Ids.parse("security key", text));
    }

    /** The wire form: the canonical UUID, in lower case. */
    @Override
    public String toString() {
        return value.toString();
    }
}
