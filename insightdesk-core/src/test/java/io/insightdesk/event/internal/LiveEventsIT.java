package io.insightdesk.event.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.MigrationMode;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.customer.NewOrganization;
import io.insightdesk.customer.Organization;
import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.LimitReachedException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.event.EventStream;
import io.insightdesk.event.LiveEvent;
import io.insightdesk.event.LiveEventBatch;
import io.insightdesk.event.LiveEventLimits;
import io.insightdesk.event.LiveEventQuery;
import io.insightdesk.event.internal.LivePosition.ResetReason;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.NewRole;
import io.insightdesk.identity.NewTeam;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.RoleChange;
import io.insightdesk.identity.TeamId;
import io.insightdesk.identity.TicketScope;
import io.insightdesk.internal.Cursors;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.InMemorySigner;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Threats: one tenant reads another's events by a stream; an agent sees more of them than the role allows; an event is lost. */
class LiveEventsIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Role FIRST_LINE = Role.of("first_line");
    private static final TestDatabase database = TestDatabase.fresh(TestDatabase.As.SUPERUSER, 30);
    private static final MeterRegistry meters = new SimpleMeterRegistry();
    private static final InsightDesk one = node(meters, new LiveEventLimits(3, 100, 200));
    private static final InsightDesk two = node(new SimpleMeterRegistry(), LiveEventLimits.DEFAULT);

    private final TenantId tenant = database.newTenant();
    private final Desk system = one.tenant(tenant).as(Actor.system());
    private final List<EventStream> streams = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private int agents;

    private static InsightDesk node(MeterRegistry meters, LiveEventLimits limits) {
        return InsightDesk.builder()
                .dataSource(database.dataSource())
                .migrate(MigrationMode.VALIDATE)
                .meterRegistry(meters)
                .liveEventLimits(limits)
                .build();
    }

    @AfterEach
    void stop() throws InterruptedException {
        streams.forEach(EventStream::close);
        threads.shutdownNow();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    @AfterAll
    static void end() {
        one.close();
        two.close();
        database.close();
    }

    @Test
    void whatHappensComesFromBothNodesAndInOrderPerTicket() throws Exception {
        EventStream stream = open(system, LiveEventQuery.all());

        TicketId first = ticket(system, null, null);
        TicketId second = ticket(two.tenant(tenant).as(Actor.system()), null, null);
        two.tenant(tenant).as(Actor.system()).conversations().note(first, NewMessage.text("n"));

        List<LiveEvent> seen = until(stream, 3);
        assertThat(seen).extracting(event -> event.event().type()).contains("ticket_created", "message_added");
        assertThat(seen.stream()
                        .filter(event -> first.value().equals(event.event().ticketId()))
                        .map(event -> event.event().ticketSeq())
                        .toList())
                .isSorted();
        assertThat(seen).extracting(event -> event.event().ticketId()).contains(second.value());
    }

    @Test
    void aTransactionThatCommitsLateHoldsBackLaterOnesAndLosesNothing() throws Exception {
        TicketId late = ticket(system, null, null);
        TicketId early = ticket(system, null, null);
        EventStream stream = open(system, LiveEventQuery.all().ofTypes(Set.of("message_added")));
        next(stream, Duration.ZERO);
        try (Connection slow = database.dataSource().getConnection()) {
            slow.setAutoCommit(false);
            var unused = system.within(slow, desk -> desk.conversations().note(late, NewMessage.text("late")));
            system.conversations().note(early, NewMessage.text("early"));

            assertThat(next(stream, Duration.ofSeconds(3)).events())
                    .as("the later transaction, while an earlier one is open")
                    .isEmpty();
            assertThat(meters.get("insightdesk.events.lag").gauge().value()).isGreaterThan(1);
            slow.commit();
            slow.setAutoCommit(true);
        }

        assertThat(tickets(until(stream, 2))).containsExactlyInAnyOrder(late.value(), early.value());
        next(stream, Duration.ofSeconds(2));
        assertThat(meters.get("insightdesk.events.lag").gauge().value()).isZero();
    }

    /** By a cursor of identifiers or of time this loses events in every run: transactions end in another order than they begin. */
    @Test
    void nothingIsLostWhileManyCommitInAnyOrderAndReadersComeAndGo() throws Exception {
        int writers = 6;
        int each = 25;
        List<TicketId> tickets = new ArrayList<>();
        for (int i = 0; i < 2 * writers; i++) {
            tickets.add(ticket(system, null, null));
        }
        String beginning = system.liveEvents().read(LiveEventQuery.all()).position();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Set<UUID>>> readers = new ArrayList<>();
        for (InsightDesk node : List.of(one, two)) {
            readers.add(threads.submit(() -> readInPieces(node, beginning, writers * each)));
            readers.add(threads.submit(() -> readAsOne(node, beginning, writers * each)));
        }
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            InsightDesk node = i % 2 == 0 ? one : two;
            all.add(threads.submit((Callable<Void>) () -> {
                start.await();
                for (int n = 0; n < each; n++) {
                    write(node, tickets.get(ThreadLocalRandom.current().nextInt(tickets.size())));
                }
                return null;
            }));
        }
        start.countDown();
        for (Future<Void> writer : all) {
            writer.get(120, TimeUnit.SECONDS);
        }

        Set<UUID> expected = new HashSet<>(stored());
        assertThat(expected).hasSize(writers * each);
        for (Future<Set<UUID>> reader : readers) {
            assertThat(reader.get(60, TimeUnit.SECONDS)).isEqualTo(expected);
        }
    }

    /** A note in a transaction that stays open for a moment, and now and then is undone. */
    private void write(InsightDesk node, TicketId ticket) throws SQLException {
        boolean commit = false;
        while (!commit) {
            commit = ThreadLocalRandom.current().nextInt(5) > 0;
            try (Connection connection = database.dataSource().getConnection()) {
                connection.setAutoCommit(false);
                var unused = node.tenant(tenant)
                        .as(Actor.system())
                        .within(connection, desk -> desk.conversations().note(ticket, NewMessage.text("n")));
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(40_000_000));
                if (commit) {
                    connection.commit();
                } else {
                    connection.rollback();
                }
                connection.setAutoCommit(true);
            }
        }
    }

    /** Connects again and again, each time with the position of the last event that came. */
    private Set<UUID> readInPieces(InsightDesk node, String from, int expected) throws InterruptedException {
        Set<UUID> seen = new LinkedHashSet<>();
        String position = from;
        Instant end = Instant.now().plusSeconds(120);
        while (seen.size() < expected && Instant.now().isBefore(end)) {
            try (EventStream stream = node.tenant(tenant)
                    .as(Actor.system())
                    .liveEvents()
                    .open(LiveEventQuery.all().ofTypes(Set.of("message_added")).after(position))) {
                for (int batches = 0; batches < 3; batches++) {
                    LiveEventBatch batch = stream.next(Duration.ofMillis(200));
                    assertThat(batch.reset()).isFalse();
                    // Broken off in the middle: what came after this one has to come again.
                    int taken = batch.events().isEmpty()
                            ? 0
                            : 1
                                    + ThreadLocalRandom.current()
                                            .nextInt(batch.events().size());
                    for (LiveEvent event : batch.events().subList(0, taken)) {
                        assertThat(seen.add(event.event().id().value()))
                                .as("came twice")
                                .isTrue();
                        position = event.position();
                    }
                    if (taken < batch.events().size()) {
                        break;
                    }
                }
            }
        }
        return seen;
    }

    private Set<UUID> readAsOne(InsightDesk node, String from, int expected) throws InterruptedException {
        Set<UUID> seen = new LinkedHashSet<>();
        Instant end = Instant.now().plusSeconds(120);
        try (EventStream stream = node.tenant(tenant)
                .as(Actor.system())
                .liveEvents()
                .open(LiveEventQuery.all().ofTypes(Set.of("message_added")).after(from))) {
            while (seen.size() < expected && Instant.now().isBefore(end)) {
                for (LiveEvent event : stream.next(Duration.ofMillis(200)).events()) {
                    assertThat(seen.add(event.event().id().value())).isTrue();
                }
            }
        }
        return seen;
    }

    private Collection<UUID> stored() {
        return database.database()
                .run(
                        tenant.value(),
                        tx -> tx.query(
                                        "select id from {schema}.event where tenant_id = :tenant and type = 'message_added'")
                                .mapTo(UUID.class)
                                .list());
    }

    /** What one agent gets from the memory that all share is what the statement with the agent's sight gives. */
    @Test
    void everyAgentSeesInTheStreamExactlyWhatItsRoleAndTeamsAllow() throws Exception {
        Organization acme = system.organizations().create(NewOrganization.of("Acme", "acme.example"));
        Set<Permission> permissions = system.roles().get(Role.AGENT).permissions();
        system.roles().create(new NewRole(FIRST_LINE, "First line", permissions, TicketScope.TEAMS));
        system.roles()
                .create(new NewRole(
                        Role.of("acmes"),
                        "Acme's",
                        permissions,
                        TicketScope.organizations(Set.of(acme.id().value()))));
        List<Agent> people = List.of(
                agent(Role.ADMIN),
                agent(Role.AGENT),
                agent(FIRST_LINE),
                agent(FIRST_LINE),
                agent(Role.of("acmes")),
                agent(Role.AGENT));
        TeamId open = team(false, people.get(2).id());
        TeamId closed = team(true, people.get(3).id(), people.get(5).id());
        List<EventStream> opened = new ArrayList<>();
        List<String> begun = new ArrayList<>();
        for (Agent person : people) {
            EventStream stream = open(as(person), LiveEventQuery.all());
            opened.add(stream);
            begun.add(stream.position());
        }
        List<UUID> made = new ArrayList<>();
        for (String email : List.of("ada@acme.example", "joe@home.example")) {
            for (TeamId team : new TeamId[] {null, open, closed}) {
                for (AgentId assignee :
                        new AgentId[] {null, people.get(2).id(), people.get(1).id()}) {
                    made.add(system.tickets()
                            .create(NewTicket.builder("Printer")
                                    .requester(email, null)
                                    .team(team)
                                    .assignee(assignee)
                                    .build())
                            .id()
                            .value());
                }
            }
        }
        UUID last = ticket(system, null, null).value();
        made.add(last);

        Set<Integer> sizes = new HashSet<>();
        for (int i = 0; i < people.size(); i++) {
            Set<UUID> allowed = new LinkedHashSet<>(tickets(as(people.get(i))
                    .liveEvents()
                    .read(LiveEventQuery.all().after(begun.get(i)))
                    .events()));
            Set<UUID> found = new HashSet<>();
            for (UUID id : made) {
                if (exists(as(people.get(i)), new TicketId(id))) {
                    found.add(id);
                }
            }
            assertThat(allowed).as("read by agent %s", i).isEqualTo(found);
            assertThat(new LinkedHashSet<>(tickets(until(opened.get(i), allowed.size()))))
                    .as("streamed to agent %s", i)
                    .isEqualTo(allowed);
            assertThat(next(opened.get(i), Duration.ofMillis(300)).events()).isEmpty();
            sizes.add(allowed.size());
        }
        assertThat(sizes).as("sights that differ").hasSizeGreaterThan(3);
    }

    private static boolean exists(Desk desk, TicketId id) {
        try {
            return desk.tickets().get(id).id().equals(id);
        } catch (NotFoundException e) {
            return false;
        }
    }

    @Test
    void notesAreToldOnlyToWhoMayReadThem() throws Exception {
        Role blind = Role.of("blind");
        system.roles()
                .create(new NewRole(
                        blind, "Blind", Set.of(Permission.TICKET_READ, Permission.ACTIVITY_READ), TicketScope.ALL));
        TicketId ticket = ticket(system, null, null);
        EventStream blinds = open(as(agent(blind)), LiveEventQuery.all());
        EventStream agents = open(as(agent(Role.AGENT)), LiveEventQuery.all());
        String before = blinds.position();

        system.conversations().note(ticket, NewMessage.text("difficult"));
        system.conversations().reply(ticket, NewMessage.text("hello"));

        assertThat(payloads(until(agents, 2))).anyMatch(payload -> payload.contains("note"));
        List<LiveEvent> seen = until(blinds, 1);
        assertThat(payloads(seen)).noneMatch(payload -> payload.contains("note"));
        assertThat(payloads(as(agent(blind))
                        .liveEvents()
                        .read(LiveEventQuery.all().after(before))
                        .events()))
                .isNotEmpty()
                .noneMatch(payload -> payload.contains("note"));
    }

    @Test
    void anotherTenantsPositionAndAForgedOneAreRefused() throws Exception {
        TenantId other = database.newTenant();
        Desk others = one.tenant(other).as(Actor.system());
        String foreign = others.liveEvents().read(LiveEventQuery.all()).position();
        String own = system.liveEvents().read(LiveEventQuery.all()).position();
        List<String> forged = new ArrayList<>(List.of(foreign, "x", "AAAA", own + "A", own.substring(2)));
        for (int i = 0; i < own.length(); i += 7) {
            forged.add(own.substring(0, i) + (own.charAt(i) == 'A' ? 'B' : 'A') + own.substring(i + 1));
        }

        for (String position : forged) {
            assertThatThrownBy(() -> open(system, LiveEventQuery.all().after(position)))
                    .as(position)
                    .isInstanceOfSatisfying(
                            InvalidInputException.class,
                            e -> assertThat(e.violations().get(0).code()).isEqualTo("invalid_cursor"));
        }
        assertThat(open(system, LiveEventQuery.all().after(own)).position()).isNotEmpty();
    }

    @Test
    void whileTwoTenantsWriteEachHearsOfItsOwnOnly() throws Exception {
        TenantId other = database.newTenant();
        EventStream own = open(system, LiveEventQuery.all());
        EventStream others = open(one.tenant(other).as(Actor.system()), LiveEventQuery.all());
        Future<List<UUID>> mine = threads.submit(() -> write(tenant, 15));
        Future<List<UUID>> theirs = threads.submit(() -> write(other, 15));

        assertThat(tickets(until(own, 15))).containsExactlyInAnyOrderElementsOf(mine.get(60, TimeUnit.SECONDS));
        assertThat(tickets(until(others, 15))).containsExactlyInAnyOrderElementsOf(theirs.get(60, TimeUnit.SECONDS));
        assertThat(next(own, Duration.ofMillis(1500)).events()).isEmpty();
    }

    private static List<UUID> write(TenantId of, int count) {
        List<UUID> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            made.add(ticket((i % 2 == 0 ? one : two).tenant(of).as(Actor.system()), null, null)
                    .value());
        }
        return made;
    }

    @Test
    void ticketsAndTypesAreChosen() throws Exception {
        TicketId ticket = ticket(system, null, null);
        EventStream ofTicket = open(system, LiveEventQuery.all().ofTicket(ticket.value()));
        EventStream ofTypes = open(system, LiveEventQuery.all().ofTypes(Set.of("ticket_created")));
        String before = ofTypes.position();

        TicketId another = ticket(system, null, null);
        system.tickets()
                .change(ticket, null, TicketChange.builder().subject("Other").build());

        assertThat(tickets(until(ofTicket, 1))).containsOnly(ticket.value());
        assertThat(tickets(until(ofTypes, 1))).containsOnly(another.value());
        assertThat(tickets(system.liveEvents()
                        .read(LiveEventQuery.all()
                                .ofTypes(Set.of("ticket_created"))
                                .after(before))
                        .events()))
                .containsExactly(another.value());
        assertThatThrownBy(() -> LiveEventQuery.all().ofTypes(Set.of("Robert'); drop")))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void aCustomerHasNoStream() {
        Customer ada = system.customers().create(NewCustomer.of("Ada", "ada@home.example"));
        Desk customers =
                one.tenant(tenant).as(new Actor(ActorType.CUSTOMER, ada.id().value(), "Ada", "portal"));

        assertThatThrownBy(() -> open(customers, LiveEventQuery.all())).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> customers.liveEvents().read(LiveEventQuery.all()))
                .isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void itEndsWhenTheTokenIsRevokedOnAnotherNode() throws Exception {
        var token =
                system.apiTokens().create(NewApiToken.of("t", agent(Role.AGENT).id(), Role.AGENT));
        EventStream stream =
                open(one.desk(one.authenticate(token.secret().reveal()).orElseThrow()), LiveEventQuery.all());
        next(stream, Duration.ZERO);

        two.tenant(tenant).as(Actor.system()).apiTokens().revoke(token.token().id());

        endsFor(stream, "access_denied");
    }

    @Test
    void itEndsWhenTheRoleChangesAndNothingIsGivenAfterThat() throws Exception {
        Role role = Role.of("watcher");
        system.roles()
                .create(new NewRole(
                        role, "Watcher", Set.of(Permission.TICKET_READ, Permission.ACTIVITY_READ), TicketScope.ALL));
        EventStream stream = open(as(agent(role)), LiveEventQuery.all());
        next(stream, Duration.ZERO);

        system.roles().change(role, null, RoleChange.allowing(Permission.TICKET_READ));
        TicketId unseen = ticket(system, null, null);

        assertThat(unseen).isNotNull();
        assertThatThrownBy(() -> next(stream, SOON)).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void itEndsWhenTheTenantIsSuspendedOnAnotherNode() throws Exception {
        EventStream stream = open(system, LiveEventQuery.all());
        next(stream, Duration.ZERO);

        two.tenants().suspend(tenant);

        endsFor(stream, "tenant_suspended");
    }

    private void endsFor(EventStream stream, String code) {
        await().atMost(SOON)
                .pollInSameThread()
                .untilAsserted(() -> assertThatThrownBy(() -> stream.next(Duration.ofSeconds(12)))
                        .isInstanceOfSatisfying(
                                AccessDeniedException.class,
                                e -> assertThat(e.code()).isEqualTo(code)));
    }

    @Test
    void anActorHasSomeStreamsAtOnceAndClosingMakesRoom() throws Exception {
        Desk desk = as(agent(Role.AGENT));
        EventStream first = open(desk, LiveEventQuery.all());
        open(desk, LiveEventQuery.all());
        open(desk, LiveEventQuery.all());

        assertThatThrownBy(() -> open(desk, LiveEventQuery.all()))
                .isInstanceOfSatisfying(LimitReachedException.class, e -> {
                    assertThat(e.code()).isEqualTo("too_many_streams");
                    assertThat(e.retryAfter()).isPresent();
                });
        assertThat(open(as(agent(Role.AGENT)), LiveEventQuery.all())).isNotNull();
        first.close();
        first.close();
        assertThat(open(desk, LiveEventQuery.all())).isNotNull();
        assertThatThrownBy(() -> open(desk, LiveEventQuery.all())).isInstanceOf(LimitReachedException.class);
    }

    /** As where a filter of the host throws after the stream was opened: nobody will ever read or close it. */
    @Test
    void aStreamThatNobodyReadsGivesItsPlaceToOthersAndOneThatIsReadDoesNot() throws Exception {
        Desk desk = as(agent(Role.AGENT));
        EventStream read = open(desk, LiveEventQuery.all());
        assertThat(read.next(Duration.ZERO).ended()).isFalse();
        EventStream forgotten = open(desk, LiveEventQuery.all());
        EventStream forgottenToo = open(desk, LiveEventQuery.all());
        assertThatThrownBy(() -> open(desk, LiveEventQuery.all())).isInstanceOf(LimitReachedException.class);

        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptions()
                .until(() -> {
                    EventStream next = open(desk, LiveEventQuery.all());
                    return !next.next(Duration.ZERO).ended();
                });
        assertThat(read.next(Duration.ZERO).ended()).isFalse();
        assertThat(forgotten.next(Duration.ZERO).ended()).isTrue();
        assertThat(forgottenToo.next(Duration.ZERO).ended()).isTrue();
        assertThat(open(desk, LiveEventQuery.all())).isNotNull();
        assertThatThrownBy(() -> open(desk, LiveEventQuery.all())).isInstanceOf(LimitReachedException.class);
    }

    /** Thirty who wait cost one statement a second, and nobody who waits costs none. */
    @Test
    void allStreamsOfATenantShareWhatIsReadAndNobodyMeansNoStatement() throws Exception {
        List<EventStream> many = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            many.add(open(system, LiveEventQuery.all()));
        }
        List<Future<LiveEventBatch>> waiting = new ArrayList<>();
        long before = queries();
        for (EventStream stream : many) {
            waiting.add(threads.submit(() -> stream.next(Duration.ofSeconds(4))));
        }
        for (Future<LiveEventBatch> batch : waiting) {
            assertThat(batch.get(30, TimeUnit.SECONDS).events()).isEmpty();
        }
        assertThat(queries() - before).as("statements in four seconds").isBetween(2L, 8L);

        List<Future<LiveEventBatch>> hearing = new ArrayList<>();
        for (EventStream stream : many) {
            hearing.add(threads.submit(() -> stream.next(SOON)));
        }
        TicketId ticket = ticket(system, null, null);
        for (Future<LiveEventBatch> batch : hearing) {
            assertThat(tickets(batch.get(30, TimeUnit.SECONDS).events())).containsExactly(ticket.value());
        }
        streams.forEach(EventStream::close);
        long closed = queries();
        await().pollDelay(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(queries()).isEqualTo(closed));
        assertThat(meters.get("insightdesk.events.streams").gauge().value()).isZero();
    }

    private static long queries() {
        return meters.find("insightdesk.db.query.duration").timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }

    /** What was read is kept for a moment only; who is slower reads again, and misses nothing. */
    @Test
    void whoReadsSlowlyMissesNothing() throws Exception {
        EventStream slow = open(system, LiveEventQuery.all());
        EventStream quick = open(system, LiveEventQuery.all());
        for (int i = 0; i < 13; i++) {
            insertEvents(100);
        }

        assertThat(ids(until(quick, 1300))).hasSize(1300);
        assertThat(ids(until(slow, 1300))).containsExactlyElementsOf(inOrder());
    }

    @Test
    void whoIsTooFarBehindBeginsAnew() throws Exception {
        String before = system.liveEvents().read(LiveEventQuery.all()).position();
        for (int i = 0; i < 11; i++) {
            insertEvents(1000);
        }
        EventStream stream = open(system, LiveEventQuery.all().after(before));
        int seen = 0;
        boolean reset = false;
        while (!reset) {
            LiveEventBatch batch = next(stream, SOON);
            seen += batch.events().size();
            reset = batch.reset();
            assertThat(seen).isLessThanOrEqualTo(OpenStream.REPLAY);
        }

        assertThat(seen).isGreaterThan(OpenStream.REPLAY - 200);
        TicketId ticket = ticket(system, null, null);
        assertThat(tickets(until(stream, 1))).containsExactly(ticket.value());
        assertThat(meters.get("insightdesk.events.resets")
                        .tag("reason", "too_far_behind")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    private void insertEvents(int count) {
        database.execute(
                "insert into insightdesk.event (tenant_id, id, ticket_id, ticket_seq, type, schema_version, payload,"
                        + " actor_type, actor_name, via, occurred_at) select '" + tenant
                        + "', (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')"
                        + " || substr(md5(random()::text), 1, 20))::uuid, gen_random_uuid(), 1, 'ticket_created', 1, '{}',"
                        + " 'system', 'System', 'java', now() from generate_series(1, " + count + ")");
    }

    private List<UUID> inOrder() {
        return database.database()
                .run(
                        tenant.value(),
                        tx -> tx.query(
                                        "select id from {schema}.event where tenant_id = :tenant and ticket_id is not null order by xid, id")
                                .mapTo(UUID.class)
                                .list());
    }

    @Test
    void aDatabaseThatWasSetBackIsAnotherEpoch() {
        Cursors cursors = new Cursors(new InMemorySigner());
        LiveEventStore.Frame now = frame(database);
        LivePosition good = LiveEventService.present(now);

        assertThat(LivePosition.of(good.text(cursors, tenant), cursors, tenant)).isEqualTo(good);
        assertThat(good.lost(now)).isNull();
        assertThat(frame(database).epoch()).isEqualTo(now.epoch());
        assertThat(new LivePosition(now.epoch(), LivePoint.before(now.next() + 1), now.now()).lost(now))
                .as("from the future")
                .isEqualTo(ResetReason.EPOCH);
        assertThat(new LivePosition(
                                now.epoch(),
                                good.at(),
                                now.now().minus(LivePosition.KEPT).minusSeconds(1))
                        .lost(now))
                .isEqualTo(ResetReason.EXPIRED);
        // Made from the same template: what a restored copy beside the original is.
        try (TestDatabase copy = TestDatabase.fresh()) {
            assertThat(good.lost(frame(copy))).isEqualTo(ResetReason.EPOCH);
        }
    }

    private static LiveEventStore.Frame frame(TestDatabase of) {
        return of.database().run(of.tenant().value(), tx -> new LiveEventStore().now(tx));
    }

    /** What waits in memory of another epoch is not given. */
    @Test
    void aFeedBeginsAnewWhenTheEpochChanges() throws Exception {
        LiveEventStore.Frame before = new LiveEventStore.Frame("a", 10, 10, Instant.EPOCH);
        LiveEventStore.Frame after = new LiveEventStore.Frame("b", 5, 5, Instant.EPOCH);
        LiveFeed feed = new LiveFeed(
                (point, limit) -> new LiveEventStore.Window(after, null, List.of()),
                delay -> {},
                System::nanoTime,
                before);
        LivePosition from = new LivePosition("a", LivePoint.before(10), Instant.EPOCH);
        assertThat(feed.take(from, 10).known()).isTrue();

        feed.await(from, Duration.ofSeconds(5).toNanos(), () -> false);

        assertThat(feed.take(from, 10).known()).isFalse();
        assertThat(feed.take(from, 10).position().epoch()).isEqualTo("b");
    }

    @Test
    void aNodeThatStopsEndsItsStreamsAndOpensNoMore() throws Exception {
        InsightDesk stopping = node(new SimpleMeterRegistry(), LiveEventLimits.DEFAULT);
        Desk desk = stopping.tenant(tenant).as(Actor.system());
        EventStream stream = desk.liveEvents().open(LiveEventQuery.all());
        Future<LiveEventBatch> waiting = threads.submit(() -> stream.next(Duration.ofMinutes(5)));
        await().atMost(SOON).until(() -> stream.position() != null);

        stopping.events().endStreams();

        LiveEventBatch last = waiting.get(10, TimeUnit.SECONDS);
        assertThat(last.ended()).isTrue();
        assertThatThrownBy(() -> desk.liveEvents().open(LiveEventQuery.all()))
                .isInstanceOfSatisfying(
                        UnavailableException.class, e -> assertThat(e.code()).isEqualTo("streams_closed"));
        TicketId ticket = ticket(system, null, null);
        EventStream elsewhere = open(system, LiveEventQuery.all().after(last.position()));
        assertThat(tickets(until(elsewhere, 1))).containsExactly(ticket.value());
        stopping.close();
    }

    @Test
    void aStreamIsNotOpenedInsideATransaction() {
        assertThatThrownBy(() -> system.transact(desk -> desk.liveEvents().open(LiveEventQuery.all())))
                .isInstanceOf(IllegalStateException.class);
    }

    private EventStream open(Desk desk, LiveEventQuery query) {
        EventStream stream = desk.liveEvents().open(query);
        streams.add(stream);
        return stream;
    }

    private static LiveEventBatch next(EventStream stream, Duration atMost) throws InterruptedException {
        return stream.next(atMost);
    }

    /** Reads until there are so many. */
    private static List<LiveEvent> until(EventStream stream, int count) throws InterruptedException {
        List<LiveEvent> seen = new ArrayList<>();
        Instant end = Instant.now().plus(SOON);
        while (seen.size() < count && Instant.now().isBefore(end)) {
            LiveEventBatch batch = stream.next(Duration.ofSeconds(1));
            assertThat(batch.reset()).isFalse();
            seen.addAll(batch.events());
        }
        assertThat(seen).hasSizeGreaterThanOrEqualTo(count);
        return seen;
    }

    private static List<UUID> tickets(Collection<LiveEvent> events) {
        return events.stream().map(event -> event.event().ticketId()).distinct().toList();
    }

    private static List<UUID> ids(Collection<LiveEvent> events) {
        return events.stream().map(event -> event.event().id().value()).toList();
    }

    private static List<String> payloads(Collection<LiveEvent> events) {
        return events.stream().map(event -> event.event().payload()).toList();
    }

    private static TicketId ticket(Desk desk, @Nullable TeamId team, @Nullable AgentId assignee) {
        return desk.tickets()
                .create(NewTicket.builder("Printer")
                        .requester("joe@home.example", null)
                        .team(team)
                        .assignee(assignee)
                        .build())
                .id();
    }

    private Agent agent(Role role) {
        agents++;
        return system.agents().create(NewAgent.of("Agent " + agents, "agent" + agents + "@desk.example", role));
    }

    private Desk as(Agent agent) {
        return one.tenant(tenant).as(agent.actor());
    }

    private TeamId team(boolean membersOnly, AgentId... members) {
        return system.teams()
                .create(new NewTeam("Team " + UUID.randomUUID(), List.of(members), membersOnly))
                .id();
    }
}
