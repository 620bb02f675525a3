package io.insightdesk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.customer.Customer;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Actor;
import io.insightdesk.event.Event;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentChange;
import io.insightdesk.identity.ApiTokenId;
import io.insightdesk.identity.IssuedToken;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.TeamId;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketChanged;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketListener;
import io.insightdesk.ticket.TicketPriority;
import io.insightdesk.ticket.TicketQuery;
import io.insightdesk.ticket.TicketStatus;
import io.insightdesk.ticket.TicketVersion;
import io.insightdesk.transfer.LongOperation;
import io.insightdesk.transfer.OperationId;
import io.insightdesk.transfer.OperationStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Many tickets are changed alike: at once, or by a job, each of them once, whatever happens on the way. */
@TestInstance(Lifecycle.PER_CLASS)
class BulkChangesIT {

    private static final TicketChange TO_OPEN =
            TicketChange.builder().status(TicketStatus.OPEN).addTag("bulk").build();

    private final TestDatabase database = TestDatabase.fresh();
    private Consumer<Ticket> listening = ticket -> {};
    private final InsightDesk insightDesk = InsightDesk.builder()
            .dataSource(database.dataSource())
            .clock(database.clock())
            .ticketListener(new TicketListener() {
                @Override
                public void changed(Ticket before, Ticket after, Actor actor, Connection connection) {
                    listening.accept(after);
                }
            })
            .build();
    private final TenantId tenant = database.newTenant();
    private final Desk system = insightDesk.tenant(tenant).as(Actor.system());
    private final Customer ada = system.customers().create(NewCustomer.of("Ada", "ada@bulk.example"));

    @AfterAll
    void end() {
        insightDesk.close();
        database.close();
    }

    @AfterEach
    void listenNoMore() {
        listening = ticket -> {};
    }

