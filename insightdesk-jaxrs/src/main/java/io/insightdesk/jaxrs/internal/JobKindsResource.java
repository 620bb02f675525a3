package io.insightdesk.jaxrs.internal;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Kinds of background jobs that are paused, in all queues and for all tenants. */
@Path("job-kinds")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class JobKindsResource extends ApiResource {
    /** Made for each request. */
    public JobKindsResource() {}

    /** Lists the paused ones. */
    @GET
    @Operation(
            id = "listPausedJobKinds",
            value = "Lists the kinds of which no job is begun, all at once. Needs job:operate.",
            response = JobKindJson.class,
            page = true)
    public Response list() {
        Query query = query();
        return page(
                query,
                desk().jobOperations().pausedKinds().stream()
                        .sorted()
                        .map(JobKindJson::new)
                        .toList(),
                null);
    }

    /** Pauses one. */
    @POST
    @Path("{kind}/pause")
    @Operation(
            id = "pauseJobKind",
            value = "Begins no more jobs of a kind; what runs goes on. Needs job:operate.",
            status = 204,
            errors = 409)
    public Response pause(@PathParam("kind") String kind) {
        return onceSilently(desk -> desk.jobOperations().pauseKind(kind));
    }

    /** Resumes one. */
    @POST
    @Path("{kind}/resume")
    @Operation(
            id = "resumeJobKind",
            value = "Begins a kind's jobs again. Needs job:operate.",
            status = 204,
            errors = 409)
    public Response resume(@PathParam("kind") String kind) {
        return onceSilently(desk -> desk.jobOperations().resumeKind(kind));
    }

    /** A kind that is paused. */
    record JobKindJson(
            @Text(value = "The kind.", example = "mail.send")
            String kind) implements Wire {}
}
