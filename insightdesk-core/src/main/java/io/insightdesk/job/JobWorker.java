package io.insightdesk.job;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * A node that works, from one start of its workers to the next stop.
 *
 * @param id the stay
 * @param name the node: its host, process and a few letters of its own
 * @param host the machine
 * @param concurrency so many jobs at once
 * @param queues the queues it works on; empty for all
 * @param jobs how many jobs it has
 * @param startedAt when its workers started, by the database's clock
 * @param heartbeatAt when it was last heard of
 * @param leaseUntil its jobs are its own until then; past where others take them
 * @param alive whether the lease lasts
 * @since 0.1.0
 */
public record JobWorker(
        UUID id,
        String name,
        String host,
        int concurrency,
        Set<String> queues,
        long jobs,
        Instant startedAt,
        Instant heartbeatAt,
        Instant leaseUntil,
        boolean alive) {

    /** Copies the queues. */
    public JobWorker {
        queues = Set.copyOf(queues);
    }
}
