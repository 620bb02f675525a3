package io.insightdesk.limit.internal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first of some stores that answers. One that failed is left alone for a moment, and then tried by one caller at a time, so
 * that it keeps nobody else waiting. What was counted in another store meanwhile is not carried over.
 */
final class FallingBackStore implements LimitStore {

    static final Duration BACK_OFF = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(FallingBackStore.class);

    private final List<Guarded> guarded;
    private final LimitStore last;
    private final LongSupplier nanoTime;

    private static final class Guarded {
        private final LimitStore store;
        private final Counter failures;
        // 0 while it answers; else from when on somebody may try it.
        private final AtomicLong tryAgain = new AtomicLong();

        Guarded(LimitStore store, MeterRegistry meters) {
            this.store = store;
            this.failures = Counter.builder("insightdesk.limit.store.failures")
                    .description("Times that a store of rate limits did not answer, and the next one counted")
                    .tag("store", store.name())
                    .register(meters);
        }
    }

    FallingBackStore(List<LimitStore> preferred, LimitStore last, MeterRegistry meters, LongSupplier nanoTime) {
        this.guarded =
                preferred.stream().map(store -> new Guarded(store, meters)).toList();
        this.last = last;
        this.nanoTime = nanoTime;
    }

    @Override
    public String name() {
        return "any";
    }

    @Override
    public List<Double> settle(List<Use> uses) {
        for (Guarded each : guarded) {
            if (mayTry(each)) {
                try {
                    List<Double> left = each.store.settle(uses);
                    if (each.tryAgain.getAndSet(0) != 0) {
                        log.info("Rate limits are counted by {} again", each.store.name());
                    }
                    return left;
                } catch (RuntimeException e) {
                    failed(each, e);
                }
            }
        }
        return last.settle(uses);
    }

    private boolean mayTry(Guarded each) {
        long at = each.tryAgain.get();
        return at == 0 || (nanoTime.getAsLong() - at >= 0 && each.tryAgain.compareAndSet(at, later()));
    }

    private void failed(Guarded each, RuntimeException failure) {
        each.failures.increment();
        if (each.tryAgain.getAndSet(later()) == 0) {
            log.warn("Rate limits are not counted by {} for now: {}", each.store.name(), failure.toString());
        }
        log.debug("A store of rate limits does not answer", failure);
    }

    private long later() {
        long at = nanoTime.getAsLong() + BACK_OFF.toNanos();
        return at == 0 ? 1 : at;
    }
}
