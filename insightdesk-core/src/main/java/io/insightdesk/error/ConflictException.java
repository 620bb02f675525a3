package io.insightdesk.error;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The request does not fit the present state: somebody else changed the thing first, a value that must be unique is taken, or
 * the state does not allow the step. After a lost update both versions are known; read again and decide.
 *
 * @since 0.1.0
 */
public final class ConflictException extends InsightDeskException {

    private static final long serialVersionUID = 1L;

    private final @Nullable Long expectedVersion;
    private final @Nullable Long actualVersion;

    /**
     * Makes the exception for a conflict that is not about versions.
     *
     * @param code the stable reason, such as {@code email_taken}
     * @param message what was asked, which value, what to do
     */
    public ConflictException(String code, String message) {
        super(code, message, null);
        this.expectedVersion = null;
        this.actualVersion = null;
    }

    private ConflictException(String kind, String id, long expected, long actual) {
        super(
                "version_conflict",
                "The " + kind.replace('_', ' ') + " '" + id + "' is at version " + actual
                        + ", the change was made for version " + expected + ". Read it again and repeat the change.",
                null);
        this.expectedVersion = expected;
        this.actualVersion = actual;
    }

    /**
     * Makes the exception for a lost update.
     *
     * @param kind what was to be changed, in snake_case
     * @param id its identifier
     * @param expected the version that the caller had seen
     * @param actual the version that is stored
     * @return the exception, with code {@code version_conflict}
     */
    public static ConflictException lostUpdate(String kind, String id, long expected, long actual) {
        return new ConflictException(kind, id, expected, actual);
    }

    /**
     * The version that the caller had seen.
     *
     * @return the version; empty where the conflict is not about versions
     */
    public OptionalLong expectedVersion() {
        return expectedVersion == null ? OptionalLong.empty() : OptionalLong.of(expectedVersion);
    }

    /**
     * The version that is stored.
     *
     * @return the version; empty where the conflict is not about versions
     */
    public OptionalLong actualVersion() {
        return actualVersion == null ? OptionalLong.empty() : OptionalLong.of(actualVersion);
    }
}
