package io.insightdesk.internal.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A database role, tenant setting and time-out of statements, to be set until the end of the transaction.
 *
 * @param role the role to work as; null leaves the role as it is
 * @param tenant the tenant whose rows can be seen; empty for none
 * @param timeout how long a statement may take; null leaves it as it is
 */
record Scoping(
        @Nullable String role, String tenant, @Nullable StatementTimeout timeout) {

    /** The value of the role setting that stands for the session's own user. */
    static final String NO_ROLE = "none";

    /** What a connection of the library's own pool has between transactions, but for the time-out. */
    static final Scoping SESSION = new Scoping(NO_ROLE, "", null);

    private static final String SET_TENANT = "select set_config('insightdesk.tenant', ?, true)";
    private static final String SET_ROLE = ", set_config('role', ?, true)";

    static Scoping of(@Nullable String role, UUID tenant, @Nullable StatementTimeout timeout) {
        return new Scoping(role, tenant.toString(), timeout);
    }

    /** The statement that sets it; its parameters are bound by {@link #bind}. */
    String sql() {
        return SET_TENANT + (role == null ? "" : SET_ROLE) + (timeout == null ? "" : ", " + timeout.sql());
    }

    /** Also how many columns its answer has. */
    int parameters() {
        return 1 + (role == null ? 0 : 1) + (timeout == null ? 0 : 1);
    }

    void bind(PreparedStatement statement) throws SQLException {
        int next = 1;
        statement.setString(next++, tenant);
        if (role != null) {
            statement.setString(next++, role);
        }
        if (timeout != null) {
            statement.setString(next, timeout.value());
        }
    }

    void apply(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql())) {
            bind(statement);
            statement.execute();
        }
    }

    /** What is set on the connection now. */
    static Scoping current(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                        "select current_setting('role'), coalesce(current_setting('insightdesk.tenant', true), ''), "
                                + "current_setting('statement_timeout')");
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return new Scoping(rows.getString(1), rows.getString(2), StatementTimeout.exactly(rows.getString(3)));
        }
    }
}
