package io.insightdesk.transfer.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.Desk;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.CustomerChange;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.customer.EmailAddress;
import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Actor;
import io.insightdesk.event.Event;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.Role;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Transactions;
import io.insightdesk.job.JobId;
import io.insightdesk.job.NewJob;
import io.insightdesk.mail.InboundResult;
import io.insightdesk.mail.NewMailbox;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.Attempt;
import io.insightdesk.testing.EverythingStored;
import io.insightdesk.testing.Race;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.transfer.HoldTarget;
import io.insightdesk.transfer.LongOperation;
import io.insightdesk.transfer.OperationId;
import io.insightdesk.transfer.OperationStatus;
import io.insightdesk.transfer.Persons;
import io.insightdesk.transfer.RetentionKind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Personal data: what is left of a person who was erased. */
class PersonErasureIT {

    private static final String NUMBERS = """
            select string_agg(concat_ws(' ', number, status, priority, channel, requester_id, assignee_id, created_at, updated_at,
              resolved_at, closed_at, (
                select string_agg(concat_ws(' ', kind, author_type, author_id, created_at), ',' order by id)
                from insightdesk.message m
                where m.ticket_id = t.id)), ';' order by number)
            from insightdesk.ticket t
            """;

    @Test
    void personalDataNoTableAndNoBlobHoldsAWordOfAnErasedPerson() throws SQLException {
        try (Ada world = new Ada()) {
            assertThat(world.traces()).as("before").containsOnlyKeys(Ada.SECRETS);
            assertThat(EverythingStored.tablesWith(world.database.admin(), Ada.ADDRESS))
                    .as("where her address is before")
                    .contains(
                            "insightdesk.customer_address",
                            "insightdesk.message",
                            "insightdesk.inbound_mail",
                            "insightdesk.blob_chunk",
                            "insightdesk.job",
                            "insightdesk.job_dead",
                            "insightdesk.job_batch",
                            "insightdesk.job_key",
                            "insightdesk.job_schedule",
                            "insightdesk.login_session");
            assertThat(EverythingStored.tablesWith(world.database.admin(), Ada.SECOND_ADDRESS))
                    .contains("insightdesk.login_link");
            assertThat(EverythingStored.tablesWith(world.database.admin(), "zebra-browser"))
                    .containsExactlyInAnyOrder("insightdesk.event_personal", "insightdesk.login_session");
            String access = world.login.accessToken().reveal();
            assertThat(world.insightDesk.authenticate(access)).isPresent();
            assertThat(EverythingStored.tablesWith(world.database.admin(), "zebra-reply"))
                    .contains("insightdesk.idempotency_key");
            String numbers = ask(world, NUMBERS);

            LongOperation asked = world.desk.persons().erase(world.ada);
            assertThat(world.insightDesk.authenticate(access))
                    .as("her login, at once")
                    .isEmpty();
            LongOperation done = world.finished(asked.id());

            assertThat(world.traces()).as("after").isEmpty();
            assertThat(done.status()).isEqualTo(OperationStatus.DONE);
            assertThat(done.counts())
                    .containsEntry("tickets", 1L)
                    .containsEntry("sharedTickets", 1L)
                    .containsEntry("exports", 1L)
                    .containsEntry("messages", 4L);
            assertThat(ask(world, NUMBERS)).isEqualTo(numbers);
            Customer erased = world.desk.customers().get(world.ada);
            assertThat(erased.name()).isEqualTo(Persons.ERASED_NAME);
            assertThat(erased.emails()).isEmpty();
            assertThat(world.desk.tickets().activity(world.hers, ActivityQuery.all()))
                    .extracting(Event::type)
                    .contains("ticket_created", "ticket_erased");
        }
    }

