package io.insightdesk.jaxrs.internal;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The description of the API, as it was made when the library was built. */
@Path("openapi.json")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class OpenApiResource {
    /** Where the document is in the jar. */
    static final String LOCATION = "/io/insightdesk/jaxrs/openapi.json";

    /** Made for each request. */
    public OpenApiResource() {}

    /** Gives the document. */
    @GET
    @Operation(id = "getOpenApi", value = "Gives this document (OpenAPI 3.1).", open = true)
    public Response get() {
        try (InputStream document = OpenApiResource.class.getResourceAsStream(LOCATION)) {
            if (document == null) {
                throw new IllegalStateException("the jar has no " + LOCATION);
            }
            return Response.ok(new JsonBytes(document.readAllBytes()))
                    .header(HttpHeaders.CACHE_CONTROL, "public, max-age=300")
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
