package io.insightdesk.internal.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/**
 * Statements by JDBC itself, for the few that run so often that it shows what Jdbi does for each of their parameters: it was two
 * thirds of what a node computed to enqueue a job. Thread-safe.
 */
final class DirectStatements {

    private final SchemaNames schemaNames;
    private final QueryTimes times;

    DirectStatements(SchemaNames schemaNames, QueryTimes times) {
        this.schemaNames = schemaNames;
        this.times = times;
    }

    /** Answers how many rows it changed. */
    int execute(Connection connection, String sql, @Nullable Object... values) {
        long began = System.nanoTime();
        try (PreparedStatement statement = connection.prepareStatement(schemaNames.render(sql))) {
            for (int i = 0; i < values.length; i++) {
                Object value = values[i];
                if (value == null) {
                    // The server knows the type; a type said once with a value and once without is parsed again each
                    // time.
                    statement.setNull(i + 1, Types.OTHER);
                } else {
                    statement.setObject(i + 1, value);
                }
            }
            boolean unused = statement.execute();
            return statement.getUpdateCount();
        } catch (SQLException e) {
            throw SqlErrors.translate(e);
        } finally {
            times.record(sql, System.nanoTime() - began);
        }
    }
}
