package io.insightdesk.internal.db;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a single statement may take before the server ends it, waits for locks included. A statement of its own is also each
 * fetch from a cursor.
 *
 * @param sql the column that sets it until the end of the transaction, with one parameter
 * @param value the parameter's
 */
record StatementTimeout(String sql, String value) {

    /** The greatest that the server knows. */
    private static final long MOST_MILLIS = Integer.MAX_VALUE;

    /** The setting is shown with a unit, such as {@code 5s}, and zero is none at all; {@code least} passes over nulls. */
    private static final String AT_MOST = """
            set_config('statement_timeout', least(
              nullif(extract(epoch from current_setting('statement_timeout')::interval) * 1000, 0)::bigint,
              ?::bigint)::text, true)""";

    private static final String EXACTLY = "set_config('statement_timeout', ?, true)";

    /** At most so long; what is set already holds where it is shorter. Null for no time-out at all, which leaves that. */
    static @Nullable StatementTimeout atMost(Duration time) {
        return time.isZero()
                ? null
                : new StatementTimeout(AT_MOST, Long.toString(Math.max(1, Math.min(time.toMillis(), MOST_MILLIS))));
    }

    /** What was set before, as the server shows it. */
    static StatementTimeout exactly(String setting) {
        return new StatementTimeout(EXACTLY, setting);
    }
}
