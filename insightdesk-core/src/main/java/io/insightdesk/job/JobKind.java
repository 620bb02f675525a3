package io.insightdesk.job;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * A sort of work, by a name that is the same in every release, and the record that says what is to be done. Keep it as a
 * constant. Fields that a later release adds to the record are null or zero in jobs of the earlier one; unknown ones are ignored.
 *
 * @param name 1 to 100 letters, digits, dots, hyphens and underscores; names that begin with {@code insightdesk.} are the library's
 * @param payload the class of the payload, which is kept as JSON
 * @param <P> the payload
 * @since 0.1.0
 */
public record JobKind<P>(String name, Class<P> payload) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    /** Checks the name. */
    public JobKind {
        requireNonNull(payload, "payload");
        if (!NAME.matcher(requireNonNull(name, "name")).matches()) {
            throw new IllegalArgumentException(
                    "A kind of job has 1 to 100 letters, digits, dots, hyphens and underscores, unlike '" + name
                            + "'.");
        }
    }
}
