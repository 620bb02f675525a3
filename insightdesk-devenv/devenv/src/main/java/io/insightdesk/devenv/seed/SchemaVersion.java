package io.insightdesk.devenv.seed;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * How far a schema is migrated.
 *
 * @param number the version, or empty when there is none
 * @param steps how many migrations were applied, those included that have no version
 */
record SchemaVersion(String number, int steps) {

    private static final SchemaVersion NONE = new SchemaVersion("", 0);

    static SchemaVersion of(Connection connection, String schema) throws SQLException {
        if (Schemas.strings(connection, "select 'there' where to_regclass(?) is not null", schema + ".schema_history")
                .isEmpty()) {
            return NONE;
        }
        String sql = "select coalesce((select version from " + schema + ".schema_history "
                + "where success and version is not null order by installed_rank desc limit 1), ''), "
                + "count(*) filter (where success) from " + schema + ".schema_history";
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? new SchemaVersion(row.getString(1), row.getInt(2)) : NONE;
        }
    }

    /** Says in one line what has happened since. */
    String since(SchemaVersion before, String schema) {
        String name = "The schema " + schema + " ";
        if (before.number().isEmpty()) {
            return name + "was made, at version " + number + ".";
        }
        if (!before.number().equals(number)) {
            return name + "went from version " + before.number() + " to " + number + ".";
        }
        return before.steps() == steps
                ? name + "is at version " + number + " already."
                : name + "stays at version " + number + "; what is repeated with a change was applied again.";
    }
}
