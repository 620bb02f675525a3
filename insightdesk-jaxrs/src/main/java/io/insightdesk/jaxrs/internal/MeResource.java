package io.insightdesk.jaxrs.internal;

import io.insightdesk.Desk;
import io.insightdesk.event.ActorType;
import io.insightdesk.identity.Permission;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who asks. */
@Path("me")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class MeResource extends ApiResource {
    /** Made for each request. */
    public MeResource() {}

    /** Tells who asks. */
    @GET
    @Operation(
            id = "getMe",
            value = "Tells who the request comes from and what that may do.",
            response = MeJson.class,
            tagged = true)
    public Response get() {
        Desk desk = desk();
        return read(new MeJson(
                desk.actor().type(),
                desk.actor().id(),
                desk.actor().name(),
                desk.tenant().value(),
                desk.permissions().stream().map(Permission::wireName).sorted().toList()));
    }

    /** Who asks. */
    record MeJson(
            @Text("What kind of person or program.") ActorType type,
            @Text("The agent, customer or token.") @Nullable UUID id,
            @Text("The name to show.") String name,
            @Text("The tenant.") UUID tenantId,

            @Text(value = "What is allowed.", example = "ticket:read")
            List<String> permissions)
            implements Wire {}
}
