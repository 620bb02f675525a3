package io.insightdesk.internal.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A database role and tenant setting, to be set until the end of the transaction.
 *
 * @param role the role to work as; null leaves the role as it is
 * @param tenant the tenant whose rows can be seen; empty for none
 */
record Scoping(@Nullable String role, String tenant) {

    /** The value of the role setting that stands for the session's own user. */
    static final String NO_ROLE = "none";

    /** What a connection of the library's own pool has between transactions. */
    static final Scoping SESSION = new Scoping(NO_ROLE, "");

    private static final String SET_TENANT = "select set_config('insightdesk.tenant', ?, true)";
    private static final String SET_BOTH =
            "select set_config('insightdesk.tenant', ?, true), set_config('role', ?, true)";

    static Scoping of(@Nullable String role, UUID tenant) {
        return new Scoping(role, tenant.toString());
    }

    /** The statement that sets it; its parameters are bound by {@link #bind}. */
    String sql() {
        return role == null ? SET_TENANT : SET_BOTH;
    }

    int parameters() {
        return role == null ? 1 : 2;
    }

    void bind(PreparedStatement statement) throws SQLException {
        statement.setString(1, tenant);
        if (role != null) {
            statement.setString(2, role);
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
                        "select current_setting('role'), coalesce(current_setting('insightdesk.tenant', true), '')");
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return new Scoping(rows.getString(1), rows.getString(2));
        }
    }
}
