package io.insightdesk.devenv.seed;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What can be asked about the library's schema. Names of schemas are checked before they come here. */
final class Schemas {

    private Schemas() {}

    /** Says whether the library's tables are there. */
    static boolean isMigrated(Connection connection, String schema) throws SQLException {
        return !strings(
                        connection,
                        "select 'there' where to_regclass(?) is not null and to_regclass(?) is not null",
                        schema + ".tenant_directory",
                        schema + ".ticket")
                .isEmpty();
    }

    /** What to say where they are not. */
    static SeedRefusedException notMigrated(String schema) {
        return new SeedRefusedException(
                "The schema '" + schema + "' holds no InsightDesk tables in this database. Migrate it first.");
    }

    /** Returns the slugs of tenants that no seed has made, in order. */
    static Set<String> foreignTenants(Connection connection, String schema) throws SQLException {
        Set<String> slugs = new TreeSet<>(strings(
                connection, "select value from " + schema + ".tenant_directory where kind = 'slug' order by value"));
        slugs.removeIf(BulkTenant::isOurs);
        return slugs;
    }

    /** Returns the first column of all rows. */
    static List<String> strings(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            List<String> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
            return found;
        }
    }
}
