package io.insightdesk.internal.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Calls on a host's own open transaction. Around each call: an SQL savepoint, the role, the tenant setting and the time-out of
 * statements set, and all restored by value, so that the host's next statement runs as if nothing had happened. Never commits, never closes. Used by
 * one thread, as the connection is.
 */
final class HostTransactions implements Transactions {

    private static final String SAVEPOINT = "insightdesk_call";
    private static final String NO_ACTIVE_TRANSACTION = "25P01";

    private final Database database;
    private final Connection connection;
    private final Consumer<Runnable> hooks;
    private final @Nullable StatementTimeout timeout;

    HostTransactions(
            Database database, Connection connection, Consumer<Runnable> hooks, @Nullable StatementTimeout timeout) {
        this.database = database;
        this.connection = connection;
        this.hooks = hooks;
        this.timeout = timeout;
    }

    @Override
    public boolean joinsAnother() {
        return true;
    }

    @Override
    public <T extends @Nullable Object> T run(UUID tenant, TxWork<T> work) {
        try {
            Scoping hosts = Scoping.current(connection);
            requireRowSecurity();
            openSavepoint();
            Scoping ours = Scoping.of(roleToWorkAs(), tenant, timeout);
            T result;
            try (Handle handle = database.open(ScopedConnection.wrap(connection, ours))) {
                result = work.run(new HostTx(handle, database.direct(), tenant, connection, ours, hosts, hooks));
                // Savepoints of one name are stacked, so a nested call releases its own.
                hosts.apply(connection);
                execute("release savepoint " + SAVEPOINT);
            } catch (Throwable failure) {
                undo(failure);
                throw failure;
            }
            return result;
        } catch (SQLException e) {
            throw database.failure(e);
        } catch (RuntimeException e) {
            throw database.failure(e);
        }
    }

    /** The server is asked whether a transaction is open: in an XA branch, newer drivers leave the connection in autoCommit mode. */
    private void openSavepoint() throws SQLException {
        try {
            execute("savepoint " + SAVEPOINT);
        } catch (SQLException e) {
            if (NO_ACTIVE_TRANSACTION.equals(e.getSQLState())) {
                throw new IllegalStateException(
                        "within(connection, …) needs an open transaction: the connection is in autoCommit mode. Call "
                                + "setAutoCommit(false) first, and commit when your own work is done.",
                        e);
            }
            throw e;
        }
    }

    /** A role that the host has set for itself has no rights on the library's tables. */
    private String roleToWorkAs() {
        String workRole = database.workRole();
        return workRole == null ? Scoping.NO_ROLE : workRole;
    }

    /** The library works as the session's user, which need not be the data source's, whose rights were looked at before. */
    private void requireRowSecurity() throws SQLException {
        if (database.workRole() != null || database.mayBypassRowSecurity()) {
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select rolsuper or rolbypassrls, session_user from pg_roles where rolname = session_user")) {
            if (row.next() && row.getBoolean(1)) {
                throw new IllegalStateException("The connection's user '" + row.getString(2)
                        + "' bypasses row-level security, unlike that of the library's data source. Use a connection of "
                        + "the same user, or give the builder a data source of this one, so that it works as a role.");
            }
        }
    }

    /** Also brings the role and the settings back to what they were at the savepoint. */
    private void undo(Throwable failure) {
        try {
            execute("rollback to savepoint " + SAVEPOINT);
            execute("release savepoint " + SAVEPOINT);
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
