package io.insightdesk.jaxrs.internal;

import io.insightdesk.Desk;
import io.insightdesk.job.JobQueue;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Queues of background jobs, which all tenants share. */
@Path("job-queues")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class JobQueuesResource extends ApiResource {
    /** Made for each request. */
    public JobQueuesResource() {}

    /** Lists them. */
    @GET
    @Operation(
            id = "listJobQueues",
            value = "Lists the queues of which something was said, all at once. Needs job:operate.",
            response = JobQueueJson.class,
            page = true)
    public Response list() {
        Query query = query();
        return page(
                query,
                desk().jobOperations().queues().stream().map(JobQueueJson::of).toList(),
                null);
    }

    /** Says what holds for one. */
    @PUT
    @Path("{queue}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "configureJobQueue",
            value = "Sets a queue's weight and limit. Needs job:operate.",
            request = QueueSettings.class,
            response = JobQueueJson.class)
    public Response configure(@PathParam("queue") String name, @Nullable JsonBody body) {
        QueueSettings settings = orNone(body).as(QueueSettings.class);
        Integer weight = settings.weight();
        JobQueue queue = desk().jobOperations().configureQueue(name, weight == null ? 1 : weight, settings.atOnce());
        return Answer.of(200, JobQueueJson.of(queue)).toResponse();
    }

    /** Pauses one. */
    @POST
    @Path("{queue}/pause")
    @Operation(
            id = "pauseJobQueue",
            value = "Begins no more of a queue's jobs; what runs goes on. Needs job:operate.",
            response = JobQueueJson.class,
            errors = 409)
    public Response pause(@PathParam("queue") String name) {
        return changed(desk -> desk.jobOperations().pauseQueue(name));
    }

    /** Resumes one. */
    @POST
    @Path("{queue}/resume")
    @Operation(
            id = "resumeJobQueue",
            value = "Begins a queue's jobs again. Needs job:operate.",
            response = JobQueueJson.class,
            errors = 409)
    public Response resume(@PathParam("queue") String name) {
        return changed(desk -> desk.jobOperations().resumeQueue(name));
    }

    private Response changed(Function<Desk, JobQueue> change) {
        return once(new byte[0], desk -> Answer.of(200, JobQueueJson.of(change.apply(desk))));
    }

    /** What is said of a queue. */
    record QueueSettings(
            @Text(
                    value =
                            "How many turns it gets while a queue of weight 1 gets one, 1 to 1,000; 1 where it is not said.",
                    example = "3")
            @Nullable Integer weight,

            @Text(
                    value = "So many of its jobs run at most, on all nodes together; any number where it is not said.",
                    example = "10")
            @Nullable Integer atOnce) {}

    /** A queue. */
    record JobQueueJson(
            @Text(value = "The queue.", example = "default") String name,

            @Text("How many turns it gets while a queue of weight 1 gets one.")
            Integer weight,

            @Text("So many of its jobs run at most, on all nodes together; null for any number.") @Nullable Integer atOnce,

            @Text("Since when none of its jobs is begun; null where they are.") @Nullable Instant pausedAt)
            implements Wire {
        static JobQueueJson of(JobQueue queue) {
            return new JobQueueJson(queue.name(), queue.weight(), queue.atOnce(), queue.pausedAt());
        }
    }
}
