package io.insightdesk.jaxrs.internal;

import io.insightdesk.job.JobWorker;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The nodes that do background jobs. */
@Path("job-workers")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class JobWorkersResource extends ApiResource {
    /** Made for each request. */
    public JobWorkersResource() {}

    /** Lists them. */
    @GET
    @Operation(
            id = "listJobWorkers",
            value = "Lists the nodes that work, or did until a short time ago, all at once. Needs job:operate.",
            response = JobWorkerJson.class,
            page = true)
    public Response list() {
        Query query = query();
        return page(
                query,
                desk().jobOperations().workers().stream().map(JobWorkerJson::of).toList(),
                null);
    }

    /** A node that works. */
    record JobWorkerJson(
            @Text("One stay of the node, from a start to the next stop.")
            UUID id,

            @Text(value = "The node.", example = "web-1-4711-c0ffee")
            String name,

            @Text(value = "The machine.", example = "web-1") String host,
            @Text("So many jobs at once.") Integer concurrency,
            @Text("The queues it works on; none for all.") List<String> queues,
            @Text("How many jobs it has.") Long jobs,
            @Text("When it started.") Instant startedAt,
            @Text("When it was last heard of.") Instant heartbeatAt,

            @Text("Until then its jobs are its own; after that others take them.")
            Instant leaseUntil,

            @Text("Whether the lease lasts.") Boolean alive)
            implements Wire {
        static JobWorkerJson of(JobWorker worker) {
            return new JobWorkerJson(
                    worker.id(),
                    worker.name(),
                    worker.host(),
                    worker.concurrency(),
                    worker.queues().stream().sorted().toList(),
                    worker.jobs(),
                    worker.startedAt(),
                    worker.heartbeatAt(),
                    worker.leaseUntil(),
                    worker.alive());
        }
    }
}
