package io.insightdesk.job.internal;

import io.insightdesk.tenant.TenantId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds what is ready and claims it. {@link #look} and {@link #claim} are called by one thread; the rest is thread-safe. */
final class ReadyJobs {

    private static final int PROMOTE_AT_ONCE = 5_000;
    private static final int LANES_AT_ONCE = 500;

    private final EngineParts parts;
    private final Lanes lanes = new Lanes();
    private @Nullable Lane lastSeen;
    private boolean moreLanes;

    ReadyJobs(EngineParts parts) {
        this.parts = parts;
    }

    void add(Lane lane, Instant rank) {
        lanes.add(lane, rank);
    }

    /** Asks the database what is ready; answers when the next job comes due, or null where none is scheduled. */
    @Nullable Instant look() {
        JobStore.Ready ready = parts.database()
                .single(tx -> parts.store()
                        .promote(
                                tx,
                                parts.now(),
                                PROMOTE_AT_ONCE,
                                parts.options().queues(),
                                lastSeen,
                                LANES_AT_ONCE));
        ready.lanes().forEach(head -> {
            lanes.configure(head.lane().queue(), head.weight(), head.limited());
            lanes.add(head.lane(), head.rank());
        });
        moreLanes = ready.lanes().size() >= LANES_AT_ONCE;
        lastSeen = moreLanes ? ready.lanes().get(ready.lanes().size() - 1).lane() : null;
        return ready.nextDue();
    }

    /** Whether the end of a lane's job may let another begin. */
    boolean limited(Lane lane) {
        return lanes.limited(lane);
    }

    /** Whether there may be something to claim: if not, nobody need be asked. */
    boolean mayHaveSome() {
        return moreLanes || lanes.someWait() || lanes.someHeldUp();
    }

    /** Whether limits hold lanes up. */
    boolean someHeldUp() {
        return lanes.someHeldUp();
    }

    /** Whether the last look did not see all lanes. */
    boolean moreLanes() {
        return moreLanes;
    }

    /** Claims from the lanes whose turn it is until some have something; empty when none has. */
    List<ClaimedJob> claim(WorkerSession session, int wanted) {
        while (true) {
            Lanes.Turn all = lanes.next(wanted);
            if (all.lanes().isEmpty()) {
                return List.of();
            }
            Lanes.Turn turn = ofActiveTenants(all);
            if (turn.lanes().isEmpty()) {
                continue;
            }
            List<ClaimedJob> claimed;
            try {
                claimed = parts.claim(session, turn, wanted);
            } catch (RuntimeException e) {
                lanes.giveBack(turn);
                throw e;
            }
            if (!claimed.isEmpty()) {
                return lanes.taken(turn, claimed, wanted);
            }
        }
    }

    /** What is ready of a suspended tenant waits: a look after the tenant goes on finds it again. */
    private Lanes.Turn ofActiveTenants(Lanes.Turn turn) {
        Set<TenantId> suspended = parts.tenants().suspended();
        if (suspended.isEmpty()) {
            return turn;
        }
        Map<Lane, Instant> active = new LinkedHashMap<>(turn.lanes());
        active.keySet().removeIf(lane -> suspended.contains(new TenantId(lane.tenant())));
        return new Lanes.Turn(turn.queue(), active);
    }
}
