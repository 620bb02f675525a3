package io.insightdesk.job.internal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.insightdesk.event.Actor;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Roles;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobContext;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.RetryPolicy;
import io.insightdesk.job.WorkerOptions;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.internal.TenantFeature;
import io.insightdesk.testing.Signatures;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** A worker that writes down what it does, in this process or in one that can be killed. */
final class CrashNode {

    /** Done at least once: its row is written, and later the job is ended. */
    static final JobKind<Item> PLAIN = new JobKind<>("plain", Item.class);

    /** Done once: its row is written and the job ended in one transaction. */
    static final JobKind<Item> EXACT = new JobKind<>("exact", Item.class);

    /** What a process prints when it has begun its first job. */
    static final String WORKING = "WORKING";

    private static final Duration LEASE = Duration.ofSeconds(2);

    final JobFeature jobs;
    private final Database database;

    record Item(int value) {}

    CrashNode(Database database, Runnable begun) {
        this(database, begun, RetryPolicy.DEFAULT);
    }

    CrashNode(Database database, Runnable begun, RetryPolicy policy) {
        this.database = database;
        this.jobs = new JobFeature(
                database,
                Clock.systemUTC(),
                new SimpleMeterRegistry(),
                new TenantFeature(database, Clock.systemUTC()).tenants(),
                new Cursors(new Signatures()),
                WorkerOptions.builder()
                        .pollInterval(Duration.ofMillis(100))
                        .lease(LEASE)
                        .build());
        jobs.register(
                PLAIN,
                (context, item, completion) -> {
                    begun.run();
                    write(context, "plain", item, tx -> {});
                },
                policy);
        jobs.register(EXACT, (context, item, completion) -> write(context, "exact", item, completion), policy);
    }

    private void write(JobContext context, String kind, Item item, JobFeature.Completion completion) {
        TenantId tenant = Objects.requireNonNull(context.tenant());
        Scope scope = new Scope(tenant, Actor.system(), Authority.ALL, database, Clock.systemUTC(), null);
        scope.run((Tx tx) -> {
            int unused = tx.update("insert into {schema}.ran (kind, value) values (:kind, :value)")
                    .bind("kind", kind)
                    .bind("value", item.value())
                    .execute();
            completion.in(tx);
            return 0;
        });
    }

    /** Takes the JDBC address and the user. */
    public static void main(String[] args) throws InterruptedException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(args[0]);
        config.setUsername(args[1]);
        HikariDataSource pool = new HikariDataSource(config);
        String role =
                Roles.decide(pool, "insightdesk", "scratch_work").switchTo().orElseThrow();
        AtomicBoolean said = new AtomicBoolean();
        CrashNode node = new CrashNode(new Database(pool, "insightdesk", role, new SimpleMeterRegistry()), () -> {
            if (said.compareAndSet(false, true)) {
                System.out.println(WORKING);
                System.out.flush();
            }
        });
        node.jobs.workers().start();
        new CountDownLatch(1).await();
    }
}
