package io.insightdesk.jaxrs.internal;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.transfer.Retention;
import io.insightdesk.transfer.RetentionKind;
import io.insightdesk.transfer.RetentionRule;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Retention rules: what is kept for how long. */
@Path("retention-rules")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class RetentionRulesResource extends ApiResource {
    /** Made for each request. */
    public RetentionRulesResource() {}

    /** Lists them. */
    @GET
    @Operation(
            id = "listRetentionRules",
            value = "Lists the rules. There is one page; what has no rule is kept.",
            response = RetentionRuleJson.class,
            page = true)
    public Response list() {
        Query query = query();
        query.done();
        return page(
                query,
                desk().retention().rules().stream().map(RetentionRuleJson::of).toList(),
                null);
    }

    /** Reads one. */
    @GET
    @Path("{rule}")
    @Operation(
            id = "getRetentionRule",
            value = "Reads the rule of a kind.",
            response = RetentionRuleJson.class,
            tagged = true,
            errors = 404)
    public Response get(@PathParam("rule") String text) {
        RetentionKind kind = kind(text);
        RetentionRule found = desk().retention().rules().stream()
                .filter(rule -> rule.kind() == kind)
                .findFirst()
                .orElseThrow(() -> new NotFoundException("retention_rule", kind.wireName()));
        return read(RetentionRuleJson.of(found));
    }

    /** Sets one. */
    @PUT
    @Path("{rule}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "setRetentionRule",
            value = "Sets the rule of a kind. What it takes away does not come back: count first.",
            request = RetentionDaysJson.class,
            response = RetentionRuleJson.class,
            errors = 404)
    public Response set(@PathParam("rule") String kind, @Nullable JsonBody body) {
        Duration keepFor = days(body);
        return Answer.of(200, RetentionRuleJson.of(desk().retention().set(kind(kind), keepFor)))
                .toResponse();
    }

    /** Removes one. */
    @DELETE
    @Path("{rule}")
    @Operation(
            id = "removeRetentionRule",
            value = "Removes the rule of a kind, so that everything is kept from now on.",
            status = 204,
            errors = 404)
    public Response remove(@PathParam("rule") String kind) {
        desk().retention().remove(kind(kind));
        return Response.noContent().build();
    }

    /** Counts what one would do. */
    @POST
    @Path("{rule}/preview")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "previewRetentionRule",
            value = "Counts what a rule would take away if it were applied now. Changes nothing.",
            request = RetentionDaysJson.class,
            response = RetentionPreviewJson.class,
            errors = 404)
    public Response preview(@PathParam("rule") String text, @Nullable JsonBody body) {
        JsonBody given = orNone(body);
        Duration keepFor = days(given);
        RetentionKind kind = kind(text);
        return once(
                given.bytes(),
                desk -> Answer.of(200, new RetentionPreviewJson(desk.retention().preview(kind, keepFor))));
    }

    private static RetentionKind kind(String text) {
        return id("retention_rule", text, RetentionKind::of);
    }

    private static Duration days(@Nullable JsonBody body) {
        long days = orNone(body).as(RetentionDaysJson.class).days();
        if (days < 1 || days > Retention.MAX_DAYS) {
            throw new InvalidInputException(
                    "/days", "out_of_range", "A rule keeps for 1 to " + Retention.MAX_DAYS + " days.");
        }
        return Duration.ofDays(days);
    }

    /** How long something is kept. */
    record RetentionDaysJson(
            @Required @Text(value = "For how many days: 1 to 36500, at least 90 for audit.", example = "365")
            Long days) {}

    /** Says how long something is kept. */
    record RetentionRuleJson(
            @Text("What.") RetentionKind kind,

            @Text(value = "For how many days.", example = "365")
            Long days,

            @Text("When the rule was last changed.") Instant updatedAt,
            @Text("When it was last applied.") @Nullable Instant lastRunAt,
            @Text("To how many things, then.") @Nullable Long lastCount)
            implements Wire {
        static RetentionRuleJson of(RetentionRule rule) {
            return new RetentionRuleJson(
                    rule.kind(), rule.keepFor().toDays(), rule.updatedAt(), rule.lastRunAt(), rule.lastCount());
        }
    }

    /** What a rule would do. */
    record RetentionPreviewJson(
            @Text(value = "How many tickets, attachments, mails or events it would take away.", example = "17")
            Long count)
            implements Wire {}
}
