package io.insightdesk.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DatabasePoolIT {

    @Test
    void whatAConstraintRefusesIsNotQuotedInItsError() throws SQLException {
        DatabaseUrl database = DatabaseUrl.parse(new TestDatabase().url());
        Settings.Pool one = new Settings.Pool(0, 1, Duration.ofSeconds(10), Duration.ZERO);
        try (HikariDataSource pool = DatabasePool.open(database, one, new SimpleMeterRegistry());
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create temporary table person (email text primary key)");
            statement.execute("insert into person values ('ada@example.com')");

            assertThatThrownBy(() -> statement.execute("insert into person values ('ada@example.com')"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("person_pkey")
                    .message()
                    .doesNotContain("ada@example.com");
        }
    }
}
