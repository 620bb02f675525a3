package io.insightdesk.internal.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecentPositionsTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final RecentPositions positions = new RecentPositions(Duration.ofSeconds(10));

    @Test
    void theOldestThatIsYoungEnoughIsTheFloor() {
        for (int second = 0; second <= 30; second++) {
            positions.learn(100 + second, second * SECOND);
        }
        assertThat(positions.floor(30 * SECOND)).hasValue(120);
        assertThat(positions.floor(35 * SECOND)).hasValue(125);
    }

    @Test
    void nothingYoungEnoughIsNoFloor() {
        assertThat(positions.floor(0)).isEmpty();
        positions.learn(100, 0);
        assertThat(positions.floor(10 * SECOND)).hasValue(100);
        assertThat(positions.floor(10 * SECOND + 1)).isEmpty();
    }

    @Test
    void itIsDueTenTimesInTheTime() {
        assertThat(positions.isDue(0)).isTrue();
        positions.learn(100, 0);
        assertThat(positions.isDue(SECOND - 1)).isFalse();
        assertThat(positions.isDue(SECOND)).isTrue();
        positions.learn(101, SECOND / 2);
        assertThat(positions.isDue(SECOND))
                .as("what came too early is not kept")
                .isTrue();
    }

    @Test
    void aShorterLogIsAnotherDatabases() {
        positions.learn(1000, 0);
        positions.learn(10, SECOND);
        assertThat(positions.floor(2 * SECOND)).hasValue(10);
    }

    @Test
    void theCallerOfARestoredDatabaseIsNotKeptFromItsReplica() {
        SeenPosition seen = new SeenPosition(1000);
        seen.readAtPrimary(1000, 10);
        assertThat(seen.value()).isEqualTo(10);
        seen.readAtPrimary(10, 20);
        seen.reached(15);
        assertThat(seen.value()).isEqualTo(20);
    }
}
