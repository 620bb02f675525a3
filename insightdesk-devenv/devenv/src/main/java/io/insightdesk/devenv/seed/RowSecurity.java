package io.insightdesk.devenv.seed;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * COPY is refused where row-level security holds, and the library forces it even on the owner of its tables. So for an owner who
 * is no superuser it is not forced until the end of one transaction. Because both steps are in that transaction, whatever ends
 * it early also undoes the first; other sessions never see it, as they cannot touch the tables meanwhile.
 */
final class RowSecurity {

    private static final String FACTS = """
            select current_user,
              row_security_active(c.oid),
              c.relowner = (select oid from pg_roles where rolname = current_user)
                or pg_has_role(current_user, c.relowner, 'usage'),
              (select rolname from pg_roles where oid = c.relowner)
            from pg_class c
            where c.oid = to_regclass(?)
            """;

    /** Where triggers count what is copied in. */
    private static final String COUNTED_IN = "tenant_usage";

    private final String schema;
    private final boolean forced;

    private RowSecurity(String schema, boolean forced) {
        this.schema = schema;
        this.forced = forced;
    }

    /** Finds out what this user has to do, in a schema that is migrated. */
    static RowSecurity of(Connection connection, String schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FACTS)) {
            statement.setString(1, schema + "." + SeedTable.TICKET.tableName());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw Schemas.notMigrated(schema);
                }
                boolean active = row.getBoolean(2);
                if (active && !row.getBoolean(3)) {
                    throw new SeedRefusedException("The database user '" + row.getString(1)
                            + "' is bound by row-level security and cannot copy rows in. Connect as '"
                            + row.getString(4) + "', who owns the tables, or as a superuser.");
                }
                return new RowSecurity(schema, active);
            }
        }
    }

    /** Lets the owner copy, until {@link #restore} or the end of the transaction by a failure. */
    void lift(Connection connection) throws SQLException {
        if (forced) {
            alter(connection, "no force row level security");
        }
    }

    /** Binds the owner again. */
    void restore(Connection connection) throws SQLException {
        if (forced) {
            alter(connection, "force row level security");
        }
    }

    private void alter(Connection connection, String action) throws SQLException {
        List<String> tables = new ArrayList<>(List.of(COUNTED_IN));
        for (SeedTable table : SeedTable.values()) {
            tables.add(table.tableName());
        }
        List<String> statements = tables.stream()
                .map(table -> "alter table " + schema + "." + table + " " + action)
                .toList();
        try (Statement statement = connection.createStatement()) {
            statement.execute(String.join("; ", statements));
        }
    }
}
