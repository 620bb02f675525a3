package io.insightdesk.devenv.junit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Something that is open on a database: a session, or a transaction that was prepared and never ended.
 *
 * @param application what the client calls itself
 * @param state PostgreSQL's word for what it does: {@code idle in transaction}, say
 * @param transaction how long its transaction is open; null if there is none
 * @param statement what it last executed
 */
record OpenSession(
        String application, String state, @Nullable Duration transaction, String statement) {
    /** How long a session that was closed may take to be gone from the server, too. */
    static final Duration GRACE = Duration.ofSeconds(1);

    private static final String FIND = """
            select coalesce(application_name, ''), coalesce(state, 'unknown'),
              extract(epoch from clock_timestamp() - xact_start) * 1000, left(query, 300)
            from pg_stat_activity
            where datname = ? and backend_type = 'client backend' and pid <> pg_backend_pid()
            union all
            select 'nobody', 'prepared transaction', extract(epoch from clock_timestamp() - prepared) * 1000,
              'prepare transaction ''' || gid || ''''
            from pg_prepared_xacts
            where database = ?
            """;

    static List<OpenSession> on(Connection connection, String database) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setString(1, database);
            statement.setString(2, database);
            try (ResultSet row = statement.executeQuery()) {
                List<OpenSession> found = new ArrayList<>();
                while (row.next()) {
                    long millis = row.getLong(3);
                    found.add(new OpenSession(
                            row.getString(1),
                            row.getString(2),
                            row.wasNull() ? null : Duration.ofMillis(millis),
                            row.getString(4)));
                }
                return found;
            }
        }
    }

    /** Returns what to tell the author of a test class that left these. */
    static String complaint(String testClass, List<OpenSession> left) {
        return testClass + " left " + left.size() + " connection(s) to its database open:\n"
                + left.stream().map(open -> "  " + open).collect(Collectors.joining("\n"))
                + "\nClose every connection, statement and pool that the class opens, by try-with-resources or in an"
                + " @AfterAll method. Where a pool is meant to outlive the class:"
                + " @DevEnvironmentTest(allowOpenConnections = true).";
    }

    @Override
    public String toString() {
        return state + (transaction == null ? "" : ", in a transaction for " + transaction.toMillis() + " ms")
                + ", last statement of " + (application.isEmpty() ? "a client without a name" : application) + ": "
                + (statement.isBlank()
                        ? "none"
                        : statement.replaceAll("\\s+", " ").strip());
    }
}