    private List<TicketId> tickets(int count, String tag) {
        List<TicketId> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            made.add(system.tickets()
                    .create(NewTicket.builder("Ticket " + i)
                            .requester(ada.id())
                            .tag(tag)
                            .build())
                    .id());
        }
        return made;
    }

    private static List<TicketVersion> any(List<TicketId> ids) {
        return ids.stream().map(TicketVersion::any).toList();
    }

    private Agent agent(Role role) {
        return system.agents().create(NewAgent.of("Ann", UUID.randomUUID() + "@bulk.example", role));
    }

    private Desk as(Agent agent) {
        return insightDesk.tenant(tenant).as(agent.actor());
    }

    private List<Event> changesOf(TicketId id) {
        return system.tickets().activity(id, ActivityQuery.all()).stream()
                .filter(event -> event.type().equals("ticket_changed"))
                .toList();
    }

    private void runUntilDone() {
        for (int i = 0; i < 50 && insightDesk.workers().runDue() > 0; i++) {
            database.clock().advance(Duration.ofMinutes(15));
        }
    }

    @Test
    void eachOfSeveralIsChangedOrRefusedForItself() {
        List<TicketId> ids = tickets(4, "several");
        system.tickets().close(ids.get(1));
        TicketId unknown = new TicketId(UUID.randomUUID());
        List<TicketVersion> wanted = List.of(
                TicketVersion.any(ids.get(3)),
                TicketVersion.any(ids.get(1)),
                new TicketVersion(ids.get(0), 7L),
                TicketVersion.any(unknown),
                new TicketVersion(ids.get(2), 1L));

        List<TicketChanged> outcomes = system.tickets().changeAll(wanted, TO_OPEN);

        assertThat(outcomes)
                .extracting(TicketChanged::id)
                .containsExactlyElementsOf(
                        wanted.stream().map(TicketVersion::id).toList());
        assertThat(outcomes.get(0).ticket().orElseThrow().status()).isEqualTo(TicketStatus.OPEN);
        assertThat(outcomes.get(0).ticket()).contains(system.tickets().get(ids.get(3)));
        assertThat(outcomes.get(1).refusal())
                .get()
                .isInstanceOfSatisfying(
                        ConflictException.class, e -> assertThat(e.code()).isEqualTo("status_transition"));
        assertThat(outcomes.get(2).refusal())
                .get()
                .isInstanceOfSatisfying(
                        ConflictException.class,
                        e -> assertThat(e.actualVersion()).hasValue(1));
        assertThat(outcomes.get(3).refusal()).get().isInstanceOf(NotFoundException.class);
        assertThat(outcomes.get(4).ticket()).isPresent();
        assertThat(system.tickets().get(ids.get(1)).status()).isEqualTo(TicketStatus.CLOSED);
        assertThat(system.tickets().get(ids.get(0)).version()).isEqualTo(1);
        assertThat(changesOf(ids.get(0))).isEmpty();
        assertThat(changesOf(ids.get(3))).hasSize(1);
    }

    /** The database itself refuses such a reference, which ends a transaction that is not prepared for it. */
    @Test
    void aTeamThatDoesNotExistIsToldForEachAndEndsNothing() {
        List<TicketId> ids = tickets(3, "team");
        TicketChange change =
                TicketChange.builder().team(new TeamId(UUID.randomUUID())).build();
        assertThat(system.tickets().changeAll(any(ids), change))
                .allSatisfy(outcome -> assertThat(outcome.refusal())
                        .get()
                        .isInstanceOfSatisfying(
                                InvalidInputException.class,
                                e -> assertThat(e.violations().get(0).code()).isEqualTo("unknown_team")));
        List<TicketChanged> inOne = system.transact(desk -> {
            desk.tickets().changeAll(any(ids), change);
            return desk.tickets().changeAll(any(ids), TO_OPEN);
        });
        assertThat(inOne).allSatisfy(outcome -> assertThat(outcome.ticket()).isPresent());
    }

    /** In a host's transaction, too, one refusal is no end; and its rollback takes all back. */
    @Test
    void inAHostsTransactionTheRestGoesOn() throws SQLException {
        List<TicketId> ids = tickets(3, "host");
        system.tickets().close(ids.get(0));
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            List<TicketChanged> outcomes =
                    system.within(connection, desk -> desk.tickets().changeAll(any(ids), TO_OPEN));
            assertThat(outcomes)
                    .extracting(outcome -> outcome.refusal().isPresent())
                    .containsExactly(true, false, false);
            connection.rollback();
            connection.setAutoCommit(true);
        }
        assertThat(changesOf(ids.get(1))).isEmpty();
    }

    @Test
    void whatIsWrongWithTheWholeIsThrown() {
        List<TicketId> ids = tickets(1, "wrong");
        assertThatThrownBy(() -> system.tickets().changeAll(List.of(), TO_OPEN))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> system.tickets()
                        .changeAll(List.of(TicketVersion.any(ids.get(0)), new TicketVersion(ids.get(0), 1L)), TO_OPEN))
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.violations().get(0).pointer()).isEqualTo("/tickets/1"));
        List<TicketVersion> many = new ArrayList<>();
        for (int i = 0; i < 101; i++) {
            many.add(TicketVersion.any(new TicketId(UUID.randomUUID())));
        }
        assertThatThrownBy(() -> system.tickets().changeAll(many, TO_OPEN)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> as(agent(Role.VIEWER)).tickets().changeAll(any(ids), TO_OPEN))
                .isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> as(agent(Role.VIEWER)).bulkChanges().change(any(ids), TO_OPEN))
                .isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void aJobChangesAllThatAQueryFoundAndTellsHowFarItIs() {
        List<TicketId> ids = tickets(120, "found");
        system.tickets().close(ids.get(5));
        system.tickets().change(ids.get(6), null, TO_OPEN);
        Agent ann = agent(Role.AGENT);
        Desk desk = as(ann).withRequestId("request-7");
        LongOperation asked =
                desk.bulkChanges().change(TicketQuery.builder().tag("found").build(), TO_OPEN);
        TicketId later = tickets(1, "found").get(0);

        assertThat(asked.status()).isEqualTo(OperationStatus.WAITING);
        assertThat(asked.counts()).containsExactlyEntriesOf(Map.of("tickets", 120L));
        runUntilDone();

        LongOperation done = desk.operations().get(asked.id());
        assertThat(done.status()).isEqualTo(OperationStatus.DONE);
        assertThat(done.counts())
                .isEqualTo(Map.of(
                        "tickets",
                        120L,
                        "changed",
                        118L,
                        "unchanged",
                        1L,
                        "refused",
                        1L,
                        "refused.status_transition",
                        1L));
        assertThat(system.tickets().get(later).status()).isEqualTo(TicketStatus.NEW);
        Event event = changesOf(ids.get(0)).get(0);
        assertThat(changesOf(ids.get(0))).hasSize(1);
        assertThat(event.actor()).isEqualTo(ann.actor());
        assertThat(event.requestId()).isEqualTo("request-7");
        assertThat(rows("bulk_change")).isZero();
        assertThat(rows("bulk_change_ticket")).isZero();
    }

    private long rows(String table) {
        return database.system(tenant)
                .run(tx -> tx.query("select count(*) from {schema}." + table + " where tenant_id = :tenant")
                        .mapTo(Long.class)
                        .one());
    }

    /** What a node does that dies: the transaction in which it was is undone, the next attempt goes on with that ticket. */
    @Test
    void anAttemptThatFailsInTheMiddleIsGoneOnWithAndNoTicketIsChangedTwice() {
        List<TicketId> ids = tickets(30, "crash");
        Map<TicketId, Integer> failures = new HashMap<>();
        listening = ticket -> {
            int at = ids.indexOf(ticket.id());
            if (at % 10 == 4 && failures.merge(ticket.id(), 1, Integer::sum) < 3) {
                throw new IllegalStateException("the node dies");
            }
        };
        LongOperation asked = system.bulkChanges().change(any(ids), TO_OPEN);
        int attempts = 0;
        while (system.operations().get(asked.id()).status() != OperationStatus.DONE && attempts < 20) {
            attempts += insightDesk.workers().runDue();
            database.clock().advance(Duration.ofMinutes(15));
        }
        assertThat(attempts).isEqualTo(7);
        assertThat(failures).hasSize(3);
        for (TicketId id : ids) {
            assertThat(changesOf(id)).as("ticket %s", ids.indexOf(id)).hasSize(1);
            assertThat(system.tickets().get(id).version()).isEqualTo(2);
        }
        assertThat(system.operations().get(asked.id()).counts()).containsEntry("changed", 30L);
    }

    @Test
    void whatTheActorMayNotDoAnyMoreIsRefusedForTheRest() {
        List<TicketId> ids = tickets(20, "withdrawn");
        Agent ann = agent(Role.AGENT);
        listening = ticket -> {
            if (ids.indexOf(ticket.id()) == 7) {
                // Seen by the next transaction, as a change by another administrator would be.
                Agent unused = system.agents()
                        .change(
                                ann.id(),
                                null,
                                AgentChange.builder().role(Role.VIEWER).build());
            }
        };
        LongOperation asked = as(ann).bulkChanges().change(any(ids), TO_OPEN);
        runUntilDone();
        LongOperation done = system.operations().get(asked.id());
        assertThat(done.status()).isEqualTo(OperationStatus.DONE);
        assertThat(done.counts())
                .containsEntry("changed", 8L)
                .containsEntry("refused", 12L)
                .containsEntry("refused.access_denied", 12L);
        assertThat(changesOf(ids.get(8))).isEmpty();
    }

    @Test
    void aTokenThatIsRevokedChangesNothingMore() {
        List<TicketId> ids = tickets(10, "revoked");
        Agent ann = agent(Role.AGENT);
        IssuedToken token = system.apiTokens().create(NewApiToken.of("ann's", ann.id(), Role.AGENT));
        Desk desk = insightDesk.desk(
                insightDesk.authenticate(token.secret().reveal()).orElseThrow());
        ApiTokenId id = token.token().id();
        listening = ticket -> {
            if (ids.indexOf(ticket.id()) == 2) {
                var unused = system.apiTokens().revoke(id);
            }
        };
        LongOperation asked = desk.bulkChanges().change(any(ids), TO_OPEN);
        runUntilDone();
        assertThat(system.operations().get(asked.id()).counts())
                .containsEntry("changed", 3L)
                .containsEntry("refused.access_denied", 7L);
    }

    @Test
    void oneThatIsCancelledStopsBetweenTwoTicketsAndStaysSo() {
        List<TicketId> ids = tickets(20, "cancelled");
        LongOperation[] asked = new LongOperation[1];
        List<Thread> cancelling = new ArrayList<>();
        listening = ticket -> {
            if (ids.indexOf(ticket.id()) == 3) {
                // It waits for this ticket, as it is under way.
                Thread other = new Thread(() -> {
                    LongOperation unused = system.operations().cancel(asked[0].id());
                });
                cancelling.add(other);
                other.start();
            }
        };
        asked[0] = system.bulkChanges().change(any(ids), TO_OPEN);
        runUntilDone();
        cancelling.forEach(BulkChangesIT::join);
        LongOperation ended = system.operations().get(asked[0].id());
        assertThat(ended.status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(ended.counts().get("changed")).isBetween(4L, 20L);
        long changed = ids.stream().filter(id -> !changesOf(id).isEmpty()).count();
        assertThat(changed).isEqualTo(ended.counts().get("changed"));
        assertThat(rows("bulk_change")).isZero();
        assertThat(system.operations().cancel(asked[0].id()).status()).isEqualTo(OperationStatus.CANCELLED);

        LongOperation waiting = system.bulkChanges().change(any(ids), TO_OPEN);
        assertThat(system.operations().cancel(waiting.id()).status()).isEqualTo(OperationStatus.CANCELLED);
        runUntilDone();
        assertThat(system.operations().get(waiting.id()).counts()).doesNotContainKey("changed");
        assertThat(rows("bulk_change_ticket")).isZero();
        OperationId export = system.persons().export(ada.id()).id();
        assertThatThrownBy(() -> system.operations().cancel(export))
                .isInstanceOfSatisfying(
                        ConflictException.class, e -> assertThat(e.code()).isEqualTo("operation_not_cancellable"));
        LongOperation quick = system.bulkChanges().change(any(ids.subList(0, 1)), TO_OPEN);
        runUntilDone();
        assertThatThrownBy(() -> system.operations().cancel(quick.id()))
                .isInstanceOfSatisfying(
                        ConflictException.class, e -> assertThat(e.code()).isEqualTo("operation_finished"));
    }

    private static void join(Thread thread) {
        try {
            thread.join(20_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aSuspendedTenantsChangeWaitsUntilItIsResumed() {
        List<TicketId> ids = tickets(6, "suspended");
        LongOperation asked = system.bulkChanges().change(any(ids), TO_OPEN);
        insightDesk.tenants().suspend(tenant);
        for (int i = 0; i < 5; i++) {
            int unused = insightDesk.workers().runDue();
            database.clock().advance(Duration.ofMinutes(15));
        }
        insightDesk.tenants().resume(tenant);
        assertThat(changesOf(ids.get(0))).isEmpty();
        runUntilDone();
        assertThat(system.operations().get(asked.id()).counts()).containsEntry("changed", 6L);
    }

    @Test
    void nobodyButWhoAnswersLooksAtIt() {
        LongOperation asked = system.bulkChanges().change(any(tickets(1, "seen")), TO_OPEN);
        assertThat(as(agent(Role.AGENT)).operations().get(asked.id()).id()).isEqualTo(asked.id());
        assertThatThrownBy(() -> as(agent(Role.VIEWER)).operations().get(asked.id()))
                .isInstanceOf(AccessDeniedException.class);
        Desk customer = insightDesk.tenant(tenant).as(ada.actor());
        assertThatThrownBy(() -> customer.operations().get(asked.id())).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> customer.operations().cancel(asked.id())).isInstanceOf(NotFoundException.class);
        runUntilDone();
    }

    @Test
    void aChangeIsTheSameAfterItWasKept() {
        Ticket ticket = system.tickets().get(tickets(1, "kept").get(0));
        TicketChange whole = TicketChange.builder()
                .subject("Other")
                .status(TicketStatus.PENDING)
                .priority(TicketPriority.URGENT)
                .requester(ada.id())
                .assignee(null)
                .team(null)
                .tags(List.of("a", "b"))
                .addTag("c")
                .removeTag("a")
                .customField("floor", 3)
                .customField("room", null)
                .customField("colours", List.of("red"))
                .build();
        for (TicketChange change : List.of(
                whole,
                TicketChange.builder().build(),
                TicketChange.builder().tags(List.of()).build(),
                TicketChange.builder().assignee(agent(Role.AGENT).id()).build())) {
            TicketChange kept = TicketChange.fromJson(change.toJson());
            assertThat(kept.applyTo(ticket)).isEqualTo(change.applyTo(ticket));
            assertThat(kept.permissions()).isEqualTo(change.permissions());
        }
    }
}
