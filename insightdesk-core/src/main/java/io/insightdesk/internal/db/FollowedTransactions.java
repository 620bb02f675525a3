package io.insightdesk.internal.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Transactions of one caller, of whom is known how far in the primary's log all lies that it has written and read. Its reads go to the
 * replica when that has replayed as much, else to the primary. Thread-safe.
 */
final class FollowedTransactions implements Transactions {

    /**
     * Commits and asks where the log ends in the commit's own round trip, after it, so that the commit lies before. Whoever wrote
     * nothing moves on nothing: else each look at the actor's permissions would take the reader past the replica.
     */
    private static final String COMMIT =
            "select pg_current_xact_id_if_assigned() is not null; commit; select " + Database.LOG_END;

    private final Database database;
    private final Replica replica;
    private final SeenPosition seen;
    private final @Nullable StatementTimeout timeout;

    FollowedTransactions(Database database, Replica replica, SeenPosition seen, @Nullable StatementTimeout timeout) {
        this.database = database;
        this.replica = replica;
        this.seen = seen;
        this.timeout = timeout;
    }

    @Override
    public boolean joinsAnother() {
        return false;
    }

    @Override
    public <T extends @Nullable Object> T run(UUID tenant, TxWork<T> work) {
        return database.run(
                tenant,
                timeout,
                connection -> {
                    End end = commit(connection);
                    if (end.wrote()) {
                        seen.reached(end.position());
                    }
                },
                work);
    }

    @Override
    public <T extends @Nullable Object> T read(UUID tenant, TxWork<T> work) {
        long before = seen.value();
        Optional<Replica.Visit> visit = replica.visit(before, database::logEnd);
        if (visit.isPresent()) {
            try {
                T result = database.readAt(visit.get(), replica.dataSource(), tenant, timeout, work);
                replica.answered();
                return result;
            } catch (SQLException e) {
                failedThere(e);
            } catch (RuntimeException e) {
                if (SqlErrors.sqlException(e) == null) {
                    throw e;
                }
                failedThere(e);
            }
        }
        return database.run(
                tenant,
                timeout,
                connection -> seen.readAtPrimary(before, commit(connection).position()),
                work);
    }

    /** What took too long there would take as long at the primary, which has more to do. */
    private void failedThere(Exception failure) {
        if (SqlErrors.isCutOff(failure)) {
            throw database.failure(failure);
        }
        replica.failed(failure);
    }

    private record End(boolean wrote, long position) {}

    private End commit(Connection connection) throws SQLException {
        long askedAt = replica.nanoTime();
        try (Statement statement = connection.createStatement()) {
            statement.execute(COMMIT);
            boolean wrote;
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                wrote = row.getBoolean(1);
            }
            // Past the commit, which has no result.
            statement.getMoreResults();
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                End end = new End(wrote, row.getLong(1));
                replica.primaryEndedAt(end.position(), askedAt);
                return end;
            }
        }
    }
}
