package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.CURSOR;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_ACTOR;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_FROM;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_SUBJECT;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_TO;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_TYPE;
import static io.insightdesk.jaxrs.internal.QueryParameter.HEAD;
import static io.insightdesk.jaxrs.internal.QueryParameter.LIMIT;

import com.fasterxml.jackson.databind.JsonNode;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.event.Audit;
import io.insightdesk.event.AuditCheck;
import io.insightdesk.event.AuditEntry;
import io.insightdesk.event.AuditPage;
import io.insightdesk.event.AuditQuery;
import io.insightdesk.identity.AgentId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The audit trail. */
@Path("audit")
@InsightDeskApi
public final class AuditResource extends ApiResource {
    /** Lines of JSON. */
    static final String LINES = "application/x-ndjson";

    // What a timestamp of the database can hold, with room to spare.
    private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

    /** Made for each request. */
    public AuditResource() {}

    /** Lists events. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            id = "listAudit",
            value = "Lists who did what to what, the latest first, a page at a time.",
            response = AuditEntryJson.class,
            page = true,
            query = {LIMIT, CURSOR, FILTER_ACTOR, FILTER_TYPE, FILTER_SUBJECT, FILTER_FROM, FILTER_TO})
    public Response list() {
        Query query = query();
        int limit = query.limit();
        AuditQuery wanted = filters(query).limit(limit).after(query.text(CURSOR));
        AuditPage page = desk().audit().list(wanted);
        return page(query, page.items().stream().map(AuditEntryJson::of).toList(), page.nextCursor());
    }

    /** Verifies the trail. */
    @GET
    @Path("verify")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            id = "verifyAudit",
            value = "Looks whether the audit trail is as it was sealed.",
            response = AuditCheckJson.class,
            query = {FILTER_FROM, FILTER_TO, HEAD})
    public Response verify() {
        Query query = query();
        Instant from = query.value(FILTER_FROM, AuditResource::instant);
        Instant to = query.value(FILTER_TO, AuditResource::instant);
        if (query.text(HEAD) != null && (from != null || to != null)) {
            throw new InvalidInputException(
                    Query.PREFIX + "head", "invalid_value", "A head goes with the whole trail, not with a part of it.");
        }
        AuditCheck check = query.value(HEAD, desk().audit()::verify);
        query.done();
        return Answer.of(200, AuditCheckJson.of(check == null ? desk().audit().verify(from, to) : check))
                .toResponse();
    }

    /** Exports events. */
    @GET
    @Path("export")
    @Produces(MediaType.WILDCARD)
    @Operation(
            id = "exportAudit",
            value = "Exports the audit trail as lines of JSON, the latest first. The export is itself recorded.",
            responseMedia = LINES,
            query = {FILTER_ACTOR, FILTER_TYPE, FILTER_SUBJECT, FILTER_FROM, FILTER_TO})
    public Response export() {
        AuditQuery wanted = filters(query());
        Audit audit = desk().audit();
        // What keeps this caller from it is told before the answer begins.
        AuditPage unused = audit.list(wanted.limit(1));
        StreamingOutput output = target -> audit.export(wanted, target);
        return Response.ok(output, LINES)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"audit.ndjson\"")
                .build();
    }

    private static AuditQuery filters(Query query) {
        UUID actor = query.value(FILTER_ACTOR, text -> AgentId.of(text).value());
        String type = query.value(FILTER_TYPE, AuditResource::type);
        Instant from = query.value(FILTER_FROM, AuditResource::instant);
        Instant to = query.value(FILTER_TO, AuditResource::instant);
        query.done();
        AuditQuery all = AuditQuery.all();
        return new AuditQuery(actor, type, query.text(FILTER_SUBJECT), from, to, null, all.limit());
    }

    private static String type(String text) {
        if (!text.matches("[a-z0-9_]{1,100}")) {
            throw new InvalidInputException(
                    "", "invalid_value", "A type has lower-case letters, digits and underscores.");
        }
        return text;
    }

    private static Instant instant(String text) {
        try {
            Instant instant = Instant.parse(text);
            if (!instant.isBefore(EARLIEST) && instant.isBefore(LATEST)) {
                return instant;
            }
        } catch (DateTimeException e) {
            // Answered below, as an instant that is out of range is.
        }
        throw new InvalidInputException("", "invalid_value", "A time is written as 2026-01-31T12:00:00Z.");
    }

    /** Something that somebody did. */
    record AuditEntryJson(
            @Text("The event.") UUID id,

            @Text(value = "What happened.", example = "agent_changed")
            String type,

            @Text("What it happened to: an identifier or a name.") @Nullable String subject,

            @Text("Who did it; the name is empty where it was erased.")
            EventJson.Who actor,

            @Text(value = "From which network address; null where it is unknown or erased.", example = "192.0.2.7")
            @Nullable String address,

            @Text(value = "What the client calls itself.", example = "curl/8.5.0") @Nullable String userAgent,

            @Text("The details: identifiers and plain values, before and after.")
            JsonNode payload,

            @Text("Personal values, before and after; null where there are none, or they were erased.") @Nullable JsonNode personal,

            @Text("The request that caused it.") @Nullable String requestId,
            @Text("When.") Instant occurredAt,

            @Text("The segment that seals it; null for about the last ten minutes.") @Nullable Long segment)
            implements Wire {
        static AuditEntryJson of(AuditEntry entry) {
            String personal = entry.personal();
            return new AuditEntryJson(
                    entry.id().value(),
                    entry.type(),
                    entry.subject(),
                    new EventJson.Who(
                            entry.actor().type(),
                            entry.actor().id(),
                            entry.actor().name(),
                            entry.actor().via()),
                    entry.origin().address(),
                    entry.origin().userAgent(),
                    JsonCodec.parseOwn(entry.payload()),
                    personal == null ? null : JsonCodec.parseOwn(personal),
                    entry.requestId(),
                    entry.occurredAt(),
                    entry.segment());
        }
    }

    /** What a check found. */
    record AuditCheckJson(
            @Text("Whether everything is as it was sealed.") Boolean intact,
            @Text("Segments that were looked at.") Long segments,
            @Text("Sealed events that were looked at.") Long events,
            @Text("Events that are not sealed yet.") Long pending,
            @Text("Events whose personal values are gone.") Long erased,

            @Text("Segments at the beginning that rules of retention took away; they are not looked at.")
            Long retired,

            @Text("What is wrong.") List<AuditProblemJson> problems,

            @Text("Number and hash of the last segment, to be kept elsewhere; null where there is none.") @Nullable String head)
            implements Wire {
        static AuditCheckJson of(AuditCheck check) {
            return new AuditCheckJson(
                    check.intact(),
                    check.segments(),
                    check.events(),
                    check.pending(),
                    check.erased(),
                    check.retired(),
                    check.problems().stream()
                            .map(problem ->
                                    new AuditProblemJson(problem.kind().wireName(), problem.segment(), problem.event()))
                            .toList(),
                    check.head());
        }
    }

    /** Something that is wrong. */
    record AuditProblemJson(
            @Text(
                    value = "What: event_altered, event_removed, event_inserted, personal_altered, segment_altered or"
                            + " segment_removed.",
                    example = "event_altered")
            String kind,

            @Text("The segment.") @Nullable Long segment,
            @Text("The event.") @Nullable UUID event) {}
}
