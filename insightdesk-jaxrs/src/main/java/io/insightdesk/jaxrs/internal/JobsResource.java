package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.CURSOR;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_JOB_STATUS;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_KIND;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_QUEUE;
import static io.insightdesk.jaxrs.internal.QueryParameter.LIMIT;

import io.insightdesk.error.NotFoundException;
import io.insightdesk.job.Job;
import io.insightdesk.job.JobId;
import io.insightdesk.job.JobPage;
import io.insightdesk.job.JobQuery;
import io.insightdesk.job.JobStatus;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Background jobs. */
@Path("jobs")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class JobsResource extends ApiResource {
    /** Made for each request. */
    public JobsResource() {}

    /** Lists them. */
    @GET
    @Operation(
            id = "listJobs",
            value =
                    "Lists the tenant's background jobs of a status, dead ones where none is said. Jobs that are done are no longer there.",
            response = JobJson.class,
            page = true,
            query = {LIMIT, CURSOR, FILTER_JOB_STATUS, FILTER_KIND, FILTER_QUEUE})
    public Response list() {
        Query query = query();
        JobStatus status = query.value(FILTER_JOB_STATUS, JobStatus::of);
        int limit = query.limit();
        query.done();
        JobPage page = desk().jobs()
                .list(new JobQuery(
                        status == null ? JobStatus.DEAD : status,
                        query.text(FILTER_KIND),
                        query.text(FILTER_QUEUE),
                        query.text(CURSOR),
                        limit));
        return page(query, page.items().stream().map(JobJson::of).toList(), page.nextCursor());
    }

    /** Reads one. */
    @GET
    @Path("{job}")
    @Operation(
            id = "getJob",
            value = "Reads one of the background jobs.",
            response = JobJson.class,
            tagged = true,
            errors = 404)
    public Response get(@PathParam("job") String text) {
        JobId id = id("job", text, JobId::of);
        Job found = desk().jobs().find(id).orElseThrow(() -> new NotFoundException("job", id.toString()));
        return read(JobJson.of(found));
    }

    /** Cancels one. */
    @POST
    @Path("{job}/cancel")
    @Operation(
            id = "cancelJob",
            value = "Removes a job that waits; asks one that runs to stop, and does not do it again.",
            status = 204,
            errors = {404, 409})
    public Response cancel(@PathParam("job") String text) {
        JobId id = id("job", text, JobId::of);
        return onceSilently(desk -> desk.jobs().cancel(id));
    }

    /** Tries a dead job again. */
    @POST
    @Path("{job}/retry")
    @Operation(
            id = "retryJob",
            value = "Tries a dead job again.",
            status = 204,
            errors = {404, 409})
    public Response retry(@PathParam("job") String text) {
        JobId id = id("job", text, JobId::of);
        return onceSilently(desk -> desk.jobs().retry(id));
    }

    /** Gives a dead job up. */
    @POST
    @Path("{job}/discard")
    @Operation(
            id = "discardJob",
            value = "Gives a dead job up.",
            status = 204,
            errors = {404, 409})
    public Response discard(@PathParam("job") String text) {
        JobId id = id("job", text, JobId::of);
        return onceSilently(desk -> desk.jobs().discard(id));
    }

    /** A job; its payload is not shown, for it may hold what its reader must not see. */
    record JobJson(
            @Text("The job.") UUID id,

            @Text(value = "What it does.", example = "mail.send")
            String kind,

            @Text("Where it waits.") String queue,
            @Text("How it stands.") JobStatus status,
            @Text("Not before then.") Instant runAt,
            @Text("How often it was tried.") Integer attempts,
            @Text("How often it is tried at most.") Integer maxAttempts,
            @Text("Why it failed the last time.") @Nullable String lastError,

            @Text("How far it is, in percent, where it tells.") @Nullable Integer progress,

            @Text("What it does at the moment, where it tells.") @Nullable String progressNote,

            @Text("When it was made.") Instant createdAt,
            @Text("When it failed for good.") @Nullable Instant deadAt)
            implements Wire {
        static JobJson of(Job job) {
            return new JobJson(
                    job.id().value(),
                    job.kind(),
                    job.queue(),
                    job.status(),
                    job.runAt(),
                    job.attempts(),
                    job.maxAttempts(),
                    job.lastError(),
                    job.progress(),
                    job.progressNote(),
                    job.createdAt(),
                    job.deadAt());
        }
    }
}
