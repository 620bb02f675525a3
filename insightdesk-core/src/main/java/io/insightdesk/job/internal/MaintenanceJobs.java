package io.insightdesk.job.internal;

import io.insightdesk.event.Actor;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.MaintenanceTask;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.RetryPolicy;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.Tenants;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clean-ups as jobs: one row per task, which becomes due again after each time and is never done for good. */
final class MaintenanceJobs {

    private static final Logger log = LoggerFactory.getLogger(MaintenanceJobs.class);
    private static final String PREFIX = "insightdesk.maintenance.";
    private static final int TENANTS_AT_ONCE = 500;

    private final Database database;
    private final EnqueueStore store;
    private final HandlerRegistry handlers;
    private final Tenants tenants;
    private final Clock clock;
    private final Map<String, MaintenanceTask> tasks = new ConcurrentHashMap<>();
    private final Set<String> scheduled = ConcurrentHashMap.newKeySet();

    /** A task needs to be told nothing. */
    record Nothing() {}

    MaintenanceJobs(Database database, EnqueueStore store, HandlerRegistry handlers, Tenants tenants, Clock clock) {
        this.database = database;
        this.store = store;
        this.handlers = handlers;
        this.tenants = tenants;
        this.clock = clock;
    }

    static boolean isOne(String kind) {
        return kind.startsWith(PREFIX);
    }

    void register(MaintenanceTask task) {
        Duration firstPause = min(Duration.ofMinutes(1), task.every());
        handlers.registerOwn(
                kind(task),
                (job, nothing) -> {
                    run(task, job);
                    job.again(now().plus(task.every()));
                },
                RetryPolicy.exponential(firstPause, task.every()).timeout(Duration.ofHours(1)));
        tasks.put(task.name(), task);
    }

    private static JobKind<Nothing> kind(MaintenanceTask task) {
        return new JobKind<>(PREFIX + task.name(), Nothing.class);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Looks again whether each task has its job, with the next {@link #ensureScheduled}. */
    void forgetScheduled() {
        scheduled.clear();
    }

    /** Gives each task its job, once. */
    void ensureScheduled() {
        for (MaintenanceTask task : tasks.values()) {
            if (!scheduled.contains(task.name())) {
                Instant now = now();
                NewJob job = NewJob.builder(kind(task), new Nothing())
                        .uniqueKey("once")
                        .maxAttempts(Integer.MAX_VALUE)
                        .build();
                database.system(
                        tx -> store.insert(tx, null, new EnqueueStore.Row(new JobId(Ids.next()), job, now), now));
                scheduled.add(task.name());
            }
        }
    }

    private void run(MaintenanceTask task, RunningJob job) {
        Runnable global = task.global();
        if (global != null) {
            global.run();
        }
        if (task.perTenant() != null) {
            forEachTenant(task, job);
        }
    }

    private void forEachTenant(MaintenanceTask task, RunningJob job) {
        int failed = 0;
        RuntimeException first = null;
        @Nullable TenantId after = null;
        List<TenantId> some;
        do {
            some = tenants.ids(after, TENANTS_AT_ONCE);
            for (TenantId tenant : some) {
                if (job.isCancelled()) {
                    throw new IllegalStateException("cancelled; the next attempt begins with the first tenant again");
                }
                after = tenant;
                if (tenants.suspended().contains(tenant)) {
                    continue;
                }
                try {
                    runFor(task, tenant);
                } catch (RuntimeException e) {
                    log.warn("The clean-up {} failed for tenant {}", task.name(), tenant, e);
                    failed++;
                    first = first == null ? e : first;
                }
            }
        } while (some.size() == TENANTS_AT_ONCE);
        if (first != null) {
            throw new IllegalStateException(task.name() + " failed for " + failed + " tenants", first);
        }
    }

    private void runFor(MaintenanceTask task, TenantId tenant) {
        var work = task.perTenant();
        if (work != null) {
            work.accept(new Scope(tenant, Actor.system(), Authority.ALL, database, clock, null));
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
