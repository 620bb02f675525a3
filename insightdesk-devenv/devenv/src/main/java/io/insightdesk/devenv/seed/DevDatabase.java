package io.insightdesk.devenv.seed;

import static java.util.Objects.requireNonNull;

import io.insightdesk.InsightDesk;
import io.insightdesk.MigrationMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The library's schema in a database of development or tests: migrated, filled with demo data, emptied. Works as the user of
 * the data source, who owns the schema or is a superuser. Nothing of the host is ever touched.
 *
 * <p>What destroys or makes data wants to be told the environment, the value of {@code APP_ENV}, and refuses all but
 * {@code development} and {@code test}. It also refuses a database with tenants that are not of the demo data, so that these
 * never mix with somebody's own.
 *
 * <p>Immutable and thread-safe. Connections are taken for each call and given back.
 *
 * @since 0.1.0
 */
public final class DevDatabase {
    private static final Set<String> ENVIRONMENTS = Set.of("development", "test");
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    private final DataSource dataSource;
    private final String schema;
    private final @Nullable String workRole;
    private final Clock clock;

    private DevDatabase(DataSource dataSource, String schema, @Nullable String workRole, Clock clock) {
        this.dataSource = dataSource;
        this.schema = schema;
        this.workRole = workRole;
        this.clock = clock;
    }

    /**
     * Chooses a database, with the library's default schema and the system's time.
     *
     * @param dataSource connections of the schema's owner or a superuser; not through a transaction pooler
     * @return the database; nothing is done yet
     */
    public static DevDatabase of(DataSource dataSource) {
        return new DevDatabase(
                requireNonNull(dataSource, "dataSource"), InsightDesk.Builder.DEFAULT_SCHEMA, null, Clock.systemUTC());
    }

    /**
     * Chooses another schema.
     *
     * @param name lower-case letters, digits and underscores
     * @return the same database with that schema
     * @throws IllegalArgumentException when it is no such name
     */
    public DevDatabase withSchema(String name) {
        return new DevDatabase(dataSource, checked(name), workRole, clock);
    }

