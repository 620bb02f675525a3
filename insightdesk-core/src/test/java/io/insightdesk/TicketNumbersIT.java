package io.insightdesk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.insightdesk.event.Actor;
import io.insightdesk.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Numbers are unique whatever happens, and ascend across nodes where tickets come seldom. */
class TicketNumbersIT {

    private final TestDatabase database = TestDatabase.fresh();
    private final InsightDesk one = node();
    private final InsightDesk two = node();

    private InsightDesk node() {
        return InsightDesk.builder().dataSource(database.dataSource()).build();
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        database.close();
    }

    @Test
    void twoNodesAtOneTicketPerSecondAscendAlsoAfterABurst() {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            numbers.add(next(one));
        }
        for (int second = 0; second < 4; second++) {
            // Real seconds: the rate is measured by the JVM's monotonic clock.
            await().pollDelay(Duration.ofMillis(1_050)).until(() -> true);
            numbers.add(next(second % 2 == 0 ? two : one));
        }
        assertThat(numbers).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void sixteenThreadsOnTwoNodesGetAsManyDifferentNumbers() throws Exception {
        List<Callable<List<Long>>> works = new ArrayList<>();
        for (int thread = 0; thread < 16; thread++) {
            InsightDesk node = thread % 2 == 0 ? one : two;
            works.add(() -> {
                List<Long> mine = new ArrayList<>();
                for (int i = 0; i < 15; i++) {
                    mine.add(next(node));
                }
                return mine;
            });
        }
        List<Long> all = new ArrayList<>();
        for (Future<List<Long>> numbers : TicketRaceIT.together(works)) {
            all.addAll(numbers.get());
        }
        assertThat(all).hasSize(240).doesNotHaveDuplicates();
    }

    @Test
    void aRestartLosesAtMostOne() {
        long before = next(one);
        try (InsightDesk again = node()) {
            assertThat(next(again)).isBetween(before + 1, before + 2);
        }
    }

    private long next(InsightDesk node) {
        return node.tenant(database.tenant())
                .as(Actor.system())
                .tickets()
                .create(Shop.ticket("Counted"))
                .number();
    }
}
