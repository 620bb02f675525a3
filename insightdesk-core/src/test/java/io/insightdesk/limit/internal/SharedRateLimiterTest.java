package io.insightdesk.limit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.limit.RateBucket;
import io.insightdesk.limit.RateDecision;
import io.insightdesk.limit.RateLimit;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedRateLimiterTest {

    private static final RateLimit HUNDRED = RateLimit.perMinute(100);

    private final AtomicLong nanos = new AtomicLong(17);
    private final RecordingStore store = new RecordingStore(new ProcessLimits(nanos::get));
    private final List<SharedRateLimiter> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        nodes.forEach(SharedRateLimiter::close);
    }

    private SharedRateLimiter node(LimitStore of) {
        // What is settled in the background is settled by the tests themselves.
        SharedRateLimiter node = new SharedRateLimiter(of, work -> new Thread(() -> {}), nanos::get);
        nodes.add(node);
        return node;
    }

    private static RateBucket bucket(String key, RateLimit limit) {
        return new RateBucket("test", key, limit);
    }

    private static int allowed(SharedRateLimiter node, RateBucket bucket, int times) {
        int count = 0;
        for (int i = 0; i < times; i++) {
            count += node.take(List.of(bucket)).allowed() ? 1 : 0;
        }
        return count;
    }

    /** What was used is told to the store soon, so before a pause. */
    private void pass(Duration time) {
        nodes.forEach(SharedRateLimiter::settleAll);
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void asMuchAsTheLimitIsAllowedAndFlowsInAgain() {
        SharedRateLimiter node = node(store);
        RateBucket bucket = bucket("a", HUNDRED);

        assertThat(allowed(node, bucket, 150)).isEqualTo(100);
        RateDecision refused = node.take(List.of(bucket));
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.retryAfter()).isBetween(Duration.ofMillis(599), Duration.ofMillis(601));
        assertThat(refused.standings().get(0).remaining()).isZero();
        assertThat(refused.standings().get(0).fullAfter()).isBetween(Duration.ofSeconds(59), Duration.ofSeconds(61));

        pass(Duration.ofMillis(600));
        assertThat(allowed(node, bucket, 5)).isEqualTo(1);
        pass(Duration.ofSeconds(30));
        assertThat(allowed(node, bucket, 100)).isEqualTo(50);
        pass(Duration.ofDays(300));
        assertThat(allowed(node, bucket, 150)).isEqualTo(100);
        assertThat(allowed(node, bucket("b", HUNDRED), 1)).isEqualTo(1);
    }

    @Test
    void nodesTogetherAllowTheLimitAndTwoBlocksEach() {
        RateBucket bucket = bucket("a", HUNDRED);
        int together = 0;
        for (int i = 0; i < 4; i++) {
            together += allowed(node(store), bucket, 100);
        }
        // The first takes all; each of the others its first block, and then it has to ask.
        assertThat(together).isBetween(100, 100 + 4 * 10);
    }

    @Test
    void theStoreIsAskedOncePerBlockAndNotPerUse() {
        SharedRateLimiter node = node(store);

        assertThat(allowed(node, bucket("a", RateLimit.perMinute(1_000)), 50)).isEqualTo(50);
        assertThat(store.calls).isZero();
        node.settleAll();
        assertThat(store.calls).isEqualTo(1);
        assertThat(store.used).isEqualTo(50);
        node.settleAll();
        assertThat(store.calls).isEqualTo(1);
    }

    @Test
    void aRefusalTakesNothingFromTheOtherBuckets() {
        SharedRateLimiter node = node(store);
        RateBucket wide = bucket("wide", HUNDRED);
        RateBucket narrow = bucket("narrow", RateLimit.perMinute(1));

        assertThat(node.take(List.of(wide, narrow)).allowed()).isTrue();
        for (int i = 0; i < 20; i++) {
            RateDecision refused = node.take(List.of(wide, narrow));
            assertThat(refused.allowed()).isFalse();
            assertThat(refused.retryAfter()).isGreaterThan(Duration.ofSeconds(50));
        }
        assertThat(allowed(node, wide, 150)).isEqualTo(99);
    }

    @Test
    void aLimitThatChangesHoldsAtOnceAndWhatWasUsedStaysUsed() {
        SharedRateLimiter node = node(store);
        assertThat(allowed(node, bucket("a", HUNDRED), 150)).isEqualTo(100);

        assertThat(allowed(node, bucket("a", RateLimit.perMinute(130)), 150)).isEqualTo(30);
        node.settleAll();
        assertThat(allowed(node, bucket("a", RateLimit.perMinute(140)), 150)).isEqualTo(10);
        // Another node sees the new limit later, and gives nothing away in between.
        assertThat(allowed(node, bucket("a", HUNDRED), 150)).isZero();
        assertThat(allowed(node, bucket("a", RateLimit.perMinute(140)), 150)).isZero();
    }

    @Test
    void bucketsThatAreFullAgainAreForgotten() {
        SharedRateLimiter node = node(store);
        for (int i = 0; i < 100; i++) {
            assertThat(allowed(node, bucket("key " + i, HUNDRED), 1)).isEqualTo(1);
        }
        assertThat(node.known()).isEqualTo(100);
        node.settleAll();
        pass(Duration.ofMinutes(2));
        node.settleAll();
        assertThat(node.known()).isZero();
        assertThat(allowed(node, bucket("key 1", HUNDRED), 150)).isEqualTo(100);
    }

    @Test
    void aStoreThatIsAwayIsReplacedByTheNextAndTriedAgainLater() {
        RecordingStore spare = new RecordingStore(new ProcessLimits(nanos::get));
        LimitStore both = new FallingBackStore(List.of(store), spare, new SimpleMeterRegistry(), nanos::get);
        SharedRateLimiter node = node(both);
        RateBucket one = bucket("a", RateLimit.perMinute(10));

        store.away = true;
        assertThat(allowed(node, one, 100)).isEqualTo(10);
        assertThat(store.calls).isEqualTo(1);
        assertThat(spare.calls).isPositive();

        store.away = false;
        pass(FallingBackStore.BACK_OFF);
        int before = spare.calls;
        assertThat(allowed(node, bucket("b", RateLimit.perMinute(10)), 5)).isEqualTo(5);
        assertThat(spare.calls).isEqualTo(before);
        assertThat(store.calls).isGreaterThan(1);
    }

    private static final class RecordingStore implements LimitStore {
        private final LimitStore real;
        int calls;
        long used;
        boolean away;

        RecordingStore(LimitStore real) {
            this.real = real;
        }

        @Override
        public String name() {
            return "recording";
        }

        @Override
        public List<Double> settle(List<Use> uses) {
            calls++;
            if (away) {
                throw new IllegalStateException("away");
            }
            used += uses.stream().mapToLong(Use::used).sum();
            return real.settle(uses);
        }
    }
}
