package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.CURSOR;
import static io.insightdesk.jaxrs.internal.QueryParameter.LIMIT;

import io.insightdesk.error.NotFoundException;
import io.insightdesk.job.CronTrigger;
import io.insightdesk.job.JobSchedule;
import io.insightdesk.job.JobSchedulePage;
import io.insightdesk.job.JobScheduleQuery;
import io.insightdesk.job.JobSchedules;
import io.insightdesk.job.JobTrigger;
import io.insightdesk.job.PeriodTrigger;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Recurring jobs. They are made by code, which knows what their jobs do. */
@Path("job-schedules")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class JobSchedulesResource extends ApiResource {
    /** Made for each request. */
    public JobSchedulesResource() {}

    /** Lists them. */
    @GET
    @Operation(
            id = "listJobSchedules",
            value = "Lists the tenant's recurring jobs by name, a page at a time.",
            response = JobScheduleJson.class,
            page = true,
            query = {LIMIT, CURSOR})
    public Response list() {
        Query query = query();
        int limit = query.limit();
        query.done();
        JobSchedulePage page = desk().jobSchedules().list(new JobScheduleQuery(query.text(CURSOR), limit));
        return page(query, page.items().stream().map(JobScheduleJson::of).toList(), page.nextCursor());
    }

    /** Reads one. */
    @GET
    @Path("{schedule}")
    @Operation(
            id = "getJobSchedule",
            value = "Reads one of the recurring jobs.",
            response = JobScheduleJson.class,
            tagged = true,
            errors = 404)
    public Response get(@PathParam("schedule") String name) {
        JobSchedule found =
                desk().jobSchedules().find(name).orElseThrow(() -> new NotFoundException("job_schedule", name));
        return read(JobScheduleJson.of(found));
    }

    /** Pauses one. */
    @POST
    @Path("{schedule}/pause")
    @Operation(
            id = "pauseJobSchedule",
            value = "Lets a recurring job fire no more; jobs that are enqueued stay.",
            response = JobScheduleJson.class,
            errors = {404, 409})
    public Response pause(@PathParam("schedule") String name) {
        return changed(schedules -> schedules.pause(name));
    }

    /** Resumes one. */
    @POST
    @Path("{schedule}/resume")
    @Operation(
            id = "resumeJobSchedule",
            value = "Lets a recurring job fire again, counted from now.",
            response = JobScheduleJson.class,
            errors = {404, 409})
    public Response resume(@PathParam("schedule") String name) {
        return changed(schedules -> schedules.resume(name));
    }

    /** Has one done now. */
    @POST
    @Path("{schedule}/run")
    @Operation(
            id = "runJobSchedule",
            value = "Enqueues a recurring job now, besides its firings.",
            response = StartedJob.class,
            errors = {404, 409})
    public Response run(@PathParam("schedule") String name) {
        return once(
                new byte[0],
                desk -> Answer.of(
                        200, new StartedJob(desk.jobSchedules().runNow(name).value())));
    }

    private Response changed(Function<JobSchedules, JobSchedule> change) {
        return once(new byte[0], desk -> Answer.of(200, JobScheduleJson.of(change.apply(desk.jobSchedules()))));
    }

    /** A job that a schedule made. */
    record StartedJob(
            @Text("The job; one that waits or runs already where they do not overlap.")
            UUID job) implements Wire {}

    /** A recurring job. */
    record JobScheduleJson(
            @Text(value = "Its name.", example = "nightly-report")
            String name,

            @Text(value = "What it does.", example = "shop.report")
            String kind,

            @Text(value = "Where its jobs wait.", example = "default")
            String queue,

            @Text(value = "When it fires, as cron has it; null where it fires every so often.", example = "30 2 * * *")
            @Nullable String cron,

            @Text(value = "The time zone of cron.", example = "Europe/Berlin") @Nullable String zone,

            @Text("Every so many seconds it fires; null where it goes by cron.") @Nullable Long periodSeconds,

            @Text("Whether it does not fire.") Boolean paused,

            @Text("When it fires next; null while it is paused.") @Nullable Instant nextFireAt,

            @Text("When it last enqueued a job by itself.") @Nullable Instant lastFireAt)
            implements Wire {
        static JobScheduleJson of(JobSchedule schedule) {
            JobTrigger trigger = schedule.trigger();
            return new JobScheduleJson(
                    schedule.name(),
                    schedule.job().kind(),
                    schedule.job().queue(),
                    trigger instanceof CronTrigger cron ? cron.expression() : null,
                    trigger instanceof CronTrigger cron ? cron.zone().getId() : null,
                    trigger instanceof PeriodTrigger every ? every.period().toSeconds() : null,
                    schedule.paused(),
                    schedule.nextFireAt(),
                    schedule.lastFireAt());
        }
    }
}
