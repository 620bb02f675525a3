package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.CURSOR;
import static io.insightdesk.jaxrs.internal.QueryParameter.LIMIT;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.transfer.HoldTarget;
import io.insightdesk.transfer.LegalHold;
import io.insightdesk.transfer.LegalHoldPage;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Legal holds: customers, organizations and tickets that must be kept. */
@Path("legal-holds")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class LegalHoldsResource extends ApiResource {
    /** Made for each request. */
    public LegalHoldsResource() {}

    /** Lists them. */
    @GET
    @Operation(
            id = "listLegalHolds",
            value = "Lists what must be kept, a page at a time.",
            response = LegalHoldJson.class,
            page = true,
            query = {LIMIT, CURSOR})
    public Response list() {
        Query query = query();
        int limit = query.limit();
        query.done();
        LegalHoldPage page = desk().legalHolds().list(query.text(CURSOR), limit);
        return page(query, page.items().stream().map(LegalHoldJson::of).toList(), page.nextCursor());
    }

    /** Reads one. */
    @GET
    @Path("{target}/{id}")
    @Operation(
            id = "getLegalHold",
            value = "Reads the hold on a customer, an organization or a ticket.",
            response = LegalHoldJson.class,
            tagged = true,
            errors = 404)
    public Response get(@PathParam("target") String kind, @PathParam("id") String id) {
        HoldTarget target = target(kind, id);
        LegalHold found = desk().legalHolds()
                .find(target)
                .orElseThrow(
                        () -> new NotFoundException("legal_hold", target.id().toString()));
        return read(LegalHoldJson.of(found));
    }

    /** Places one. */
    @PUT
    @Path("{target}/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "placeLegalHold",
            value = "Has a customer, an organization or a ticket kept, whatever retention rules and erasures say.",
            request = HoldReasonJson.class,
            response = LegalHoldJson.class,
            errors = {404, 409})
    public Response place(@PathParam("target") String kind, @PathParam("id") String id, @Nullable JsonBody body) {
        String reason = orNone(body).as(HoldReasonJson.class).reason();
        return Answer.of(200, LegalHoldJson.of(desk().legalHolds().place(target(kind, id), reason)))
                .toResponse();
    }

    /** Takes one away. */
    @DELETE
    @Path("{target}/{id}")
    @Operation(
            id = "releaseLegalHold",
            value = "Takes the hold on a customer, an organization or a ticket away.",
            status = 204,
            errors = 404)
    public Response release(@PathParam("target") String kind, @PathParam("id") String id) {
        desk().legalHolds().release(target(kind, id));
        return Response.noContent().build();
    }

    private static HoldTarget target(String kind, String id) {
        // All three have identifiers of the same form.
        return new HoldTarget(
                id("legal_hold", kind, HoldTarget.Kind::of),
                id("legal_hold", id, CustomerId::of).value());
    }

    /** Why something must be kept. */
    record HoldReasonJson(
            @Required @Text(value = "Why, such as the number of a case.", max = 500, example = "Case 2026-17")
            String reason) {}

    /** Says that something must be kept. */
    record LegalHoldJson(
            @Text("What sort of thing must be kept.") HoldTarget.Kind target,
            @Text("Which one.") UUID id,

            @Text(value = "Why.", example = "Case 2026-17") String reason,

            @Text("Since when.") Instant placedAt)
            implements Wire {
        static LegalHoldJson of(LegalHold hold) {
            return new LegalHoldJson(hold.target().kind(), hold.target().id(), hold.reason(), hold.placedAt());
        }
    }
}
