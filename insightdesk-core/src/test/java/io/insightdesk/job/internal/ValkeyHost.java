package io.insightdesk.job.internal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.insightdesk.Health;
import io.insightdesk.InsightDesk;
import io.insightdesk.error.InvalidInputException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** An application with a help desk, in a process of its own: it builds, starts and closes one and says what it saw. */
final class ValkeyHost {

    /** For the address of the Valkey, where there is to be none. */
    static final String NONE = "-";

    private static final Duration LIMIT = Duration.ofSeconds(15);

    private ValkeyHost() {}

    /** Takes the JDBC address, the user and the Valkey's address. */
    public static void main(String[] args) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(args[0]);
        config.setUsername(args[1]);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            InsightDesk.Builder builder = InsightDesk.builder().dataSource(pool).workRole("scratch_work");
            if (!args[2].equals(NONE)) {
                builder.valkey(args[2]);
            }
            try (InsightDesk desk = builder.build()) {
                desk.workers().start();
                long until = System.nanoTime() + LIMIT.toNanos();
                Health health = desk.health();
                while (health.status() != Health.Status.UP && System.nanoTime() < until) {
                    LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
                    health = desk.health();
                }
                System.out.println("HEALTH " + health);
            } catch (InvalidInputException e) {
                System.out.println("REFUSED " + e.getMessage());
            }
        }
    }
}
