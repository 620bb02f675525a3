package io.insightdesk.benchmarks;

import io.insightdesk.InsightDesk;
import io.insightdesk.event.Actor;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.Jobs;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.WorkerOptions;
import io.insightdesk.tenant.NewTenant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The library's own engine as it is by default, apart from the number of jobs at once. Every job is a tenant's. */
final class InsightDeskJobs implements JobEngineUnderTest {
    static final String NAME = "InsightDesk";
    static final int CONCURRENCY = 20;

    /** Also the kind of the ceiling's rows, which are the same ones. */
    static final JobKind<NoOp> KIND = new JobKind<>("bench.no-op", NoOp.class);

    /** So many of one tenant a batch has in a row. */
    private static final int SAME_TENANT = 50;

    private final int tenants;
    private final boolean keepHistory;
    private final @Nullable String valkey;

    /** The payload. */
    record NoOp(int number) {}

    private InsightDeskJobs(int tenants, boolean keepHistory, @Nullable String valkey) {
        this.tenants = tenants;
        this.keepHistory = keepHistory;
        this.valkey = valkey;
    }

    static InsightDeskJobs ofOneTenant() {
        return new InsightDeskJobs(1, false, null);
    }

    /** The first tenant has nine jobs of ten, the others share the tenth. */
    InsightDeskJobs ofTenants(int number) {
        return new InsightDeskJobs(number, keepHistory, valkey);
    }

    /** Where {@link #clear} leaves the finished jobs. */
    InsightDeskJobs withHistory() {
        return new InsightDeskJobs(tenants, true, valkey);
    }

    /** Woken by a Valkey. */
    InsightDeskJobs withValkey(String uri) {
        return new InsightDeskJobs(tenants, keepHistory, uri);
    }

    /** What the names of its own rows end in. */
    String variant() {
        return (valkey == null ? "" : ".valkey") + (tenants == 1 ? "" : "." + tenants + "-tenants");
    }

    @Override
    public String name() {
        return NAME + (valkey == null ? "" : " with Valkey") + (tenants == 1 ? "" : ", " + tenants + " tenants");
    }

    @Override
    public String description() {
        return "default settings (poll 1 s, lease 30 s, history, metrics, row-level security), " + CONCURRENCY
                + " jobs at once";
    }

    @Override
    public void install(DataSource superuser) {
        try (InsightDesk desk = InsightDesk.builder().dataSource(superuser).build()) {
            for (int i = 0; i < tenants; i++) {
                desk.tenants().create(NewTenant.of(slug(i), "Tenant " + i));
            }
        }
    }

    private static String slug(int tenant) {
        return "bench-" + tenant;
    }

    @Override
    public String clear() {
        return keepHistory
                ? "truncate insightdesk.job, insightdesk.job_dead"
                : "truncate insightdesk.job, insightdesk.job_dead, insightdesk.job_history";
    }

    @Override
    public String unfinished() {
        return "select exists(select from insightdesk.job where kind = '" + KIND.name() + "')";
    }

    /** Rows of finished jobs, which end today and so are where the next ones go. */
    String fillHistory(long rows) {
        return """
                insert into insightdesk.job_history (id, tenant_id, queue, kind, attempts, created_at, finished_at)
                select gen_random_uuid(), t.tenant_id, 'default', '%s', 1, now(), now()
                from generate_series(1, %d) n
                join (select tenant_id, row_number() over () from insightdesk.tenant) t on t.row_number = 1 + n %% %d
                """.formatted(KIND.name(), rows, tenants);
    }

    @Override
    public Node node(DataSource pool, IntConsumer handler) {
        InsightDesk.Builder options = InsightDesk.builder()
                .dataSource(pool)
                .workers(WorkerOptions.builder().concurrency(CONCURRENCY).build());
        InsightDesk desk = (valkey == null ? options : options.valkey(valkey)).build();
        desk.jobHandlers().register(KIND, (context, payload) -> handler.accept(payload.number()));
        List<Jobs> jobs = new ArrayList<>();
        for (int i = 0; i < tenants; i++) {
            jobs.add(
                    desk.tenant(desk.tenants().findBySlug(slug(i)).orElseThrow().id())
                            .as(Actor.system())
                            .jobs());
        }
        return new DeskNode(desk, jobs);
    }

    private record DeskNode(InsightDesk desk, List<Jobs> tenants) implements Node {
        @Override
        public void enqueue(int number) {
            tenantOf(number).enqueue(job(number));
        }

        @Override
        public void enqueueAll(int first, int count) {
            Map<Jobs, List<NewJob>> byTenant = new LinkedHashMap<>();
            for (int number = first; number < first + count; number++) {
                byTenant.computeIfAbsent(tenantOf(number / SAME_TENANT), tenant -> new ArrayList<>(count))
                        .add(job(number));
            }
            byTenant.forEach(Jobs::enqueueAll);
        }

        private static NewJob job(int number) {
            return NewJob.builder(KIND, new NoOp(number)).build();
        }

        private Jobs tenantOf(int turn) {
            boolean others = tenants.size() > 1 && turn % 10 == 0;
            return tenants.get(others ? 1 + turn / 10 % (tenants.size() - 1) : 0);
        }

        @Override
        public void start() {
            desk.workers().start();
        }

        @Override
        public void close() {
            desk.close();
        }
    }
}
