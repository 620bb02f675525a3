package io.insightdesk.job.internal;

import io.insightdesk.tenant.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells, after a commit, that there is something to do: this node's workers, while they work, and those of others. Thread-safe. */
final class Announcements {

    /** Longer than any usual poll interval: what is due later is found by looking. */
    private static final Duration TOLD_AHEAD = Duration.ofMinutes(2);

    /** When a host that does not tell of its commit may have committed. */
    private static final Duration SOMETIME = Duration.ofSeconds(1);

    private final SignalSender signals;
    private final Clock clock;
    private volatile @Nullable Shift here;

    Announcements(SignalSender signals, Clock clock) {
        this.signals = signals;
        this.clock = clock;
    }

    /** Who works on this node from now on; null for nobody. */
    void workers(@Nullable Shift shift) {
        here = shift;
    }

    /** A job was enqueued. */
    void enqueued(@Nullable TenantId tenant, EnqueueStore.Row row, Instant now) {
        if (row.runAt().isAfter(now)) {
            later(row.job().queue(), row.runAt());
        } else {
            ready(row.lane(tenant), row.rank());
        }
    }

    /** Jobs were enqueued together. */
    void enqueued(@Nullable TenantId tenant, List<EnqueueStore.Row> rows, Instant now) {
        Map<Lane, Instant> ready = new HashMap<>();
        Map<String, Instant> later = new HashMap<>();
        for (EnqueueStore.Row row : rows) {
            if (row.runAt().isAfter(now)) {
                later.merge(row.job().queue(), row.runAt(), Announcements::earlier);
            } else {
                ready.merge(row.lane(tenant), row.rank(), Announcements::earlier);
            }
        }
        ready.forEach(this::ready);
        later.forEach(this::later);
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /** Something is ready in a lane, from a rank on. */
    void ready(Lane lane, Instant rank) {
        Shift shift = here;
        if (shift != null) {
            shift.wake(lane, rank);
        }
        signals.tell(lane, rank);
    }

    /** Something will be ready in a queue; whoever looks before needs not be told. */
    void later(String queue, Instant due) {
        if (due.isBefore(clock.instant().plus(TOLD_AHEAD))) {
            Shift shift = here;
            if (shift != null) {
                shift.later(due);
            }
            signals.tellOfLater(queue, due);
        }
    }

    /** A transaction of whose commit nobody will tell has something for a queue. */
    void untold(String queue) {
        Shift shift = here;
        if (shift != null) {
            shift.lookOften();
        }
        signals.tellOfLater(queue, clock.instant().plus(SOMETIME));
    }

    /** This node has jobs, so that others look out for its death. */
    void busy() {
        signals.tellBusy();
    }

    /** There may be something to do in a queue, or in {@link Signal#EVERY_QUEUE}. */
    void look(String queue) {
        Shift shift = here;
        if (shift != null) {
            shift.wake();
        }
        signals.tellToLook(queue);
    }
}