    @Test
    void personalDataOfOthersInASharedTicketStays() {
        try (Ada world = new Ada()) {
            world.finished(world.desk.persons().erase(world.ada).id());

            assertThat(world.desk.conversations().list(world.his, null, 100).items())
                    .extracting(Message::text)
                    .satisfiesExactly(
                            hammer -> assertThat(hammer).contains("My hammer, and [erased] at [erased] knows"),
                            hers -> assertThat(hers).isEmpty(),
                            nail -> assertThat(nail).contains("The nail is his"));
            assertThat(world.desk.customers().get(world.bob).name()).isEqualTo("Bob");
            assertThat(world.desk.tickets().get(world.his).subject()).isEqualTo("Tools");
        }
    }

    @Test
    void personalDataThatArrivesWhileAPersonIsErasedIsErasedOrOfANewCustomer() throws Exception {
        try (Ada world = new Ada();
                Connection host = world.database.admin().getConnection()) {
            host.setAutoCommit(false);
            Message said = world.desk.within(
                    host,
                    inside -> inside.conversations()
                            .addCustomerMessage(world.hers, NewMessage.text("zebra-body once more")));
            OperationId erasure = world.desk.persons().erase(world.ada).id();
            // An erasure that does not wait for the transaction would wait for its locks, and this test for ever.
            CompletableFuture.runAsync(world::runDue).get(30, TimeUnit.SECONDS);
            world.database.clock().advance(Duration.ofSeconds(5));
            CompletableFuture.runAsync(world::runDue).get(30, TimeUnit.SECONDS);
            assertThat(world.desk.operations().get(erasure).status())
                    .as("waits for the transaction that began before")
                    .isEqualTo(OperationStatus.WAITING);
            var later = world.receive(Ada.mail(
                    Ada.ADDRESS, "later@lovelace.example", "Subject: Me again\nContent-Type: text/plain\n\nHello\n"));
            host.commit();
            world.finished(erasure);

            assertThat(world.desk.conversations().get(said.id()).text()).isEmpty();
            assertThat(EverythingStored.tablesWith(world.database.admin(), "zebra-body"))
                    .isEmpty();
            CustomerId again = world.customerOf(Ada.ADDRESS);
            assertThat(again).isNotEqualTo(world.ada);
            Ticket ticket = world.desk.tickets().get(requireNonNull(later.ticket()));
            assertThat(ticket.requester()).isEqualTo(again);
            assertThat(ticket.subject()).isEqualTo("Me again");
        }
    }

