package io.insightdesk.transfer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.insightdesk.Desk;
import io.insightdesk.conversation.Message;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Actor;
import io.insightdesk.event.AuditCheck;
import io.insightdesk.event.AuditQuery;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.EverythingStored;
import io.insightdesk.testing.Race;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketStatus;
import io.insightdesk.transfer.HoldTarget;
import io.insightdesk.transfer.Persons;
import io.insightdesk.transfer.Retention;
import io.insightdesk.transfer.RetentionKind;
import io.insightdesk.transfer.RetentionRule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What rules of retention take away, and what they leave. */
class RetentionIT {

    private static final Duration MONTH = Duration.ofDays(30);
    private static final Duration QUARTER = Duration.ofDays(Retention.MIN_AUDIT_DAYS);

    private static void apply(Ada world) {
        apply(world, world.database.database());
    }

    private static void apply(Ada world, Database node) {
        StorageFeature storage = new StorageFeature(node, world.database.clock(), null);
        ContentStore contents = new ContentStore();
        HoldStore holds = new HoldStore();
        Scope scope = world.database.in(node);
        new RetentionTask(
                        new RetentionStore(),
                        contents,
                        holds,
                        new ContentEraser(contents, holds, storage, world.database.events()),
                        storage,
                        world.database.events())
                .run(scope);
    }

    private static void close(Ada world, TicketId ticket) {
        world.desk.tickets().resolve(ticket);
        Ticket closed = world.desk.tickets().close(ticket);
        assertThat(closed.status()).isEqualTo(TicketStatus.CLOSED);
    }

    private static long rows(Ada world, String table) {
        return world.database
                .database()
                .run(
                        world.tenant.value(),
                        tx -> tx.query("select count(*) from {schema}." + table)
                                .mapTo(Long.class)
                                .one());
    }

    @Test
    void closedTicketsAreEmptiedWhenTheyAreOldEnoughAndKeepTheirNumbers() throws SQLException {
        try (Ada world = new Ada()) {
            close(world, world.hers);
            Ticket before = world.desk.tickets().get(world.hers);
            world.desk.retention().set(RetentionKind.CLOSED_TICKETS, MONTH);
            apply(world);
            assertThat(world.desk.tickets().get(world.hers)).as("too young").isEqualTo(before);

            world.database.clock().advance(MONTH.plusDays(1));
            assertThat(world.desk.retention().preview(RetentionKind.CLOSED_TICKETS, MONTH))
                    .isEqualTo(1);
            apply(world);

            Ticket after = world.desk.tickets().get(world.hers);
            assertThat(after.number()).isEqualTo(before.number());
            assertThat(after.status()).isEqualTo(TicketStatus.CLOSED);
            assertThat(after.updatedAt()).isEqualTo(before.updatedAt());
            assertThat(after.closedAt()).isEqualTo(before.closedAt());
            assertThat(after.subject()).isEqualTo("Erased");
            assertThat(world.desk.conversations().list(world.hers, null, 100).items())
                    .hasSize(3)
                    .allSatisfy(message -> {
                        assertThat(message.text()).isEmpty();
                        assertThat(message.attachments()).isEmpty();
                    });
            assertThat(EverythingStored.tablesWith(world.database.admin(), "zebra-markup"))
                    .as("the raw mail of the export's copy")
                    .isSubsetOf("insightdesk.blob_chunk")
                    .isEmpty();
            assertThat(world.desk.tickets().get(world.his).subject())
                    .as("an open ticket is left alone")
                    .isEqualTo("Tools");
            assertThat(world.desk.customers().get(world.ada).name()).isEqualTo(Ada.NAME);
            assertThat(world.desk.retention().rules())
                    .extracting(RetentionRule::lastCount)
                    .containsExactly(1L);
            assertThat(world.desk.retention().preview(RetentionKind.CLOSED_TICKETS, MONTH))
                    .as("what is empty is not counted again")
                    .isZero();
        }
    }

