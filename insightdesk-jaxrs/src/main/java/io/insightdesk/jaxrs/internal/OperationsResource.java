package io.insightdesk.jaxrs.internal;

import io.insightdesk.transfer.OperationId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.InputStream;

/** Work that takes longer than a request. */
@Path("operations")
@InsightDeskApi
public final class OperationsResource extends ApiResource {
    /** Made for each request. */
    public OperationsResource() {}

    /** Reads one. */
    @GET
    @Path("{operation}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            id = "getOperation",
            value = "Reads how an operation stands; whoever may ask for its kind may see it.",
            response = OperationJson.class,
            tagged = true,
            errors = 404)
    public Response get(@PathParam("operation") String text) {
        return read(OperationJson.of(desk().operations().get(id("operation", text, OperationId::of))));
    }

    /** Ends one. */
    @POST
    @Path("{operation}/cancel")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            id = "cancelOperation",
            value = "Ends a change of many tickets before it is done; what was changed by then stays so.",
            response = OperationJson.class,
            errors = {404, 409})
    public Response cancel(@PathParam("operation") String text) {
        OperationId id = id("operation", text, OperationId::of);
        return once(
                new byte[0],
                desk -> Answer.of(200, OperationJson.of(desk.operations().cancel(id))));
    }

    /** Reads what one made. */
    @GET
    @Path("{operation}/content")
    @Produces(MediaType.WILDCARD)
    @Operation(
            id = "getOperationContent",
            value = "Reads the file that an operation made, a ZIP for an export. Each reading is an event.",
            errors = 404)
    public Response content(@PathParam("operation") String text) {
        OperationId id = id("operation", text, OperationId::of);
        InputStream content = desk().operations().open(id);
        StreamingOutput output = target -> {
            try (content) {
                content.transferTo(target);
            }
        };
        return Response.ok(output)
                .type(MediaType.APPLICATION_OCTET_STREAM)
                .header("Content-Security-Policy", "default-src 'none'; sandbox")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"export-" + id + ".zip\"")
                .build();
    }
}
