package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.CURSOR;
import static io.insightdesk.jaxrs.internal.QueryParameter.LIMIT;

import io.insightdesk.identity.TeamId;
import io.insightdesk.mail.Mailbox;
import io.insightdesk.mail.MailboxChange;
import io.insightdesk.mail.MailboxId;
import io.insightdesk.mail.MailboxPage;
import io.insightdesk.mail.MailboxQuery;
import io.insightdesk.mail.NewMailbox;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Mail addresses of the help desk. */
@Path("mailboxes")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class MailboxesResource extends ApiResource {
    /** Made for each request. */
    public MailboxesResource() {}

    /** Lists them. */
    @GET
    @Operation(
            id = "listMailboxes",
            value = "Lists mailboxes, a page at a time.",
            response = MailboxJson.class,
            page = true,
            query = {LIMIT, CURSOR})
    public Response list() {
        Query query = query();
        int limit = query.limit();
        query.done();
        MailboxPage page = desk().mailboxes().list(new MailboxQuery(query.text(CURSOR), limit));
        return page(query, page.items().stream().map(MailboxJson::of).toList(), page.nextCursor());
    }

    /** Makes one. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "createMailbox",
            value = "Makes a mailbox.",
            status = 201,
            request = MailRequests.NewMailboxJson.class,
            response = MailboxJson.class,
            errors = 409,
            versioned = true)
    public Response create(@Nullable JsonBody body) {
        JsonBody given = orNone(body);
        MailRequests.NewMailboxJson request = given.as(MailRequests.NewMailboxJson.class);
        NewMailbox wanted = new NewMailbox(request.address(), request.name(), request.team());
        return once(given.bytes(), desk -> {
            Mailbox made = desk.mailboxes().create(wanted);
            return Answer.of(201, MailboxJson.of(made), made.version())
                    .with(HttpHeaders.LOCATION, path("mailboxes", made.id().toString()));
        });
    }

    /** Reads one. */
    @GET
    @Path("{mailbox}")
    @Operation(
            id = "getMailbox",
            value = "Reads one of the mailboxes.",
            response = MailboxJson.class,
            errors = 404,
            versioned = true)
    public Response get(@PathParam("mailbox") String id) {
        Mailbox found = desk().mailboxes().get(id("mailbox", id, MailboxId::of));
        return read(MailboxJson.of(found), found.version());
    }

    /** Changes one. */
    @PATCH
    @Path("{mailbox}")
    @Consumes({MERGE_PATCH, MediaType.APPLICATION_JSON})
    @Operation(
            id = "changeMailbox",
            value = "Changes what is mentioned; see RFC 7396.",
            request = MailRequests.MailboxPatch.class,
            response = MailboxJson.class,
            errors = {404, 409, 412},
            versioned = true)
    public Response change(@PathParam("mailbox") String id, @Nullable JsonBody body) {
        MailRequests.MailboxPatch patch = orNone(body).as(MailRequests.MailboxPatch.class);
        TeamId team = patch.team() == null ? null : patch.team().value();
        MailboxChange change = new MailboxChange(patch.name(), team, patch.team() != null && team == null);
        Mailbox changed = desk().mailboxes().change(id("mailbox", id, MailboxId::of), expectedVersion(), change);
        return Answer.of(200, MailboxJson.of(changed), changed.version()).toResponse();
    }
}
