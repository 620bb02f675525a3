package io.insightdesk.job;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A sort of work, by a name that is the same in every release, and the record that says what is to be done. Keep it as a
 * constant. Fields that a later release adds to the record are null or zero in jobs of the earlier one; unknown ones are ignored.
 * What else changes, such as a field's meaning, needs a new {@link #version}.
 *
 * @param name 1 to 100 letters, digits, dots, hyphens and underscores; names that begin with {@code insightdesk.} are the library's
 * @param payload the class of the payload, which is kept as JSON
 * @param version the version of the payload, 1 to 30,000; kept with each job
 * @param limit what its jobs share unless they name a limit themselves; null for none
 * @param <P> the payload
 * @since 0.1.0
 */
public record JobKind<P>(
        String name,
        Class<P> payload,
        int version,
        @Nullable JobLimit limit) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    /** Checks the name and the version. */
    public JobKind {
        requireNonNull(payload, "payload");
        if (!isName(requireNonNull(name, "name"))) {
            throw new IllegalArgumentException(
                    "A kind of job has 1 to 100 letters, digits, dots, hyphens and underscores, unlike '" + name
                            + "'.");
        }
        if (version < 1 || version > 30_000) {
            throw new IllegalArgumentException("A payload's version is 1 to 30,000, not " + version + ".");
        }
    }

    /**
     * Whether a text can be the name of a kind.
     *
     * @param text the text
     * @return true for 1 to 100 letters, digits, dots, hyphens and underscores
     */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /**
     * A kind whose payload is of version 1.
     *
     * @param name 1 to 100 letters, digits, dots, hyphens and underscores
     * @param payload the class of the payload
     */
    public JobKind(String name, Class<P> payload) {
        this(name, payload, 1, null);
    }

    /**
     * The kind with a later version of its payload. Register a {@link PayloadUpcaster} for what was enqueued before.
     *
     * @param number 1 to 30,000
     * @return the kind
     */
    public JobKind<P> version(int number) {
        return new JobKind<>(name, payload, number, limit);
    }

    /**
     * The kind with a limit for its jobs.
     *
     * @param shared what they share; by its name also with other kinds' jobs
     * @return the kind
     */
    public JobKind<P> limit(JobLimit shared) {
        return new JobKind<>(name, payload, version, requireNonNull(shared, "shared"));
    }
}
