package io.insightdesk.transfer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.insightdesk.InsightDesk;
import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.Actor;
import io.insightdesk.internal.db.Database;
import io.insightdesk.job.JobId;
import io.insightdesk.storage.FileSystemBlobStore;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.Attempt;
import io.insightdesk.testing.FullTenant;
import io.insightdesk.testing.Race;
import io.insightdesk.testing.TenantRows;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.testing.TestDatabase.As;
import io.insightdesk.transfer.TenantDeletion;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nothing of a deleted tenant is left, whatever happens on the way, and nothing of another is touched. */
class TenantDeletionIT {

    private static final JobId JOB = new JobId(new UUID(0, 1));

    /** Tables that belong to the installation and hold nothing of one tenant, each with its reason. */
    private static final Map<String, String> OF_NOBODY = Map.of(
            "schema_history", "which migrations were applied",
            "signing_key", "keys of the installation",
            "event_subscription", "names that the host's code gives",
            "job_worker", "nodes",
            "job_queue", "what operators say of queues",
            "job_paused_kind", "what operators say of kinds",
            "rate_limit", "hashes of buckets, for minutes",
            "tenant_suspension", "goes with the proof",
            "tenant_deletion", "the record of the deletion");

    @TempDir
    private Path files;

    private InsightDesk node(TestDatabase database) {
        InsightDesk made = InsightDesk.builder()
                .dataSource(database.dataSource())
                .clock(database.clock())
                .mailTransport(mail -> {})
                .blobStore(new FileSystemBlobStore(files))
                .build();
        FullTenant.prepare(made);
        made.events().subscribe("shop", event -> {});
        return made;
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLeftOfADeletedTenantAndAnotherIsUntouched(As as) throws Exception {
        try (TestDatabase database = TestDatabase.fresh(as);
                InsightDesk node = node(database);
                InsightDesk other = node(database)) {
            FullTenant gone = FullTenant.fill(node, database.tenant(), "gone");
            FullTenant kept = FullTenant.fill(node, database.newTenant(), "kept");
            database.clock().advance(Duration.ofHours(1));
            while (node.workers().runDue() > 0) {
                // Nothing of the other tenant is left to do, so that nothing of it changes.
            }
            TenantRows rows = new TenantRows(database.admin());
            Map<String, String> before = rows.of(kept.tenant());
            Map<String, String> itsOwn = rows.of(gone.tenant());

            TenantDeletion begun = node.tenantDeletions().begin(gone.tenant());

            assertThat(begun.finishedAt()).isNull();
            assertThatThrownBy(() -> node.tenant(gone.tenant())
                            .as(Actor.system())
                            .tickets()
                            .get(gone.ticket().id()))
                    .isInstanceOfSatisfying(
                            AccessDeniedException.class,
                            e -> assertThat(e.code()).isEqualTo("tenant_suspended"));
            assertThatThrownBy(() -> node.tenants().resume(gone.tenant()))
                    .isInstanceOfSatisfying(
                            ConflictException.class, e -> assertThat(e.code()).isEqualTo("tenant_being_deleted"));
            database.clock().advance(Duration.ofMinutes(1));
            node.workers().start();
            other.workers().start();
            TenantDeletion done = await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(200))
                    .until(
                            () -> {
                                database.clock().advance(Duration.ofSeconds(1));
                                return node.tenantDeletions()
                                        .find(gone.tenant())
                                        .orElseThrow();
                            },
                            deletion -> deletion.finishedAt() != null);
            assertThat(node.workers().stop(Duration.ofSeconds(10))).isTrue();
            assertThat(other.workers().stop(Duration.ofSeconds(10))).isTrue();

            assertThat(done.proof().keySet()).containsAll(itsOwn.keySet());
            assertThat(done.proof().values()).containsOnly(0L);
            assertThat(done.removed().keySet()).contains("ticket", "message", "blob", "tenant", "job", "job_schedule");
            assertThat(rows.thatMention(gone.tenant())).containsOnlyKeys("tenant_deletion");
            assertThat(rows.of(kept.tenant())).isEqualTo(before);
            try (Stream<Path> all = Files.walk(files)) {
                assertThat(all.filter(Files::isRegularFile))
                        .isNotEmpty()
                        .noneMatch(
                                file -> file.toString().contains(gone.tenant().toString()));
            }
            assertThatThrownBy(() -> node.tenants().get(gone.tenant())).isInstanceOf(NotFoundException.class);
            assertThat(node.tenantDeletions().begin(gone.tenant())).isEqualTo(done);
            assertThatThrownBy(() -> node.tenantDeletions().begin(new TenantId(UUID.randomUUID())))
                    .isInstanceOf(NotFoundException.class);
        }
    }

    @Test
    void aDeletionThatIsCutShortAfterEachStatementEndsAllTheSame() throws Exception {
        try (TestDatabase database = TestDatabase.fresh();
                InsightDesk node = node(database)) {
            FullTenant gone = FullTenant.fill(node, database.tenant(), "gone");
            TenantRows rows = new TenantRows(database.admin());
            Map<String, Long> expected = rows.counts(gone.tenant());
            node.tenantDeletions().begin(gone.tenant());
            int attempts = 0;
            while (node.tenantDeletions().find(gone.tenant()).orElseThrow().finishedAt() == null) {
                attempts++;
                AtomicInteger left = new AtomicInteger(attempts);
                try {
                    eraser(database, DyingDataSource.of(database.dataSource(), left))
                            .run(new Attempt(JOB), gone.tenant());
                } catch (RuntimeException e) {
                    assertThat(left).as("failed by itself: " + e).hasNonPositiveValue();
                }
                assertThat(attempts).isLessThan(500);
            }
            assertThat(attempts).isGreaterThan(20);
            assertThat(rows.thatMention(gone.tenant())).containsOnlyKeys("tenant_deletion", "job");
            Map<String, Long> removed =
                    node.tenantDeletions().find(gone.tenant()).orElseThrow().removed();
            // A crash between the removal of files and the note of it loses the note; rows and their note are one
            // transaction.
            expected.keySet().removeAll(List.of("blob", "tenant_usage"));
            assertThat(removed).containsAllEntriesOf(expected);
        }
    }

