package io.insightdesk.job.internal;

import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.WorkerOptions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** SQL of the nodes that work, in transactions across tenants. The clock is the database's. */
final class WorkerStore {

    private static final String REGISTER = """
            insert into {schema}.job_worker (id, name, host, process, concurrency, queues, lease_until)
            values (
              :id, :name, :host, :process, :concurrency, :queues,
              clock_timestamp() + :leaseMillis * interval '1 millisecond')
            """;

    void register(Tx tx, UUID id, String name, String host, WorkerOptions options) {
        int unused = tx.update(REGISTER)
                .bind("id", id)
                .bind("name", name)
                .bind("host", host)
                .bind("process", ProcessHandle.current().pid())
                .bind("concurrency", options.concurrency())
                .bindArray("queues", String.class, List.copyOf(options.queues()))
                .bind("leaseMillis", options.lease().toMillis())
                .execute();
    }

    private static final String RENEW = """
            update {schema}.job_worker
            set heartbeat_at = clock_timestamp(), lease_until = clock_timestamp() + :leaseMillis * interval '1 millisecond'
            where id = :id and lease_until > clock_timestamp()
            """;

    /** Answers false when the lease has ended: it is never renewed then, for others may have the jobs. */
    boolean renew(Tx tx, UUID id, Duration lease) {
        return tx.update(RENEW)
                        .bind("id", id)
                        .bind("leaseMillis", lease.toMillis())
                        .execute()
                == 1;
    }

    private static final String LEAVE = """
            delete from {schema}.job_worker
            where id = :id
            """;

    /** The worker has no jobs and takes none. */
    void leave(Tx tx, UUID id) {
        int unused = tx.update(LEAVE).bind("id", id).execute();
    }
}
