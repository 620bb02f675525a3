package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.insightdesk.Health;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether this node lives, is ready, and has started. */
@Path("health")
@Produces(MediaType.APPLICATION_JSON)
public final class HealthResource {
    @Context
    private @Nullable Application application;

    /** Made for each request. */
    public HealthResource() {}

    /** Whether the process answers; asks nothing else, for a restart mends no database. */
    @GET
    @Path("live")
    public Response live() {
        return answer(200, new HealthJson(Health.Status.UP, Map.of()));
    }

    /** Whether requests can be answered: 503 where not. */
    @GET
    @Path("ready")
    public Response ready() {
        Health health = Operations.insightDesk(application).health();
        Map<String, CheckJson> checks = new LinkedHashMap<>();
        for (Health.Check check : health.checks()) {
            checks.put(check.name(), new CheckJson(check.status(), check.detail()));
        }
        return answer(health.status() == Health.Status.DOWN ? 503 : 200, new HealthJson(health.status(), checks));
    }

    /** Whether start-up is over; it is when this answers, for the library is built before it is mounted. */
    @GET
    @Path("started")
    public Response started() {
        return live();
    }

    private static Response answer(int status, HealthJson health) {
        return Response.status(status)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(health)
                .build();
    }

    /** How this node is doing. */
    record HealthJson(Health.Status status, Map<String, CheckJson> checks) implements Wire {}

    /** How something is doing. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record CheckJson(Health.Status status, String detail) {}
}
