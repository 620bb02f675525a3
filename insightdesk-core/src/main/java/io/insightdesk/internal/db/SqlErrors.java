package io.insightdesk.internal.db;

import io.insightdesk.error.LimitReachedException;
import io.insightdesk.error.UnavailableException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Tells database errors apart by SQLSTATE and constraint name, never by message text. */
public final class SqlErrors {

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String FOREIGN_KEY_VIOLATION = "23503";
    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK = "40P01";
    private static final String QUERY_CANCELED = "57014";
    private static final String PLAN_LIMIT = "IDL01";

    private SqlErrors() {}

    /** The name of the unique index or constraint that the failure broke. */
    public static Optional<String> uniqueViolation(Throwable failure) {
        return constraint(failure, UNIQUE_VIOLATION);
    }

    /** The name of the foreign key that the failure broke. */
    public static Optional<String> foreignKeyViolation(Throwable failure) {
        return constraint(failure, FOREIGN_KEY_VIOLATION);
    }

    private static Optional<String> constraint(Throwable failure, String state) {
        SQLException sql = sqlException(failure);
        if (sql instanceof PSQLException pg && state.equals(pg.getSQLState())) {
            ServerErrorMessage message = pg.getServerErrorMessage();
            return Optional.ofNullable(message == null ? null : message.getConstraint());
        }
        return Optional.empty();
    }

    static boolean isRetryable(Throwable failure) {
        SQLException sql = sqlException(failure);
        return sql != null && (SERIALIZATION_FAILURE.equals(sql.getSQLState()) || DEADLOCK.equals(sql.getSQLState()));
    }

    /** Whether the server ended a statement before it was done: it took too long, or somebody had it cancelled. */
    static boolean isCutOff(Throwable failure) {
        SQLException sql = sqlException(failure);
        return sql != null && QUERY_CANCELED.equals(sql.getSQLState());
    }

    /** The failure in the library's own terms where it has one, else as it is. */
    static RuntimeException translate(Throwable failure) {
        SQLException sql = sqlException(failure);
        if (sql != null && isConnectionTrouble(sql)) {
            return new UnavailableException(
                    "database_unavailable",
                    "The database does not answer (SQLSTATE " + sql.getSQLState() + "). Try again later.",
                    failure);
        }
        if (isCutOff(failure)) {
            return new UnavailableException(
                    "statement_timeout",
                    "The database took longer over one statement than it may, or was told to stop it (SQLSTATE "
                            + QUERY_CANCELED + "). Nothing was changed. Ask for less at once, or try again later.",
                    failure);
        }
        if (sql instanceof PSQLException pg && PLAN_LIMIT.equals(pg.getSQLState())) {
            return planLimit(pg);
        }
        if (failure instanceof RuntimeException runtime) {
            return runtime;
        }
        return new IllegalStateException("unexpected database failure", failure);
    }

    /** What {@code count_usage} refused. Its detail has the kind, the limit, what was used before, and perhaps seconds to wait. */
    private static RuntimeException planLimit(PSQLException failure) {
        ServerErrorMessage message = failure.getServerErrorMessage();
        String detail = message == null ? null : message.getDetail();
        String[] parts = (detail == null ? "" : detail).split(" ", -1);
        if (parts.length != 4) {
            return new IllegalStateException("a plan limit without its numbers", failure);
        }
        long allowed = Long.parseLong(parts[1]);
        long used = Long.parseLong(parts[2]);
        return switch (parts[0]) {
            case "agents" -> LimitReachedException.ofPlan("agent_limit_reached", "active agents", allowed, used, null);
            case "storage" ->
                LimitReachedException.ofPlan("storage_limit_reached", "bytes of files and mails", allowed, used, null);
            default ->
                LimitReachedException.ofPlan(
                        "mail_limit_reached",
                        "mails in a day",
                        allowed,
                        used,
                        Duration.ofSeconds(Math.max(1, Long.parseLong(parts[3]))));
        };
    }

    static boolean isConnectionTrouble(SQLException sql) {
        String state = sql.getSQLState();
        return sql instanceof SQLTransientConnectionException
                || (state != null && (state.startsWith("08") || state.startsWith("57P") || state.startsWith("53")));
    }

    static @Nullable SQLException sqlException(@Nullable Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }
}
