package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.identity.HostUser;
import io.insightdesk.identity.Role;
import jakarta.annotation.Priority;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.SecurityContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.Principal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The API among a host's own resources, for the host's own users. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedApplicationIT {
    private ApiFixture api;
    private RestServer host;

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        api = new ApiFixture(dataSource);
        ApiOptions options = ApiOptions.builder()
                .hostIdentity(
                        principal -> Optional.of(new HostUser(
                                principal.getName(), "Grace", principal.getName() + "@shop.example", Role.AGENT)),
                        principal -> Optional.of(api.tenant.id()))
                .build();
        host = new RestServer()
                .mount("/shop", new Shop(new InsightDeskFeature(api.insightDesk, options)))
                .start();
    }

    @AfterAll
    void stop() {
        host.close();
        api.close();
    }

    @Test
    void theHostsUserIsTheActor() throws Exception {
        HttpResponse<String> me = get("/shop/me", "grace");

        assertThat(me.statusCode()).as(me.body()).isEqualTo(200);
        JsonNode who = ApiFixture.JSON.readTree(me.body());
        assertThat(who.at("/name").asText()).isEqualTo("Grace");
        assertThat(who.at("/tenantId").asText()).isEqualTo(api.tenant.id().toString());
    }

    @Test
    void whoeverIsUnknownToTheHostGetsAProblem() throws Exception {
        HttpResponse<String> refused = get("/shop/tickets", null);

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
    }

    /** A host may log its users in by the same header, with a scheme or tokens of its own. */
    @Test
    void theHostsOwnUseOfTheHeaderIsLeftAlone() throws Exception {
        for (String authorization : List.of("Basic Z3JhY2U6Z3JhY2U=", "Bearer eyJhIjoxfQ.eyJzdWIiOiJncmFjZSJ9.c2ln")) {
            assertThat(get("/shop/me", "grace", authorization).statusCode())
                    .as(authorization)
                    .isEqualTo(200);
            assertThat(get("/shop/me", null, authorization).statusCode())
                    .as("without a user of the host: " + authorization)
                    .isEqualTo(401);
        }
        assertThat(get("/shop/me", "grace", "Bearer idk_nonsense").statusCode())
                .as("who sends a token of the library's asks in its name")
                .isEqualTo(401);
        JsonNode token = ApiFixture.JSON.readTree(
                get("/shop/me", "grace", "Bearer " + api.adminToken).body());
        assertThat(token.at("/type").asText()).as("a valid one decides").isNotEqualTo("agent");
    }

    @Test
    void theErrorsOfScimAreScims() throws Exception {
        for (HttpResponse<String> refused : List.of(
                get("/shop/scim/v2/Users", null),
                get("/shop/scim/v2/Users", "grace"),
                get("/shop/scim/v2/Schemas/nonsense", "grace"))) {
            assertThat(refused.statusCode()).isIn(401, 403, 404);
            assertThat(refused.headers().firstValue("Content-Type").orElse("")).startsWith("application/scim+json");
            assertThat(ApiFixture.JSON.readTree(refused.body()).at("/status").asText())
                    .isEqualTo(Integer.toString(refused.statusCode()));
        }
    }

    @Test
    void theHostsOwnResourcesAndErrorsAreLeftAlone() throws Exception {
        HttpResponse<String> order = get("/shop/orders", null);
        assertThat(order.statusCode()).isEqualTo(200);
        assertThat(order.body()).isEqualTo("[17]");
        assertThat(order.headers().firstValue("X-Request-Id")).isEmpty();

        HttpResponse<String> missing = get("/shop/nonsense", "grace");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.headers().firstValue("Content-Type").orElse("")).doesNotContain("problem");
    }

    private HttpResponse<String> get(String path, @Nullable String user) throws IOException, InterruptedException {
        return get(path, user, null);
    }

    private HttpResponse<String> get(String path, @Nullable String user, @Nullable String authorization)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(host.address() + path));
        if (user != null) {
            request.header("X-User", user);
        }
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static final class Shop extends Application {
        private final InsightDeskFeature feature;

        Shop(InsightDeskFeature feature) {
            this.feature = feature;
        }

        @Override
        public Set<Class<?>> getClasses() {
            Set<Class<?>> classes = new LinkedHashSet<>(InsightDeskFeature.resources());
            classes.add(Orders.class);
            return classes;
        }

        @Override
        @SuppressWarnings("deprecation") // The only portable way to register instances.
        public Set<Object> getSingletons() {
            return Set.of(feature, new Login());
        }
    }

    /** A resource of the host. */
    @Path("orders")
    public static final class Orders {
        /** Lists orders. */
        @GET
        @Produces("application/json")
        public String list() {
            return "[17]";
        }
    }

    @Priority(Priorities.AUTHENTICATION - 100)
    private static final class Login implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            String user = request.getHeaderString("X-User");
            if (user != null) {
                request.setSecurityContext(new SecurityContext() {
                    @Override
                    public Principal getUserPrincipal() {
                        return () -> user;
                    }

                    @Override
                    public boolean isUserInRole(String role) {
                        return false;
                    }

                    @Override
                    public boolean isSecure() {
                        return false;
                    }

                    @Override
                    public String getAuthenticationScheme() {
                        return "X-User";
                    }
                });
            }
        }
    }
}
