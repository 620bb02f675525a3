package io.insightdesk.jaxrs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.InsightDesk;
import io.insightdesk.MigrationMode;
import io.insightdesk.devenv.servers.MailCatcher;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.Role;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.key.EncryptionKey;
import io.insightdesk.key.EncryptionKeys;
import io.insightdesk.key.Secret;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.mail.SmtpMailTransport;
import io.insightdesk.mail.SmtpSecurity;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.SecretsSeen;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A node with the library's own login, served over HTTP; several share a database. */
final class AuthNode implements AutoCloseable {
    static final String PASSWORD = SecretsSeen.secret("vier lila Wale im Regen");
    static final String OTHER_PASSWORD = SecretsSeen.secret("sieben Kamele trinken Tee");

    final InsightDesk insightDesk;
    final RestServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    AuthNode(DataSource dataSource, boolean login, @Nullable MailCatcher catcher) throws Exception {
        this(dataSource, login, catcher, options -> options);
    }

    /** With the library's own login, by a clock that tells the time. */
    AuthNode(DataSource dataSource, Clock clock) throws Exception {
        this(dataSource, true, null, options -> options, clock);
    }

    AuthNode(
            DataSource dataSource,
            boolean login,
            @Nullable MailCatcher catcher,
            UnaryOperator<LoginOptions.Builder> more)
            throws Exception {
        this(dataSource, login, catcher, more, Clock.systemUTC());
    }

    private AuthNode(
            DataSource dataSource,
            boolean login,
            @Nullable MailCatcher catcher,
            UnaryOperator<LoginOptions.Builder> more,
            Clock clock)
            throws Exception {
        InsightDesk.Builder builder = InsightDesk.builder()
                .dataSource(dataSource)
                .migrate(MigrationMode.NONE)
                .clock(clock)
                .encryptionKeys(EncryptionKeys.of(EncryptionKey.of(new byte[32])));
        if (login) {
            builder.login(more.apply(
                            LoginOptions.withSecret(Secret.of(SecretsSeen.secret("0123456789abcdef0123456789abcdef")))
                                    .mails(URI.create("https://desk.example.com"), "desk@example.com"))
                    .build());
        }
        if (catcher != null) {
            builder.mailTransport(SmtpMailTransport.builder("127.0.0.1")
                    .port(catcher.smtpPort())
                    .security(SmtpSecurity.NONE)
                    .build());
        }
        insightDesk = builder.build();
        ApiOptions options =
                ApiOptions.builder().requestLimits(RequestLimits.none()).build();
        server = new RestServer()
                .mount("/api/v1", new InsightDeskApplication(insightDesk, options))
                .start();
    }

    TenantId tenant(String slug) {
        return insightDesk
                .tenants()
                .create(NewTenant.of(slug, "Tenant " + slug))
                .id();
    }

    /** An agent with {@link #PASSWORD}. */
    Agent agent(TenantId tenant, String email, Role role) {
        var system = insightDesk.tenant(tenant).as(Actor.system());
        Agent agent = system.agents().create(NewAgent.of("Grace Hopper", email, role));
        system.agentLogins().setPassword(agent.id(), PASSWORD);
        return agent;
    }

    Reply login(String tenant, String email, String password) {
        return send("POST", "/auth/login", credentials(tenant, email, password));
    }

    /** Logs in, which has to be possible. */
    Reply loggedIn(String tenant, Agent agent) {
        Reply reply = login(tenant, agent.email(), PASSWORD);
        if (reply.status() != 200) {
            throw new AssertionError(reply.text());
        }
        return reply;
    }

    static ObjectNode credentials(String tenant, String email, String password) {
        return body().put("tenant", tenant).put("email", email).put("password", password);
    }

    static ObjectNode body() {
        return ApiFixture.JSON.createObjectNode();
    }

    /** The header by which whoever logged in is known. */
    static String bearer(Reply login) {
        return "Bearer " + login.json().at("/accessToken").asText();
    }

    Reply send(String verb, String path, @Nullable ObjectNode body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + "/api/v1" + path))
                .method(
                        verb,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.toString()));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() >= 400) {
                SecretsSeen.said(verb + " " + path + " " + new String(response.body(), StandardCharsets.UTF_8));
            }
            return new Reply(response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        insightDesk.close();
    }
}
