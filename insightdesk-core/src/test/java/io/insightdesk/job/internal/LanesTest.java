package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.insightdesk.job.JobId;
import io.insightdesk.tenant.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LanesTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final TenantId A = new TenantId(new UUID(1, 1));
    private static final TenantId B = new TenantId(new UUID(1, 2));

    private final Lanes lanes = new Lanes();

    private static ClaimedJob job(TenantId tenant, int rank) {
        return job(tenant, rank, "");
    }

    private static ClaimedJob job(TenantId tenant, int rank, String limit) {
        return new ClaimedJob(
                new JobId(UUID.randomUUID()),
                tenant,
                "default",
                "kind",
                "{}",
                1,
                1,
                1,
                new UUID(2, 2),
                NOON.plusSeconds(rank),
                limit,
                false,
                false,
                null);
    }

    @Test
    void aLaneThatIsAnnouncedTwiceIsAskedFromTheEarlierRankOn() {
        Lane lane = Lane.of("default", A);
        lanes.add(lane, NOON);
        lanes.add(lane, NOON.minusSeconds(1));
        lanes.add(lane, NOON.plusSeconds(1));

        assertThat(lanes.next(10).lanes()).containsExactlyEntriesOf(Map.of(lane, NOON.minusSeconds(1)));
        assertThat(lanes.next(10).lanes()).isEmpty();
    }

    @Test
    void queuesTakeTurns() {
        lanes.add(Lane.of("mail", A), NOON);
        lanes.add(Lane.of("mail", B), NOON);
        lanes.add(Lane.of("import", A), NOON);

        assertThat(lanes.next(1).lanes()).containsOnlyKeys(Lane.of("mail", A));
        assertThat(lanes.next(1).lanes()).containsOnlyKeys(Lane.of("import", A));
        assertThat(lanes.next(1).lanes()).containsOnlyKeys(Lane.of("mail", B));
    }

    @Test
    void aHeavierQueueGetsMoreTurnsAndTheOthersTheirs() {
        lanes.configure("mail", 3, false);
        List<String> order = new ArrayList<>();
        for (int turn = 0; turn < 8; turn++) {
            lanes.add(Lane.of("mail", A), NOON);
            lanes.add(Lane.of("import", A), NOON);
            order.add(lanes.next(1).queue());
        }

        assertThat(order).containsExactly("mail", "mail", "import", "mail", "mail", "mail", "import", "mail");
    }

    @Test
    void aTenantWithManyLimitsHasNoMoreTurnsThanOneWithNone() {
        for (int i = 0; i < 50; i++) {
            lanes.add(Lane.of("default", A, "t:endpoint-" + i), NOON);
        }
        lanes.add(Lane.of("default", B), NOON);

        assertThat(lanes.next(1).lanes()).containsOnlyKeys(Lane.of("default", A, "t:endpoint-0"));
        assertThat(lanes.next(1).lanes()).containsOnlyKeys(Lane.of("default", B));
    }

    @Test
    void aLaneThatALimitHeldUpRestsUntilOneOfItsJobsEnds() {
        Lane limited = Lane.of("default", A, "t:endpoint");
        lanes.add(limited, NOON);
        Lanes.Turn turn = lanes.next(10);

        List<ClaimedJob> one = List.of(job(A, 1, "t:endpoint"));
        assertThat(lanes.taken(turn, one, 10)).isEqualTo(one);

        assertThat(lanes.limited(limited)).isTrue();
        assertThat(lanes.someHeldUp()).isTrue();
        assertThat(lanes.next(10).lanes()).isEmpty();
        lanes.add(limited, NOON.plusSeconds(1));
        assertThat(lanes.someHeldUp()).isFalse();
        assertThat(lanes.next(10).lanes()).containsOnlyKeys(limited);
    }

    @Test
    void aLaneThatALimitHeldUpIsAskedAgainAfterAWhile() {
        lanes.configure("default", 1, true);
        Lane lane = Lane.of("default", A);
        lanes.add(lane, NOON);
        List<ClaimedJob> unused = lanes.taken(lanes.next(10), List.of(job(A, 1)), 10);

        await().until(() -> !lanes.next(10).lanes().isEmpty());
    }

    @Test
    void tenantsTakeTurnsWithinAClaim() {
        lanes.add(Lane.of("default", A), NOON);
        lanes.add(Lane.of("default", B), NOON);
        Lanes.Turn turn = lanes.next(6);
        List<ClaimedJob> claimed = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            claimed.add(job(A, i));
        }
        ClaimedJob others = job(B, 10);
        claimed.add(others);

        List<ClaimedJob> order = lanes.taken(turn, claimed, 6);

        assertThat(order).containsExactly(claimed.get(0), others, claimed.get(1), claimed.get(2));
    }

    @Test
    void aLaneThatGaveItsShareIsAskedAgainFromWhereItWasLeft() {
        Lane more = Lane.of("default", A);
        lanes.add(more, NOON);
        lanes.add(Lane.of("default", B), NOON);
        Lanes.Turn turn = lanes.next(4);

        List<ClaimedJob> unused = lanes.taken(turn, List.of(job(A, 1), job(A, 2), job(B, 3)), 4);

        assertThat(lanes.next(4).lanes()).containsExactlyEntriesOf(Map.of(more, NOON.plusSeconds(2)));
    }

    @Test
    void lanesThatWereCutOffByTheLimitKeepTheirPlace() {
        lanes.add(Lane.of("default", A), NOON);
        lanes.add(Lane.of("default", B), NOON);
        Lanes.Turn turn = lanes.next(3);

        List<ClaimedJob> unused = lanes.taken(turn, List.of(job(A, 1), job(A, 2), job(B, 3)), 3);

        assertThat(lanes.next(10).lanes()).hasSize(2);
    }

    @Test
    void aTurnThatFailedIsTakenAgain() {
        lanes.add(Lane.of("default", A), NOON);
        Lanes.Turn turn = lanes.next(10);

        lanes.giveBack(turn);

        assertThat(lanes.next(10)).isEqualTo(turn);
    }

    @Test
    void aClaimNeverAsksMoreLanesThanItWantsJobs() {
        for (int i = 0; i < 1_000; i++) {
            lanes.add(Lane.of("default", new TenantId(new UUID(3, i))), NOON);
        }

        assertThat(lanes.next(7).lanes()).hasSize(7);
        assertThat(lanes.next(500).lanes()).hasSize(Lanes.MOST_AT_ONCE);
    }
}