    @Test
    void personalDataAnErasureThatDiesAfterEachStatementGoesOn() throws Exception {
        try (Ada world = new Ada()) {
            OperationId erasure = world.desk.persons().erase(world.ada).id();
            // Other tests' transactions on the same server are waited for as well.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> scope(world, world.database.database())
                            .run(tx -> new ErasureStore().earlierAreOver(tx, world.ada)));
            int deaths = 0;
            boolean done = false;
            for (int lives = 1; !done; lives++) {
                AtomicInteger left = new AtomicInteger(lives);
                Database mortal = new Database(
                        DyingDataSource.of(world.database.dataSource(), left),
                        TestDatabase.SCHEMA,
                        TestDatabase.WORK_ROLE,
                        new SimpleMeterRegistry());
                try {
                    Attempt context = new Attempt(new JobId(erasure.value()));
                    job(world, mortal).run(context, scope(world, mortal), erasure);
                    done = context.snoozed() == null;
                } catch (RuntimeException e) {
                    assertThat(left).as("failed by itself: " + e).hasNonPositiveValue();
                    deaths++;
                }
                assertThat(lives).isLessThan(500);
            }
            assertThat(deaths).isGreaterThan(20);
            assertThat(world.traces()).isEmpty();
            assertThat(world.desk.operations().get(erasure).counts())
                    .as("nothing is counted twice")
                    .containsEntry("tickets", 1L)
                    .containsEntry("messages", 4L);
        }
    }

    @Test
    void personalDataTwoNodesMayEraseTheSamePersonAtOnce() throws Exception {
        try (Ada world = new Ada()) {
            OperationId erasure = world.desk.persons().erase(world.ada).id();
            Race.of(2, () -> {
                ErasureJob job = job(world, world.database.database());
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                    Attempt context = new Attempt(new JobId(erasure.value()));
                    job.run(context, scope(world, world.database.database()), erasure);
                    return context.snoozed() == null;
                });
                return erasure;
            });
            assertThat(world.traces()).isEmpty();
            assertThat(world.desk.operations().get(erasure).counts())
                    .containsEntry("tickets", 1L)
                    .containsEntry("messages", 4L);
        }
    }

    @Test
    void personalDataOfTheSamePersonInAnotherTenantStays() throws SQLException {
        try (Ada world = new Ada()) {
            TenantId other = world.database.newTenant();
            Desk foreign = world.insightDesk.tenant(other).as(Actor.system());
            var unused = foreign.mailboxes().create(NewMailbox.of("other@desk.example", "Other"));
            InboundResult mail = foreign.mail()
                    .receive(
                            Ada.mail(
                                    Ada.NAME + " <" + Ada.ADDRESS + ">",
                                    "other@lovelace.example",
                                    "Subject: giraffe-subject\nContent-Type: text/plain\n\ngiraffe-body\n"),
                            "other@desk.example");
            foreign.jobs()
                    .enqueue(NewJob.builder(Ada.PARCEL, new Ada.Parcel(Ada.ADDRESS, "giraffe-parcel"))
                            .delay(Duration.ofDays(300))
                            .build());
            foreign.retention().set(RetentionKind.CLOSED_TICKETS, Duration.ofDays(1));
            List<String> rows = rowsOf(world, other);

            world.finished(world.desk.persons().erase(world.ada).id());

            assertThat(rowsOf(world, other)).isEqualTo(rows);
            Customer customer = foreign.customers()
                    .findByEmail(EmailAddress.of(Ada.ADDRESS))
                    .orElseThrow();
            assertThat(customer.name()).isEqualTo(Ada.NAME);
            Ticket ticket = foreign.tickets().get(requireNonNull(mail.ticket()));
            assertThat(ticket.subject()).isEqualTo("giraffe-subject");
            assertThat(ask(
                            world,
                            "select string_agg(payload::text, ',') from insightdesk.job where tenant_id = '" + other
                                    + "'"))
                    .contains("giraffe-parcel", Ada.ADDRESS);
        }
    }

    /** What a tenant's tables hold. */
    private static List<String> rowsOf(Ada world, TenantId tenant) throws SQLException {
        List<String> rows = new ArrayList<>();
        for (String table : List.of(
                "customer",
                "customer_address",
                "ticket",
                "message",
                "inbound_mail",
                "message_reference",
                "event",
                "blob")) {
            rows.add(table + " "
                    + ask(
                            world,
                            "select string_agg(t::text, ',' order by t::text) from insightdesk." + table
                                    + " t where tenant_id = '" + tenant + "'"));
        }
        return rows;
    }

    @Test
    void aRolledBackErasureNeverWas() throws SQLException {
        try (Ada world = new Ada();
                Connection host = world.database.admin().getConnection()) {
            host.setAutoCommit(false);
            OperationId lost = world.desk.within(
                    host, inside -> inside.persons().erase(world.ada).id());
            host.rollback();
            world.runDue();
            assertThatThrownBy(() -> world.desk.operations().get(lost)).isInstanceOf(NotFoundException.class);
            assertThat(world.desk.customers().get(world.ada).emails()).hasSize(2);
        }
    }

    @Test
    void aLegalHoldRefusesErasureWhateverItIsOn() {
        try (Ada world = new Ada()) {
            var organization =
                    requireNonNull(world.desk.customers().get(world.ada).organization());
            for (HoldTarget target : List.of(
                    HoldTarget.of(world.ada),
                    HoldTarget.of(organization),
                    HoldTarget.of(world.hers),
                    HoldTarget.of(world.his),
                    HoldTarget.of(world.bob))) {
                world.desk.legalHolds().place(target, "case 7");
                assertThatThrownBy(() -> world.desk.persons().erase(world.ada))
                        .as(target.toString())
                        .isInstanceOfSatisfying(
                                ConflictException.class,
                                e -> assertThat(e.code()).isEqualTo("legal_hold"));
                world.desk.legalHolds().release(target);
                assertThat(world.desk.legalHolds().find(target)).isEmpty();
            }
            world.desk.persons().erase(world.ada);
            assertThatThrownBy(() -> world.desk.legalHolds().place(HoldTarget.of(world.hers), "case 8"))
                    .isInstanceOfSatisfying(
                            ConflictException.class, e -> assertThat(e.code()).isEqualTo("erasure_in_progress"));
        }
    }

    @Test
    void whoIsErasedStaysSo() {
        try (Ada world = new Ada()) {
            world.desk.persons().erase(world.ada);
            for (Runnable again : List.<Runnable>of(
                    () -> world.desk.persons().erase(world.ada),
                    () -> world.desk.persons().export(world.ada),
                    () -> world.desk
                            .customers()
                            .change(
                                    world.ada,
                                    null,
                                    CustomerChange.builder().name("Ada").build()))) {
                assertThatThrownBy(again::run)
                        .isInstanceOfSatisfying(
                                ConflictException.class,
                                e -> assertThat(e.code()).isEqualTo("customer_erased"));
            }
        }
    }

    @Test
    void onlyWhoMayErasesAndOnlyInTheOwnTenant() {
        try (Ada world = new Ada()) {
            Desk agent = world.insightDesk
                    .tenant(world.tenant)
                    .as(world.desk
                            .agents()
                            .create(NewAgent.of("Small Agent", "small@desk.example", Role.AGENT))
                            .actor());
            assertThatThrownBy(() -> agent.persons().erase(world.ada)).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> agent.persons().export(world.ada)).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> agent.legalHolds().place(HoldTarget.of(world.ada), "x"))
                    .isInstanceOf(AccessDeniedException.class);
            OperationId operation = world.desk.persons().export(world.ada).id();
            // An agent may look at operations of another kind, so this one is not there.
            assertThatThrownBy(() -> agent.operations().get(operation)).isInstanceOf(NotFoundException.class);
            TenantId other = world.database.newTenant();
            Desk foreign = world.insightDesk.tenant(other).as(world.desk.actor());
            assertThatThrownBy(() -> foreign.persons().erase(world.ada)).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> foreign.persons().export(world.ada)).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> foreign.operations().get(operation)).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> foreign.operations().open(operation)).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> foreign.legalHolds().place(HoldTarget.of(world.ada), "x"))
                    .isInstanceOf(NotFoundException.class);
            world.desk.legalHolds().place(HoldTarget.of(world.ada), "x");
            assertThat(world.desk.legalHolds().list(null, 10).items()).hasSize(1);
            assertThat(foreign.legalHolds().list(null, 10).items()).isEmpty();
        }
    }

    private static String ask(Ada world, String sql) throws SQLException {
        try (Connection connection = world.database.admin().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static ErasureJob job(Ada world, Database node) {
        StorageFeature storage = new StorageFeature(node, world.database.clock(), null);
        EventFeature events = world.database.events();
        HoldStore holds = new HoldStore();
        return new ErasureJob(
                new ErasureStore(),
                new OperationStore(),
                new ExportStore(),
                holds,
                new ContentEraser(new ContentStore(), holds, storage, events),
                storage,
                events);
    }

    private static Scope scope(Ada world, Transactions transactions) {
        return new Scope(world.tenant, world.desk.actor(), Authority.ALL, transactions, world.database.clock(), null);
    }
}
