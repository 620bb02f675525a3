package io.insightdesk;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.error.ConflictException;
import io.insightdesk.event.Actor;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketChange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Those who change one ticket at once, on two nodes, lose nothing, and learn of each other where they asked for it. */
@TestInstance(Lifecycle.PER_CLASS)
class TicketRaceIT {

    private final TestDatabase database = TestDatabase.fresh();
    private final List<InsightDesk> nodes = new ArrayList<>();

    @BeforeAll
    void start() {
        for (int node = 0; node < 2; node++) {
            nodes.add(InsightDesk.builder().dataSource(database.dataSource()).build());
        }
    }

    @AfterAll
    void stop() {
        nodes.forEach(InsightDesk::close);
        database.close();
    }

    @Test
    void ofTwoWhoSawTheSameVersionOneGetsAConflictWithBothVersions() throws Exception {
        Ticket seen = desk(0).tickets().create(Shop.ticket("Wanted by two"));
        List<Callable<Ticket>> both = List.of(
                () -> desk(0).tickets()
                        .change(
                                seen.id(),
                                seen.version(),
                                TicketChange.builder().addTag("one").build()),
                () -> desk(1).tickets()
                        .change(
                                seen.id(),
                                seen.version(),
                                TicketChange.builder().addTag("two").build()));

        List<Ticket> changed = new ArrayList<>();
        List<ConflictException> conflicts = new ArrayList<>();
        for (Future<Ticket> end : together(both)) {
            try {
                changed.add(end.get());
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOf(ConflictException.class);
                conflicts.add((ConflictException) e.getCause());
            }
        }

        assertThat(changed).hasSize(1);
        assertThat(conflicts).hasSize(1);
        assertThat(conflicts.get(0).expectedVersion()).hasValue(seen.version());
        assertThat(conflicts.get(0).actualVersion()).hasValue(seen.version() + 1);
        assertThat(conflicts.get(0))
                .hasMessageContaining("version " + seen.version())
                .hasMessageContaining("version " + (seen.version() + 1));
        assertThat(desk(0).tickets().get(seen.id())).isEqualTo(changed.get(0));
    }

    @Test
    void thoseWhoNameNoVersionChangeOneAfterTheOther() throws Exception {
        Ticket seen = desk(0).tickets().create(Shop.ticket("Wanted by many"));
        List<Callable<Ticket>> many = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String tag = "tag-" + i;
            int node = i % 2;
            many.add(() -> desk(node).tickets()
                    .change(seen.id(), null, TicketChange.builder().addTag(tag).build()));
        }

        for (Future<Ticket> end : together(many)) {
            assertThat(end.get().version()).isGreaterThan(seen.version());
        }

        Ticket now = desk(0).tickets().get(seen.id());
        assertThat(now.tags()).hasSize(8);
        assertThat(now.version()).isEqualTo(seen.version() + 8);
    }

    private Desk desk(int node) {
        return nodes.get(node).tenant(database.tenant()).as(Actor.system());
    }

    static <T> List<Future<T>> together(List<Callable<T>> works) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(works.size());
        ExecutorService threads = Executors.newFixedThreadPool(works.size());
        try {
            List<Callable<T>> latched = new ArrayList<>();
            for (Callable<T> work : works) {
                latched.add(() -> {
                    ready.countDown();
                    ready.await();
                    return work.call();
                });
            }
            return threads.invokeAll(latched);
        } finally {
            threads.shutdown();
        }
    }
}
