package io.insightdesk.jaxrs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Role;
import io.insightdesk.key.Secret;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.RelyingParty;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.testing.SecretsSeen;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A help desk on the database of a test class, with a tenant, its people and their tokens, served over HTTP. */
final class ApiFixture implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    /** The page that security keys are good for. */
    static final String PAGE = "https://desk.example.com";

    final InsightDesk insightDesk;
    final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    final Tenant tenant;
    final Desk system;
    final Agent agent;
    final String adminToken;
    final String agentToken;
    final String viewerToken;
    final HikariDataSource pool;
    final RestServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    /** Without limits, for most tests send more than people do. */
    ApiFixture(DataSource dataSource) throws Exception {
        this(
                dataSource,
                ApiOptions.builder().requestLimits(RequestLimits.none()).build());
    }

    ApiFixture(DataSource dataSource, ApiOptions options) throws Exception {
        this(dataSource, options, builder -> {});
    }

    /** With what else the help desk is told, such as a scanner. */
    ApiFixture(DataSource dataSource, ApiOptions options, Consumer<InsightDesk.Builder> more) throws Exception {
        HikariConfig config = new HikariConfig();
        config.setDataSource(dataSource);
        config.setMaximumPoolSize(4);
        pool = new HikariDataSource(config);
        InsightDesk.Builder builder = InsightDesk.builder()
                .dataSource(pool)
                .meterRegistry(meters)
                .operatorTenant("acme")
                .login(LoginOptions.withSecret(Secret.of(SecretsSeen.secret("0123456789abcdef0123456789abcdef")))
                        .securityKeys(RelyingParty.of(URI.create(PAGE), "Desk"))
                        .build());
        more.accept(builder);
        insightDesk = builder.build();
        tenant = insightDesk.tenants().create(NewTenant.of("acme", "Acme"));
        system = insightDesk.tenant(tenant.id()).as(Actor.system());
        agent = system.agents().create(NewAgent.of("Ann Agent", "ann@acme.example", Role.AGENT));
        adminToken = token("admin", Role.ADMIN);
        viewerToken = token("viewer", Role.VIEWER);
        agentToken = system.apiTokens()
                .create(NewApiToken.of("ann's", agent.id(), Role.AGENT))
                .secret()
                .reveal();
        server = new RestServer()
                .mount("/api/v1", new InsightDeskApplication(insightDesk, options))
                .mount("", new OperationsApplication(insightDesk, true, true))
                .start();
    }

    private String token(String name, Role role) {
        return system.apiTokens().create(NewApiToken.of(name, role)).secret().reveal();
    }

    /** An answer: status, headers, JSON where it is JSON. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Reply(int status, java.net.http.HttpHeaders headers, byte[] bytes) {
        JsonNode json() {
            try {
                return JSON.readTree(bytes);
            } catch (IOException e) {
                throw new IllegalStateException("no JSON: " + text(), e);
            }
        }

        String text() {
            return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }
    }

    Reply get(String path, String... headers) {
        return send("GET", path, (String) null, headers);
    }

    /** Gets something outside the API, without a token. */
    Reply look(String path) {
        return exchange(
                HttpRequest.newBuilder(URI.create(server.address() + path)).build());
    }

    Reply post(String path, @Nullable String json, String... headers) {
        return send("POST", path, json, headers);
    }

    Reply patch(String path, String json, String... headers) {
        return send("PATCH", path, json, headers);
    }

    /** Sends a request of the admin with a JSON body; headers given here win, and an empty one is left out. */
    Reply send(String method, String path, @Nullable String body, String... headers) {
        return send(
                method, path, body == null ? null : body.getBytes(java.nio.charset.StandardCharsets.UTF_8), headers);
    }

    Reply send(String method, String path, byte @Nullable [] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create(server.address() + (path.startsWith("/api/") ? path : "/api/v1" + path)));
        request.method(
                method,
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body));
        request.setHeader("Authorization", "Bearer " + adminToken);
        if (body != null) {
            request.setHeader("Content-Type", "application/json");
        }
        boolean authorized = true;
        for (int i = 0; i < headers.length; i += 2) {
            if (headers[i].equals("Authorization") && headers[i + 1].isEmpty()) {
                authorized = false;
            } else {
                request.setHeader(headers[i], headers[i + 1]);
            }
        }
        HttpRequest built = authorized
                ? request.build()
                : HttpRequest.newBuilder(request.build(), (name, value) -> !name.equals("Authorization"))
                        .build();
        return exchange(built);
    }

    private Reply exchange(HttpRequest built) {
        // Jetty refuses such an address itself and closes the connection without saying so, which must not be used
        // again.
        HttpClient client = built.uri().getRawPath().contains("%00") ? HttpClient.newHttpClient() : this.client;
        try {
            HttpResponse<InputStream> response = client.send(built, HttpResponse.BodyHandlers.ofInputStream());
            Reply reply = new Reply(response.statusCode(), response.headers(), body(response));
            if (reply.status() >= 400) {
                SecretsSeen.said(built.method() + " " + built.uri().getPath() + " " + reply.text());
            }
            return reply;
        } catch (IOException e) {
            throw new IllegalStateException("no answer to " + built, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** All of it; nothing of a stream, which has no end. */
    private static byte[] body(HttpResponse<InputStream> response) throws IOException {
        boolean endless =
                response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
        try (InputStream body = response.body()) {
            return endless ? new byte[0] : body.readAllBytes();
        }
    }

    @Override
    public void close() {
        insightDesk.events().endStreams();
        server.close();
        insightDesk.close();
        pool.close();
    }
}