    @Test
    void twoNodesAtOnceRemoveEachRowOnce() throws Exception {
        try (TestDatabase database = TestDatabase.fresh();
                InsightDesk node = node(database)) {
            FullTenant gone = FullTenant.fill(node, database.tenant(), "gone");
            Map<String, Long> expected = new TenantRows(database.admin()).counts(gone.tenant());
            node.tenantDeletions().begin(gone.tenant());

            Race.of(4, () -> {
                eraser(database, database.dataSource()).run(new Attempt(JOB), gone.tenant());
                return true;
            });
            await().until(() -> {
                eraser(database, database.dataSource()).run(new Attempt(JOB), gone.tenant());
                return node.tenantDeletions().find(gone.tenant()).orElseThrow().finishedAt() != null;
            });

            expected.remove("tenant_usage");
            assertThat(node.tenantDeletions().find(gone.tenant()).orElseThrow().removed())
                    .containsAllEntriesOf(expected);
        }
    }

    @Test
    void whatAnOpenTransactionWritesLateIsRemovedToo() throws Exception {
        try (TestDatabase database = TestDatabase.fresh();
                InsightDesk node = node(database);
                Connection late = database.admin().getConnection()) {
            TenantId tenant = database.tenant();
            late.setAutoCommit(false);
            execute(
                    late,
                    "insert into insightdesk.event_marker (tenant_id, subscription, ticket_id, wanted) values ('"
                            + tenant + "', 'late', '" + UUID.randomUUID() + "', 1)");
            node.tenantDeletions().begin(tenant);
            Attempt attempt = new Attempt(JOB);
            for (int i = 0; i < 3; i++) {
                eraser(database, database.dataSource()).run(attempt, tenant);
                assertThat(node.tenantDeletions().find(tenant).orElseThrow().finishedAt())
                        .isNull();
                assertThat(attempt.snoozed()).isPositive();
            }
            late.commit();
            await().until(() -> {
                eraser(database, database.dataSource()).run(attempt, tenant);
                return node.tenantDeletions().find(tenant).orElseThrow().finishedAt() != null;
            });
            assertThat(new TenantRows(database.admin()).thatMention(tenant)).containsOnlyKeys("tenant_deletion", "job");
        }
    }

    @Test
    void aTableThatIsMadeLaterIsEmptiedWithoutBeingListedAnywhere() throws Exception {
        try (TestDatabase database = TestDatabase.fresh();
                InsightDesk node = node(database)) {
            TenantId tenant = database.tenant();
            database.execute(
                    "create table insightdesk.brand_new (tenant_id uuid not null references insightdesk.tenant)");
            database.execute("insert into insightdesk.brand_new values ('" + tenant + "')");
            node.tenantDeletions().begin(tenant);
            eraser(database, database.dataSource()).run(new Attempt(JOB), tenant);
            await().until(() -> {
                eraser(database, database.dataSource()).run(new Attempt(JOB), tenant);
                return node.tenantDeletions().find(tenant).orElseThrow().finishedAt() != null;
            });
            TenantDeletion done = node.tenantDeletions().find(tenant).orElseThrow();
            assertThat(done.removed()).containsEntry("brand_new", 1L);
            assertThat(done.proof()).containsEntry("brand_new", 0L);
        }
    }

    /** A table whose column for the tenant has another name would be emptied by nobody. */
    @Test
    void everyTableIsEmptiedOrKnownToHoldNothingOfATenant() {
        try (TestDatabase database = TestDatabase.fresh()) {
            assertThat(unknown(database)).isEmpty();
            database.execute("create table insightdesk.forgotten (customer_of uuid)");
            assertThat(unknown(database)).containsExactly("forgotten");
        }
    }

    private static List<String> unknown(TestDatabase database) {
        List<String> tables = database.database()
                .system(tx -> tx.query("""
                        select c.relname::text
                        from pg_class c
                        where c.relnamespace = '{schema}'::regnamespace and c.relkind = 'r'
                          and c.relname not in (select name from {schema}.tenant_tables())
                        """).mapTo(String.class).list());
        return tables.stream().filter(table -> !OF_NOBODY.containsKey(table)).toList();
    }

    @Test
    void nothingCanBeRemovedOfATenantThatIsNotBeingDeleted() {
        try (TestDatabase database = TestDatabase.fresh()) {
            assertThatThrownBy(() -> database.database()
                            .system(tx -> new TenantDeletionStore().delete(tx, database.tenant(), "tenant", 1)))
                    .hasMessageContaining("is not being deleted");
        }
    }

    private TenantEraser eraser(TestDatabase database, DataSource dataSource) {
        Database node =
                new Database(dataSource, TestDatabase.SCHEMA, TestDatabase.WORK_ROLE, new SimpleMeterRegistry());
        StorageFeature storage = new StorageFeature(node, database.clock(), new FileSystemBlobStore(files));
        return new TenantEraser(node, new TenantDeletionStore(), storage, database.clock(), Duration.ZERO);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
