package io.insightdesk.event.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Event;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.WorkerOptions;
import io.insightdesk.job.internal.JobFeature;
import io.insightdesk.testing.InMemorySigner;
import io.insightdesk.testing.ScratchDatabase;
import io.insightdesk.testing.Signatures;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventDeliveryIT {

    private static ScratchDatabase scratch;
    private static int number;

    private final List<Node> nodes = new ArrayList<>();
    private Scope scope;

    @BeforeAll
    static void open() throws SQLException {
        scratch = ScratchDatabase.create();
        execute("create table insightdesk.counter (ticket uuid primary key, seq bigint not null)");
        execute("grant select, insert, update on insightdesk.counter to scratch_work");
    }

    @AfterAll
    static void close() {
        scratch.close();
    }

    @BeforeEach
    void prepare() throws SQLException {
        execute(
                "truncate insightdesk.job, insightdesk.event_subscription, insightdesk.event_marker, insightdesk.counter");
        scope = scratch.scope(scratch.tenant("tenant-" + ++number));
    }

    @AfterEach
    void stop() {
        nodes.forEach(node -> {
            boolean unused = node.jobs().workers().stop(Duration.ofSeconds(10));
            node.jobs().close();
        });
    }

    private record Node(JobFeature jobs, EventFeature events) {}

    private Node node() {
        Database database = scratch.anotherNode();
        JobFeature jobs = new JobFeature(
                database,
                Clock.systemUTC(),
                new SimpleMeterRegistry(),
                scratch.tenants(),
                new Cursors(new Signatures()),
                WorkerOptions.builder().pollInterval(Duration.ofMillis(20)).build());
        Node node = new Node(jobs, new EventFeature(database, new InMemorySigner(), jobs.eventDeliveries()));
        nodes.add(node);
        return node;
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = scratch.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** What a ticket does: takes the number under a row lock that is held until the end of the transaction. */
    private static long nextSeq(Tx tx, UUID ticket) {
        return tx.query("""
                insert into {schema}.counter (ticket, seq)
                values (:ticket, 1)
                on conflict (ticket) do update
                set seq = counter.seq + 1
                returning seq
                """).bind("ticket", ticket).mapTo(Long.class).one();
    }

    private long append(Node node, UUID ticket) {
        return scope.run(tx -> {
            long seq = nextSeq(tx, ticket);
            node.events().append(tx, scope, ticket, seq, "ticket_changed", Map.of("n", seq));
            return seq;
        });
    }

    @Test
    void everyEventOfEachTicketArrivesInOrderWhileManyWrite() throws Exception {
        Node writing = node();
        Node working = node();
        Map<UUID, List<Long>> delivered = new ConcurrentHashMap<>();
        working.events()
                .events()
                .subscribe(
                        "crm",
                        event -> delivered
                                .computeIfAbsent(
                                        ticketOf(event), any -> Collections.synchronizedList(new ArrayList<>()))
                                .add(event.ticketSeq()));
        working.jobs().workers().start();
        List<UUID> tickets = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            tickets.add(Ids.next());
        }
        Map<UUID, AtomicInteger> committed = new ConcurrentHashMap<>();
        ExecutorService writers = Executors.newFixedThreadPool(8);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Integer>> ends = new ArrayList<>();
        for (int writer = 0; writer < 8; writer++) {
            ends.add(writers.submit(() -> {
                start.await();
                ThreadLocalRandom random = ThreadLocalRandom.current();
                long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
                int written = 0;
                while (System.nanoTime() < end) {
                    UUID ticket = tickets.get(random.nextInt(tickets.size()));
                    boolean rollBack = random.nextInt(10) == 0;
                    try {
                        scope.run(tx -> {
                            for (int i = 0; i < 3; i++) {
                                long seq = nextSeq(tx, ticket);
                                writing.events().append(tx, scope, ticket, seq, "ticket_changed", Map.of());
                            }
                            if (rollBack) {
                                throw new IllegalStateException("rolled back");
                            }
                            return 0;
                        });
                        committed
                                .computeIfAbsent(ticket, any -> new AtomicInteger())
                                .addAndGet(3);
                        written += 3;
                    } catch (IllegalStateException e) {
                        // As was wanted; its events must never arrive.
                        assertThat(e).hasMessage("rolled back");
                    }
                }
                return written;
            }));
        }
        start.countDown();
        int total = 0;
        for (Future<Integer> end : ends) {
            total += end.get();
        }
        writers.shutdown();
        int expected = total;

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(
                                delivered.values().stream().mapToInt(List::size).sum())
                        .isEqualTo(expected));
        assertThat(expected).isGreaterThan(100);
        committed.forEach((ticket, count) -> {
            List<Long> sequence = new ArrayList<>();
            for (long seq = 1; seq <= count.get(); seq++) {
                sequence.add(seq);
            }
            assertThat(delivered.get(ticket)).isEqualTo(sequence);
        });
        await().untilAsserted(() -> assertThat(jobs()).isZero());
    }

    private static long jobs() {
        return scratch.database()
                .system(tx -> tx.query("select count(*) from {schema}.job")
                        .mapTo(Long.class)
                        .one());
    }

    private static UUID ticketOf(Event event) {
        UUID ticket = event.ticketId();
        if (ticket == null) {
            throw new AssertionError("an event without a ticket was delivered");
        }
        return ticket;
    }

    @Test
    void whatWasBeforeTheSubscriptionIsNotDelivered() {
        Node node = node();
        UUID ticket = Ids.next();
        append(node, ticket);
        append(node, ticket);
        List<Long> delivered = new ArrayList<>();
        node.events().events().subscribe("late", event -> delivered.add(event.ticketSeq()));

        append(node, ticket);
        append(node, ticket);
        assertThat(node.jobs().workers().runDue()).isEqualTo(1);

        assertThat(delivered).containsExactly(3L, 4L);
    }

    @Test
    void aSubscriptionOfOneNodeCountsForWhatAnotherRecords() {
        Node writing = node();
        Node subscribing = node();
        UUID ticket = Ids.next();
        append(writing, ticket);
        List<String> delivered = new ArrayList<>();
        subscribing.events().events().subscribe("crm", event -> delivered.add("crm " + event.ticketSeq()));
        subscribing.events().events().subscribe("erp", event -> delivered.add("erp " + event.ticketSeq()));

        append(writing, ticket);
        assertThat(writing.jobs().workers().runDue()).as("has no handler").isZero();
        assertThat(subscribing.jobs().workers().runDue()).isEqualTo(2);

        assertThat(delivered).containsExactlyInAnyOrder("crm 2", "erp 2");
    }

    @Test
    void aHandlerThatFailsGetsTheEventAgainAndLaterOnesWait() {
        Node node = node();
        UUID ticket = Ids.next();
        List<Long> delivered = new ArrayList<>();
        boolean[] broken = {true};
        node.events().events().subscribe("shaky", event -> {
            if (event.ticketSeq() == 2 && broken[0]) {
                throw new IllegalStateException("not now");
            }
            delivered.add(event.ticketSeq());
        });
        append(node, ticket);
        append(node, ticket);
        append(node, ticket);
        node.jobs().workers().runDue();
        assertThat(delivered).containsExactly(1L);
        append(node, ticket);

        broken[0] = false;

        await().atMost(Duration.ofSeconds(10)).until(() -> node.jobs().workers().runDue() == 1);
        assertThat(delivered).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void anEventThatComesWhileTheLastOnesAreDeliveredIsNotForgotten() {
        Node node = node();
        UUID ticket = Ids.next();
        List<Long> delivered = new ArrayList<>();
        node.events().events().subscribe("echo", event -> {
            delivered.add(event.ticketSeq());
            if (event.ticketSeq() < 5) {
                append(node, ticket);
            }
        });
        append(node, ticket);

        assertThat(node.jobs().workers().runDue()).as("one turn delivers all").isEqualTo(1);

        assertThat(delivered).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(jobs()).isZero();
    }

    @Test
    void aSubscriptionIsKnownByItsName() {
        Node node = node();
        node.events().events().subscribe("crm", event -> {});

        assertThatThrownBy(() -> node.events().events().subscribe("crm", event -> {}))
                .isInstanceOfSatisfying(
                        ConflictException.class, e -> assertThat(e.code()).isEqualTo("already_subscribed"));
        assertThatThrownBy(() -> node.events().events().subscribe("a b", event -> {}))
                .isInstanceOf(InvalidInputException.class);
        node().events().events().subscribe("crm", event -> {});
    }

    @Test
    void theActivityListHasTheEventsOfOneTicket() {
        Node node = node();
        UUID ticket = Ids.next();
        append(node, ticket);
        append(node, Ids.next());
        append(node, ticket);

        List<Event> events = scope.run(tx -> node.events().activity(tx, ticket, ActivityQuery.all(), true));

        assertThat(events).extracting(Event::ticketSeq).containsExactly(1L, 2L);
        assertThat(jobs()).as("nobody subscribed").isZero();
    }

    @Test
    void partitionsAreMadeAhead() {
        Node node = node();
        assertThat(node.events().ensurePartitions()).isZero();
    }
}
