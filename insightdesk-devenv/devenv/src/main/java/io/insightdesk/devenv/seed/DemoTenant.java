package io.insightdesk.devenv.seed;

import static java.util.Objects.requireNonNull;

import io.insightdesk.InsightDesk;
import io.insightdesk.MigrationMode;
import io.insightdesk.devenv.servers.MutableClock;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.tenant.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The tenant of development: the same people, tickets and words on every machine, at times counted back from when it was made.
 *
 * @param tenant the tenant
 * @param admin its administrator
 * @since 0.1.0
 */
public record DemoTenant(TenantId tenant, Agent admin) {
    /** How the tenant is found. */
    public static final String SLUG = "demo";

    /** Where its customers write to. */
    public static final String MAILBOX = "support@demo.example";

    /** Checks that nothing is missing. */
    public DemoTenant {
        requireNonNull(tenant, "tenant");
        requireNonNull(admin, "admin");
    }

    /**
     * Finds the tenant, or makes it with everything in it, in the library's default schema; see {@link #provide(InsightDesk,
     * DataSource, String, Instant, SeedListener)}.
     *
     * @param insightDesk the library on a migrated database
     * @param dataSource the same database; a connection is taken and given back
     * @param now where the stories end
     * @param listener told about tickets, only when the tenant has to be made
     * @return the tenant
     */
    public static DemoTenant provide(
            InsightDesk insightDesk, DataSource dataSource, Instant now, SeedListener listener) {
        return provide(insightDesk, dataSource, InsightDesk.Builder.DEFAULT_SCHEMA, now, listener);
    }

    /**
     * Finds the tenant, or makes it with everything in it, by the library's own API. What is in it comes in one transaction, so
     * a process that is killed meanwhile leaves nothing but the empty tenant, which the next call fills. Not to be called twice
     * at once.
     *
     * @param insightDesk the library on a migrated database
     * @param dataSource the same database; a connection is taken and given back
     * @param schema the library's schema
     * @param now where the stories end
     * @param listener told about tickets, only when the tenant has to be made
     * @return the tenant
     * @throws IllegalStateException when the database fails
     */
    public static DemoTenant provide(
            InsightDesk insightDesk, DataSource dataSource, String schema, Instant now, SeedListener listener) {
        return find(insightDesk)
                .orElseGet(() -> make(dataSource, schema, now.truncatedTo(ChronoUnit.MINUTES), listener));
    }

    private static Optional<DemoTenant> find(InsightDesk insightDesk) {
        return insightDesk
                .tenants()
                .findBySlug(SLUG)
                .flatMap(found -> insightDesk
                        .tenant(found.id())
                        .as(Actor.system())
                        .agents()
                        .findByEmail(DemoFiller.ADMIN)
                        .map(admin -> new DemoTenant(found.id(), admin)));
    }

    private static DemoTenant make(DataSource dataSource, String schema, Instant now, SeedListener listener) {
        MutableClock clock = MutableClock.at(now.minus(Duration.ofDays(40)));
        try (InsightDesk past = InsightDesk.builder()
                .dataSource(dataSource)
                .schema(schema)
                .migrate(MigrationMode.NONE)
                .clock(clock)
                .build()) {
            Tenant tenant = past.tenants()
                    .findBySlug(SLUG)
                    .orElseGet(() -> past.tenants().create(NewTenant.of(SLUG, "Demo")));
            // One transaction: a start that is killed half-way leaves nothing but the tenant itself.
            try (Connection connection = dataSource.getConnection()) {
                connection.setAutoCommit(false);
                Agent admin = new DemoFiller(clock, past, tenant.id(), connection, now).fill(listener);
                connection.commit();
                return new DemoTenant(tenant.id(), admin);
            } catch (SQLException e) {
                throw new IllegalStateException(
                        "The demo tenant could not be made: " + e.getMessage()
                                + ". Nothing of it is left; mend the cause and try again.",
                        e);
            }
        }
    }
}