    @Test
    void theAuditTrailGoesFromItsBeginningWhenItIsOldEnoughAndNobodyIsUnderLegalHold() {
        try (Ada world = new Ada()) {
            // With the installation's own keys.
            world.runDue();
            AuditCheck before = world.desk.audit().verify(null, null);
            long old = before.events();
            assertThat(old).isPositive();
            world.database.clock().advance(QUARTER.plusDays(1));
            world.desk.retention().set(RetentionKind.AUDIT, QUARTER);
            world.desk.retention().set(RetentionKind.AUDIT_PERSONAL, MONTH);
            world.desk.legalHolds().place(HoldTarget.of(world.ada), "case 7");
            world.runDue();
            assertThat(world.desk.retention().preview(RetentionKind.AUDIT, QUARTER))
                    .isZero();
            assertThat(world.desk.audit().verify(null, null).events())
                    .as("any act may be evidence")
                    .isGreaterThanOrEqualTo(old);
            assertThat(world.desk.audit().verify(null, null).erased()).isZero();

            world.desk.legalHolds().release(HoldTarget.of(world.ada));
            assertThat(world.desk.retention().preview(RetentionKind.AUDIT, QUARTER))
                    .isEqualTo(old);
            assertThat(world.desk.retention().preview(RetentionKind.AUDIT_PERSONAL, MONTH))
                    .isEqualTo(old + before.pending());
            AuditQuery all = AuditQuery.all().limit(100);
            int listed = world.desk.audit().list(all).items().size();
            world.database.clock().advance(Duration.ofHours(1));
            world.runDue();

            AuditCheck check = world.desk.audit().verify(null, null);
            assertThat(check.problems()).isEmpty();
            assertThat(check.erased()).isEqualTo(before.pending());
            assertThat(check.retired()).isPositive();
            assertThat((long) world.desk.audit().list(all).items().size())
                    .as("what is younger")
                    .isEqualTo(listed - old)
                    .isPositive();
            assertThat(world.desk.retention().rules())
                    .extracting(RetentionRule::kind, RetentionRule::lastCount)
                    .containsExactly(
                            tuple(RetentionKind.AUDIT, old), tuple(RetentionKind.AUDIT_PERSONAL, before.pending()));
            assertThat(world.desk.tickets().activity(world.hers, ActivityQuery.all()))
                    .as("what happened to tickets is not the audit trail's")
                    .isNotEmpty();
            assertThatThrownBy(() -> world.desk.retention().set(RetentionKind.AUDIT, QUARTER.minusDays(1)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("90");
        }
    }

    @Test
    void whatIsUnderLegalHoldIsKeptByAllRules() {
        try (Ada world = new Ada()) {
            close(world, world.hers);
            world.database.clock().advance(MONTH.plusDays(1));
            for (RetentionKind kind : RetentionKind.values()) {
                world.desk.retention().set(kind, kind == RetentionKind.AUDIT ? QUARTER : MONTH);
            }
            for (HoldTarget target : List.of(HoldTarget.of(world.hers), HoldTarget.of(world.ada))) {
                world.desk.legalHolds().place(target, "case 7");
                assertThat(world.desk.retention().preview(RetentionKind.CLOSED_TICKETS, MONTH))
                        .as(target.toString())
                        .isZero();
                assertThat(world.desk.retention().preview(RetentionKind.ATTACHMENTS, MONTH))
                        .as(target.toString())
                        .isZero();
                apply(world);
                assertThat(world.desk.tickets().get(world.hers).subject())
                        .as(target.toString())
                        .isEqualTo("zebra-subject");
                assertThat(world.desk
                                .conversations()
                                .list(world.hers, null, 100)
                                .items())
                        .filteredOn(message -> !message.attachments().isEmpty())
                        .as(target.toString())
                        .hasSize(2);
                world.desk.legalHolds().release(target);
            }
            apply(world);
            assertThat(world.desk.tickets().get(world.hers).subject()).isEqualTo("Erased");
        }
    }

    /** Threat: what a court wants is taken away by a batch that looked before the hold was there. */
    @Test
    void aHoldThatIsBeingPlacedIsWaitedFor() throws Exception {
        try (Ada world = new Ada();
                Connection host = world.database.admin().getConnection()) {
            close(world, world.hers);
            world.desk.retention().set(RetentionKind.CLOSED_TICKETS, MONTH);
            world.database.clock().advance(MONTH.plusDays(1));
            host.setAutoCommit(false);
            world.desk.within(host, inside -> inside.legalHolds().place(HoldTarget.of(world.hers), "case 7"));
            CompletableFuture<Void> batch = CompletableFuture.runAsync(() -> apply(world));
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> batch.isDone() || waits(world));
            host.commit();
            batch.get(30, TimeUnit.SECONDS);
            assertThat(world.desk.tickets().get(world.hers).subject()).isEqualTo("zebra-subject");
        }
    }

    private static boolean waits(Ada world) {
        return world.database
                .database()
                .run(
                        world.tenant.value(),
                        tx -> tx.query("""
                                select exists (
                                  select from pg_locks
                                  where locktype = 'advisory' and not granted
                                    and database = (select oid from pg_database where datname = current_database()))
                                """).mapTo(Boolean.class).one());
    }

    @Test
    void attachmentsAndRawMailsGoByTheirOwnRules() {
        try (Ada world = new Ada()) {
            close(world, world.hers);
            var file = world.desk.conversations().list(world.hers, null, 100).items().stream()
                    .flatMap(message -> message.attachments().stream())
                    .findFirst()
                    .orElseThrow();
            world.database.clock().advance(MONTH.plusDays(1));
            assertThat(rows(world, "inbound_mail")).isEqualTo(4);
            assertThat(world.desk.retention().preview(RetentionKind.RAW_MAILS, MONTH))
                    .isEqualTo(4);
            assertThat(world.desk.retention().preview(RetentionKind.ATTACHMENTS, MONTH))
                    .isEqualTo(2);
            world.desk.retention().set(RetentionKind.RAW_MAILS, MONTH);
            apply(world);
            assertThat(rows(world, "inbound_mail")).isZero();
            assertThat(world.desk.attachments().get(file.id())).isEqualTo(file);

            world.desk.retention().remove(RetentionKind.RAW_MAILS);
            world.desk.retention().set(RetentionKind.ATTACHMENTS, MONTH);
            apply(world);
            assertThatThrownBy(() -> world.desk.attachments().get(file.id())).isInstanceOf(NotFoundException.class);
            assertThat(world.desk.conversations().list(world.hers, null, 100).items())
                    .filteredOn(message -> message.flags().contains("attachments_removed"))
                    .extracting(Message::text)
                    .hasSize(2)
                    .allSatisfy(text -> assertThat(text).isNotEmpty());
            assertThat(world.desk.customers().get(world.ada).name()).isNotEqualTo(Persons.ERASED_NAME);
        }
    }

    @Test
    void twoNodesMayApplyARuleAtOnceAndAnotherTenantKeepsWhatItHas() throws Exception {
        try (Ada world = new Ada()) {
            TenantId other = world.database.newTenant();
            Desk foreign = world.insightDesk.tenant(other).as(Actor.system());
            Ticket kept = foreign.tickets()
                    .create(NewTicket.builder("giraffe")
                            .requester(foreign.customers()
                                    .create(NewCustomer.of("Ada", Ada.ADDRESS))
                                    .id())
                            .build());
            foreign.tickets().resolve(kept.id());
            foreign.tickets().close(kept.id());
            close(world, world.hers);
            close(world, world.his);
            for (RetentionKind kind : RetentionKind.values()) {
                world.desk.retention().set(kind, kind == RetentionKind.AUDIT ? QUARTER : MONTH);
            }
            world.database.clock().advance(QUARTER.plusDays(1));

            Race.of(2, () -> {
                apply(world);
                return world;
            });

            assertThat(rows(world, "event where type = 'ticket_erased'"))
                    .as("each ticket once")
                    .isEqualTo(2);
            assertThat(rows(world, "attachment")).isZero();
            assertThat(rows(world, "inbound_mail")).isZero();
            assertThat(foreign.tickets().get(kept.id()).subject()).isEqualTo("giraffe");
        }
    }

    /** Threat: personal data that nobody takes away because a process died at the wrong moment. */
    @Test
    void retentionThatDiesAfterEachStatementGoesOn() {
        try (Ada world = new Ada()) {
            close(world, world.hers);
            close(world, world.his);
            for (RetentionKind kind : RetentionKind.values()) {
                world.desk.retention().set(kind, kind == RetentionKind.AUDIT ? QUARTER : MONTH);
            }
            world.database.clock().advance(QUARTER.plusDays(1));
            int deaths = 0;
            boolean done = false;
            for (int lives = 1; !done; lives++) {
                AtomicInteger left = new AtomicInteger(lives);
                try {
                    apply(
                            world,
                            new Database(
                                    DyingDataSource.of(world.database.dataSource(), left),
                                    TestDatabase.SCHEMA,
                                    TestDatabase.WORK_ROLE,
                                    new SimpleMeterRegistry()));
                    done = true;
                } catch (RuntimeException e) {
                    assertThat(left).as("failed by itself: " + e).hasNonPositiveValue();
                    deaths++;
                }
                assertThat(lives).isLessThan(500);
            }
            assertThat(deaths).isGreaterThan(20);
            assertThat(rows(world, "event where type = 'ticket_erased'")).isEqualTo(2);
            assertThat(rows(world, "attachment")).isZero();
            assertThat(rows(world, "inbound_mail")).isZero();
            assertThat(rows(world, "blob"))
                    .as("of the contents only the export's file, which expires by itself")
                    .isEqualTo(1);
        }
    }

    @Test
    void aRuleIsOfWholeDays() {
        try (Ada world = new Ada()) {
            for (Duration wrong : List.of(
                    Duration.ZERO,
                    Duration.ofDays(-1),
                    Duration.ofHours(36),
                    Duration.ofDays(io.insightdesk.transfer.Retention.MAX_DAYS + 1L))) {
                assertThatThrownBy(() -> world.desk.retention().set(RetentionKind.ATTACHMENTS, wrong))
                        .as(wrong.toString())
                        .isInstanceOf(InvalidInputException.class);
            }
        }
    }
}