    /**
     * Chooses another role under which the library works, as {@link InsightDesk.Builder#workRole} does.
     *
     * @param name lower-case letters, digits and underscores
     * @return the same database with that role
     * @throws IllegalArgumentException when it is no such name
     */
    public DevDatabase withWorkRole(String name) {
        return new DevDatabase(dataSource, schema, checked(name), clock);
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no such name; use lower-case letters, digits and underscores, at most 63.");
        }
        return name;
    }

    /**
     * Chooses the moment at which the demo data end. At the same moment, to the millisecond, the medium and large data are the
     * same in each row, identifiers included.
     *
     * @param time asked once for each call of {@link #seed}
     * @return the same database with that clock
     */
    public DevDatabase withClock(Clock time) {
        return new DevDatabase(dataSource, schema, workRole, requireNonNull(time, "time"));
    }

    /**
     * Brings the schema to this release of the library, making it if need be. Allowed in every environment.
     *
     * @return what happened, in one line
     * @throws io.insightdesk.error.UnavailableException when the database does not answer or the migration fails
     * @throws io.insightdesk.error.InvalidInputException when row-level security cannot hold for this user, with the remedy
     */
    public String migrate() {
        SchemaVersion before = version();
        insightDesk(MigrationMode.MIGRATE).close();
        return version().since(before, schema);
    }

    /**
     * Makes demo data in a migrated schema. What is there already stays as it is, so a seed that was interrupted is completed by
     * the next: each tenant comes in one transaction. Where this user owns the tables and is no superuser, other sessions wait
     * at the tables meanwhile, because row-level security is not forced on the owner until the transaction ends.
     *
     * @param size how much
     * @param environment the value of {@code APP_ENV}
     * @param listener told how far it is
     * @return what was made
     * @throws SeedRefusedException in other environments than development and test, when there are tenants that are not of
     *     the demo data, when the schema is not migrated, or when this user may not copy rows
     * @throws IllegalStateException when the database fails; the tenant being made is rolled back
     */
    public SeedReport seed(SeedSize size, String environment, SeedListener listener) {
        requireNonNull(size, "size");
        requireNonNull(listener, "listener");
        requireEnvironment(environment, "make demo data");
        Set<String> foreign =
                inTransaction("The tenants of the schema '" + schema + "' could not be read", this::requireMigrated);
        if (!foreign.isEmpty()) {
            throw new SeedRefusedException(
                    "The schema '" + schema + "' has tenants that are not of the demo data: "
                            + String.join(", ", foreign)
                            + ". Make the demo data in another database, or empty this one by a reset that names these tenants.");
        }
        long begun = System.nanoTime();
        Instant anchor = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Made made = size == SeedSize.SMALL ? story(anchor, listener) : bulk(BulkTenant.of(size), anchor, listener);
        return new SeedReport(
                size,
                made.tenants(),
                size.tenants() - made.tenants(),
                made.tickets(),
                Duration.ofNanos(System.nanoTime() - begun));
    }

    /**
     * Empties the schema and migrates it again; see {@link #reset(String, Collection)}.
     *
     * @param environment the value of {@code APP_ENV}
     * @return what happened, in one line
     * @throws SeedRefusedException as there
     */
    public String reset(String environment) {
        return reset(environment, Set.of());
    }

    /**
     * Drops the library's schema with all that is in it, makes it anew and migrates it, so that no tenant is left. Database
     * users who were allowed to work in it are so again. Where a table, view or constraint of the host would go with the schema,
     * nothing is dropped. Waits ten seconds at most for others who use the tables.
     *
     * @param environment the value of {@code APP_ENV}
     * @param expendable slugs of tenants that are not of the demo data and may be lost all the same
     * @return what happened, in one line
     * @throws SeedRefusedException in other environments than development and test, when there are tenants that are neither of
     *     the demo data nor expendable, when something of the host would be lost, when others use the tables, or when this
     *     user does not own the schema
     * @throws IllegalStateException when the database fails
     */
    public String reset(String environment, Collection<String> expendable) {
        requireEnvironment(environment, "empty the schema");
        Set<String> roles = inTransaction("The schema '" + schema + "' could not be emptied", connection -> {
            Set<String> foreign = Schemas.isMigrated(connection, schema)
                    ? Schemas.foreignTenants(connection, schema)
                    : new TreeSet<>();
            foreign.removeAll(Set.copyOf(expendable));
            if (!foreign.isEmpty()) {
                throw new SeedRefusedException("The schema '" + schema
                        + "' has tenants that are not of the demo data: " + String.join(", ", foreign)
                        + ". If they may be lost, name them in the call of reset.");
            }
            return new SchemaReset(connection, schema).drop();
        });
        insightDesk(MigrationMode.MIGRATE).close();
        SchemaVersion now = inTransaction("The rights of " + roles + " could not be given back", connection -> {
            SchemaReset.grant(connection, schema, roles);
            return SchemaVersion.of(connection, schema);
        });
        return "The schema " + schema + " is empty, at version " + now.number() + ".";
    }

    /** What was made. */
    private record Made(int tenants, long tickets) {}

    private Made story(Instant anchor, SeedListener listener) {
        try (InsightDesk insightDesk = insightDesk(MigrationMode.NONE)) {
            boolean there = DemoTenant.find(insightDesk).isPresent();
            DemoTenant ignored = DemoTenant.provide(insightDesk, dataSource, configured(), anchor, listener);
            return there ? new Made(0, 0) : new Made(1, SeedSize.SMALL.tickets());
        }
    }

    private Made bulk(List<BulkTenant> tenants, Instant anchor, SeedListener listener) {
        return inTransaction("The tenants could not be made", connection -> {
            BulkSeed seed = new BulkSeed(connection, schema, anchor, listener);
            List<BulkTenant> made = seed.run(tenants);
            return new Made(
                    made.size(), made.stream().mapToLong(BulkTenant::tickets).sum());
        });
    }

    private void requireEnvironment(String environment, String what) {
        String name = requireNonNull(environment, "environment").strip().toLowerCase(Locale.ROOT);
        if (!ENVIRONMENTS.contains(name)) {
            throw new SeedRefusedException("To " + what + " is refused where APP_ENV is '" + name
                    + "'; it is for development and test only. If this is such a database, set APP_ENV=development.");
        }
    }

    private Set<String> requireMigrated(Connection connection) throws SQLException {
        if (!Schemas.isMigrated(connection, schema)) {
            throw Schemas.notMigrated(schema);
        }
        return Schemas.foreignTenants(connection, schema);
    }

    private SchemaVersion version() {
        return inTransaction(
                "The version of the schema '" + schema + "' could not be read",
                connection -> SchemaVersion.of(connection, schema));
    }

    private InsightDesk insightDesk(MigrationMode mode) {
        return configured().migrate(mode).build();
    }

    private InsightDesk.Builder configured() {
        InsightDesk.Builder builder =
                InsightDesk.builder().dataSource(dataSource).schema(schema);
        return workRole == null ? builder : builder.workRole(workRole);
    }

    /** Work on a connection, in a transaction that is committed when the work returns. */
    private interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    private <T> T inTransaction(String failure, Work<T> work) {
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                T result = work.run(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                rollback(connection, e);
                throw e;
            } finally {
                restore(connection, autoCommit);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(
                    failure + ": " + e.getMessage()
                            + ". What was unfinished is rolled back; mend the cause and repeat.",
                    e);
        }
    }

    private static void rollback(Connection connection, Throwable failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    private static void restore(Connection connection, boolean autoCommit) throws SQLException {
        if (!connection.isClosed()) {
            connection.setAutoCommit(autoCommit);
        }
    }
}
