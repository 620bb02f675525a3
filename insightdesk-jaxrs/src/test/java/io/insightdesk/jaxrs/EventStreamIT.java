package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.IssuedToken;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.NewRole;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.TicketScope;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.TicketId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Threats: a stream of events shows another tenant's, or more than the role allows, or goes on after its reader was shut out. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventStreamIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private ApiFixture api;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private InsightDesk other;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private RestServer otherServer;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Listener> listeners = new ArrayList<>();

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        api = new ApiFixture(dataSource);
        other = InsightDesk.builder().dataSource(api.pool).build();
        otherServer = new RestServer()
                .mount(
                        "/api/v1",
                        new InsightDeskApplication(
                                other,
                                ApiOptions.builder()
                                        .requestLimits(RequestLimits.none())
                                        .build()))
                .start();
    }

    @AfterEach
    void hangUp() {
        listeners.forEach(Listener::close);
    }

    private double open() {
        return api.meters.get("insightdesk.events.streams").gauge().value();
    }

    @AfterAll
    void stop() {
        other.events().endStreams();
        otherServer.close();
        other.close();
        api.close();
    }

    /** A block of a stream. */
    private record Block(
            @Nullable String event,
            @Nullable String id,
            @Nullable String data,
            boolean comment) {
        JsonNode json() {
            try {
                return ApiFixture.JSON.readTree(String.valueOf(data));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Reads a stream as a browser does, in a thread of its own. */
    private final class Listener implements AutoCloseable {
        final List<Block> blocks = new CopyOnWriteArrayList<>();
        final HttpResponse<InputStream> response;
        private final Thread thread;
        private volatile boolean over;

        Listener(String server, String token, String query, String... headers) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + "/api/v1/events/stream" + query))
                    .header("Authorization", "Bearer " + token)
                    .header("Accept", "text/event-stream");
            for (int i = 0; i < headers.length; i += 2) {
                request.header(headers[i], headers[i + 1]);
            }
            try {
                response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            thread = new Thread(this::read, "listener");
            thread.start();
            listeners.add(this);
        }

        private void read() {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                Block block = new Block(null, null, null, false);
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.isEmpty()) {
                        blocks.add(block);
                        block = new Block(null, null, null, false);
                    } else {
                        block = with(block, line);
                    }
                }
            } catch (IOException e) {
                // Closed by the test, or by the server: what came until then counts.
            } finally {
                over = true;
            }
        }

        private static Block with(Block block, String line) {
            int colon = line.indexOf(':');
            String value = line.substring(colon + 1).strip();
            return switch (line.substring(0, Math.max(0, colon))) {
                case "event" -> new Block(value, block.id(), block.data(), block.comment());
                case "id" -> new Block(block.event(), value, block.data(), block.comment());
                case "data" -> new Block(block.event(), block.id(), value, block.comment());
                case "retry" -> block;
                default -> new Block(block.event(), block.id(), block.data(), true);
            };
        }

        Listener ready() {
            assertThat(response.statusCode()).isEqualTo(200);
            named("ready");
            return this;
        }

        Block named(String name) {
            await().atMost(SOON).until(() -> blocks.stream().anyMatch(block -> name.equals(block.event())));
            return blocks.stream()
                    .filter(block -> name.equals(block.event()))
                    .findFirst()
                    .orElseThrow();
        }

        List<Block> events() {
            return blocks.stream()
                    .filter(block -> block.event() == null && block.data() != null)
                    .toList();
        }

        List<Block> events(int count) {
            await().atMost(SOON).until(() -> events().size() >= count);
            return events();
        }

        List<String> tickets() {
            return events().stream()
                    .map(block -> block.json().at("/ticketId").asText())
                    .distinct()
                    .toList();
        }

        @Override
        public void close() {
            try {
                response.body().close();
                thread.join(10_000);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Listener listen(String query, String... headers) {
        return new Listener(api.server.address(), viewer(), query, headers).ready();
    }

    private TicketId ticket(Desk desk) {
        return desk.tickets()
                .create(NewTicket.builder("Printer\non fire")
                        .requester("joe@home.example", null)
                        .build())
                .id();
    }

    @Test
    void whatHappensOnAnyNodeComesAsServerSentEvents() {
        Listener listener = listen("");
        Listener elsewhere = new Listener(otherServer.address(), viewer(), "").ready();

        TicketId here = ticket(api.system);
        TicketId there = ticket(other.tenant(api.tenant.id()).as(Actor.system()));

        for (Listener one : List.of(listener, elsewhere)) {
            one.events(2);
            assertThat(one.tickets()).contains(here.toString(), there.toString());
        }
        assertThat(listener.response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        assertThat(listener.response.headers().firstValue("X-Accel-Buffering")).hasValue("no");
        assertThat(listener.response.headers().firstValue("Cache-Control"))
                .hasValueSatisfying(value -> assertThat(value).contains("no-store"));
        assertThat(listener.response.headers().firstValue("X-Request-Id")).isPresent();
        Block first = listener.events().get(0);
        Reply listed = api.get("/tickets/" + first.json().at("/ticketId").asText() + "/events");
        assertThat(listed.json().at("/items/0")).as("the same as in the list").isEqualTo(first.json());
    }

    @Test
    void aReaderThatComesBackGetsWhatItMissedOnceOnAnotherNodeToo() {
        Listener broken = listen("");
        TicketId seen = ticket(api.system);
        Block last = broken.events(1).get(0);
        broken.close();
        TicketId missed = ticket(api.system);
        TicketId missedToo = ticket(other.tenant(api.tenant.id()).as(Actor.system()));

        Listener again = listen("", "Last-Event-ID", String.valueOf(last.id()));
        Listener elsewhere = new Listener(
                        otherServer.address(),
                        viewer(),
                        "?lastEventId=nonsense",
                        "Last-Event-ID",
                        String.valueOf(last.id()))
                .ready();
        Listener byQuery = listen("?lastEventId=" + last.id());

        for (Listener one : List.of(again, elsewhere, byQuery)) {
            one.events(2);
            assertThat(one.tickets()).containsExactlyInAnyOrder(missed.toString(), missedToo.toString());
            assertThat(one.tickets()).doesNotContain(seen.toString());
            assertThat(one.events()).extracting(Block::id).doesNotHaveDuplicates();
        }
    }

    @Test
    void onlyTheTicketOrTheTypesThatAreAskedFor() {
        TicketId ticket = ticket(api.system);
        Listener ofTicket = listen("?ticketId=" + ticket);
        Listener ofTypes = listen("?types=ticket_created,message_added");

        TicketId another = ticket(api.system);
        assertThat(api.patch("/tickets/" + ticket, "{\"subject\":\"Other\"}").status())
                .isEqualTo(200);

        ofTicket.events(1);
        ofTypes.events(1);
        assertThat(ofTicket.tickets()).containsExactly(ticket.toString());
        assertThat(ofTypes.tickets()).containsExactly(another.toString());
        for (String wrong : List.of("?ticketId=x", "?types=A", "?types=", "?lastEventId=AAAA", "?follow=1")) {
            Reply refused = api.get("/events/stream" + wrong);
            assertThat(refused.status()).as(wrong).isEqualTo(400);
            assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
        }
    }

    @Test
    void anotherTenantsPositionIsRefusedAndItsTicketHasNoEvents() {
        Tenant foreign = api.insightDesk.tenants().create(NewTenant.of("umbrella", "Umbrella"));
        Desk theirs = api.insightDesk.tenant(foreign.id()).as(Actor.system());
        String token = token(theirs, Role.ADMIN).secret().reveal();
        Listener own = listen("");
        String position = String.valueOf(own.named("ready").id());

        Reply refused = api.get("/events/stream", "Authorization", "Bearer " + token, "Last-Event-ID", position);
        Listener attacker = new Listener(api.server.address(), token, "").ready();
        TicketId secret = ticket(api.system);
        Listener ofTicket = new Listener(api.server.address(), token, "?ticketId=" + secret).ready();
        TicketId open = ticket(theirs);
        assertThat(api.patch("/tickets/" + secret, "{\"subject\":\"Other\"}").status())
                .isEqualTo(200);
        own.events(2);
        attacker.events(1);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().at("/errors/0/code").asText()).isEqualTo("invalid_cursor");
        assertThat(attacker.tickets()).containsExactly(open.toString());
        assertThat(own.tickets()).containsExactly(secret.toString());
        assertThat(ofTicket.events()).isEmpty();
    }

    @Test
    void whoMayNotReadActivitiesGetsAProblem() {
        Role role = Role.of("reader");
        api.system.roles().create(new NewRole(role, "Reader", Set.of(Permission.TICKET_READ), TicketScope.ALL));
        String token = token(api.system, role).secret().reveal();

        Reply denied = api.get("/events/stream", "Authorization", "Bearer " + token);
        Reply unknown = api.get("/events/stream", "Authorization", "Bearer idk_x");

        assertThat(denied.status()).isEqualTo(403);
        assertThat(denied.json().at("/code").asText()).isEqualTo("access_denied");
        assertThat(unknown.status()).isEqualTo(401);
        assertThat(api.send("HEAD", "/events/stream", (String) null).status()).isEqualTo(200);
    }

    @Test
    void theStreamEndsWhenTheTokenIsRevokedElsewhere() {
        IssuedToken token = token(api.system, Role.AGENT);
        Listener listener = new Listener(api.server.address(), token.secret().reveal(), "").ready();

        other.tenant(api.tenant.id())
                .as(Actor.system())
                .apiTokens()
                .revoke(token.token().id());

        assertThat(listener.named("end").json().at("/code").asText()).isEqualTo("access_denied");
        await().atMost(SOON).until(() -> listener.over);
    }

    @Test
    void aReaderThatIsGoneIsNoticedAndItsPlaceIsFree() {
        Listener listener = listen("");
        assertThat(open()).isGreaterThanOrEqualTo(1);

        listener.close();

        await().atMost(SOON).untilAsserted(() -> assertThat(open()).isZero());
    }

    @Test
    void aQuietStreamHasHeartbeatsThatMoveThePosition() {
        Listener listener = listen("");

        await().atMost(SOON)
                .until(() -> listener.blocks.stream()
                        .anyMatch(block -> block.comment() && block.event() == null && block.id() != null));
    }

    @Test
    void anActorHasTenStreamsAndTheApiAnswersBesideThem() {
        String token = token(api.system, Role.AGENT).secret().reveal();
        for (int i = 0; i < 10; i++) {
            new Listener(api.server.address(), token, "").ready();
        }

        Reply refused = api.get("/events/stream", "Authorization", "Bearer " + token);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.json().at("/code").asText()).isEqualTo("too_many_streams");
        assertThat(refused.header("Retry-After")).isNotEmpty();
        assertThat(api.get("/me").status()).isEqualTo(200);
    }

    /** One who takes nothing holds up nobody else, and is gone when the connection is. */
    @Test
    void whoDoesNotReadHoldsUpNobody() throws Exception {
        TenantId tenant = api.tenant.id();
        URI address = URI.create(api.server.address());
        try (Socket stuck = new Socket()) {
            stuck.setReceiveBufferSize(4096);
            stuck.connect(new java.net.InetSocketAddress(address.getHost(), address.getPort()));
            stuck.getOutputStream()
                    .write(("GET /api/v1/events/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + viewer()
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(stuck.getInputStream().read()).isEqualTo('H');
            Listener listener = listen("");
            for (int i = 0; i < 30; i++) {
                var unused = ticket(api.insightDesk.tenant(tenant).as(Actor.system()));
            }
            assertThat(listener.events(30)).hasSizeGreaterThanOrEqualTo(30);
        }
    }

    private String viewer() {
        return token(api.system, Role.VIEWER).secret().reveal();
    }

    private static IssuedToken token(Desk desk, Role role) {
        return desk.apiTokens().create(NewApiToken.of("t", role));
    }
}
