package io.insightdesk.internal;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import io.insightdesk.error.InvalidInputException;
import java.util.UUID;

/** Makes and reads identifiers: UUIDv7 (RFC 9562), ascending within a process. */
public final class Ids {

    // Thread-safe; holds only the last time stamp, so that identifiers of one millisecond ascend.
    private static final NoArgGenerator GENERATOR = Generators.timeBasedEpochGenerator();

    private Ids() {}

    /** A new identifier. */
    public static UUID next() {
        return GENERATOR.generate();
    }

    /** Reads the wire form of an identifier; only the canonical 36 characters are accepted. */
    public static UUID parse(String kind, String text) {
        if (text.length() == 36) {
            try {
                UUID id = UUID.fromString(text);
                if (id.toString().equalsIgnoreCase(text)) {
                    return id;
                }
            } catch (IllegalArgumentException e) {
                // Answered below, with the text that was given.
            }
        }
        throw new InvalidInputException(
                "",
                "invalid_id",
                "'" + abbreviate(text) + "' is not the identifier of a " + kind + "; it must be a UUID.");
    }

    private static String abbreviate(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
