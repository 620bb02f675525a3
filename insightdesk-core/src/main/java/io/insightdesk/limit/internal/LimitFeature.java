package io.insightdesk.limit.internal;

import io.insightdesk.internal.db.Database;
import io.insightdesk.job.internal.JobFeature;
import io.insightdesk.limit.RateLimiter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Builds the rate limiter from its collaborators. Thread-safe; one per {@code InsightDesk}. */
public final class LimitFeature {

    private final SharedRateLimiter limiter;
    private final PostgresLimits postgres;

    /**
     * Makes the feature; no thread is made before the first use.
     *
     * @param valkey the Valkey that counts; empty for the database
     * @param threads the host's; null for daemon threads
     */
    public LimitFeature(
            Database database,
            MeterRegistry meters,
            Optional<JobFeature.Scripts> valkey,
            @Nullable ThreadFactory threads) {
        this.postgres = new PostgresLimits(database);
        List<LimitStore> preferred = new ArrayList<>();
        valkey.ifPresent(scripts -> preferred.add(new ValkeyLimits(scripts)));
        preferred.add(postgres);
        LimitStore store =
                new FallingBackStore(preferred, new ProcessLimits(System::nanoTime), meters, System::nanoTime);
        this.limiter = new SharedRateLimiter(store, threads == null ? LimitFeature::daemon : threads, System::nanoTime);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "insightdesk-limits");
        thread.setDaemon(true);
        return thread;
    }

    /** The limiter of this node. */
    public RateLimiter limiter() {
        return limiter;
    }

    /** Forgets in the database what makes no difference any more. */
    public void purge() {
        int unused = postgres.purge();
    }

    /** Ends the thread. */
    public void close() {
        limiter.close();
    }
}
