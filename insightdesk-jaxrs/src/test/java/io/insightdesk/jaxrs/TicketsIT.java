package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TicketsIT {
    private static final String TICKET = """
            {"subject":"Printer on fire","message":{"text":"It burns."},"requester":{"email":"ada@example.com","name":"Ada"},
             "priority":"high","channel":"phone","tags":["Hardware"],"customFields":{"floor":3}}""";

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private ApiFixture api;

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        api = new ApiFixture(dataSource);
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private JsonNode created() {
        Reply reply = api.post("/tickets", TICKET);
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return reply.json();
    }

    @Test
    void aTicketIsMadeReadAndChanged() {
        Reply made = api.post("/tickets", TICKET, "X-Request-Id", "req-1");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        JsonNode ticket = made.json();
        assertThat(ticket.fieldNames())
                .toIterable()
                .containsExactly(
                        "id",
                        "number",
                        "subject",
                        "status",
                        "priority",
                        "channel",
                        "requester",
                        "organization",
                        "assignee",
                        "team",
                        "tags",
                        "customFields",
                        "createdAt",
                        "updatedAt",
                        "resolvedAt",
                        "closedAt",
                        "version");
        assertThat(ticket.at("/status").asText()).isEqualTo("new");
        assertThat(ticket.at("/channel").asText()).isEqualTo("phone");
        assertThat(ticket.at("/requester/email").asText()).isEqualTo("ada@example.com");
        assertThat(ticket.at("/requester/name").asText()).isEqualTo("Ada");
        assertThat(ticket.at("/tags/0").asText()).isEqualTo("hardware");
        assertThat(ticket.at("/customFields/floor").asInt()).isEqualTo(3);
        assertThat(ticket.at("/createdAt").asText()).endsWith("Z");
        assertThat(made.header("Location"))
                .endsWith("/api/v1/tickets/" + ticket.get("id").asText());
        assertThat(made.header("X-Request-Id")).isEqualTo("req-1");
        assertThat(made.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(made.header("Cache-Control")).isEqualTo("no-store");

        Reply byNumber = api.get("/tickets/" + ticket.get("number").asText());
        assertThat(byNumber.status()).isEqualTo(200);
        assertThat(byNumber.json()).isEqualTo(ticket);
        assertThat(byNumber.header("ETag")).isEqualTo(made.header("ETag")).isNotEmpty();
        assertThat(api.get("/tickets/" + ticket.get("id").asText(), "If-None-Match", byNumber.header("ETag"))
                        .status())
                .isEqualTo(304);

        String path = "/tickets/" + ticket.get("id").asText();
        Reply changed = api.patch(
                path,
                "{\"subject\":\"Out\",\"status\":\"pending\",\"customFields\":{\"floor\":null,\"room\":\"12\"}}",
                "If-Match",
                byNumber.header("ETag"),
                "Content-Type",
                "application/merge-patch+json");
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
        assertThat(changed.json().at("/subject").asText()).isEqualTo("Out");
        assertThat(changed.json().at("/customFields").toString()).isEqualTo("{\"room\":\"12\"}");

        Reply late = api.patch(path, "{\"subject\":\"Lost\"}", "If-Match", byNumber.header("ETag"));
        assertThat(late.status()).isEqualTo(412);
        assertThat(late.json().at("/code").asText()).isEqualTo("version_conflict");
        assertThat(late.json().at("/currentVersion").asLong())
                .isEqualTo(changed.json().at("/version").asLong());
    }

    @Test
    void everyMistakeOfABodyIsToldAtOnce() {
        Reply reply = api.post("/tickets", """
                {"subject":7,"message":{"text":"x","attachmentIds":["no"]},"requester":{},"priority":"soon","colour":"red",
                 "tags":"a"}""");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
        assertThat(reply.json().at("/code").asText()).isEqualTo("invalid_input");
        assertThat(reply.json().at("/requestId").asText()).isEqualTo(reply.header("X-Request-Id"));
        List<String> found = new ArrayList<>();
        reply.json()
                .at("/errors")
                .forEach(e -> found.add(
                        e.at("/pointer").asText() + " " + e.at("/code").asText()));
        assertThat(found)
                .containsExactlyInAnyOrder(
                        "/subject wrong_type",
                        "/message/attachmentIds/0 invalid_id",
                        "/priority invalid_value",
                        "/colour unknown_field",
                        "/tags wrong_type");
    }

    @Test
    void whatIsNoTicketIsNotFound() {
        for (String path :
                List.of("/tickets/nonsense", "/tickets/999999", "/tickets/0190d7a2-0000-7000-8000-000000000000")) {
            Reply reply = api.get(path);
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.json().at("/code").asText()).isEqualTo("ticket_not_found");
        }
    }

    @Test
    void aListIsPagedFilteredAndSorted() {
        for (int i = 0; i < 3; i++) {
            created();
        }
        Reply first = api.get("/tickets?limit=2&sort=createdAt&filter%5Bchannel%5D=phone");
        assertThat(first.status()).as(first.text()).isEqualTo(200);
        assertThat(first.json().at("/items")).hasSize(2);
        assertThat(first.json().at("/items/0/requester/email").asText()).isEqualTo("ada@example.com");
        String link = first.header("Link");
        assertThat(link).endsWith(">; rel=\"next\"");
        Reply next = api.get(link.substring(1, link.indexOf('>')));
        assertThat(next.status()).as(next.text()).isEqualTo(200);
        assertThat(next.json().at("/items/0/id").asText())
                .isNotEqualTo(first.json().at("/items/0/id").asText());

        Reply bad = api.get("/tickets?filter%5Bcolour%5D=red&limit=0&sort=size");
        assertThat(bad.status()).isEqualTo(400);
        assertThat(bad.json().at("/errors/0/parameter").asText()).isEqualTo("filter[colour]");
        assertThat(bad.json().at("/errors/0/message").asText()).contains("filter[status]");
        assertThat(api.get("/tickets?cursor=abc").status()).isEqualTo(400);
        assertThat(api.get("/tickets?filter%5Bassignee%5D=none&filter%5Bstatus%5D=new,open")
                        .json()
                        .at("/items")
                        .size())
                .isPositive();
    }

    @Test
    void stepsMoveATicketOn() {
        String path = "/tickets/" + created().get("id").asText();
        Reply assigned = api.post(path + "/assign", "{\"assignee\":\"" + api.agent.id() + "\"}");
        assertThat(assigned.status()).as(assigned.text()).isEqualTo(200);
        assertThat(assigned.json().at("/status").asText()).isEqualTo("open");
        assertThat(assigned.json().at("/assignee").asText())
                .isEqualTo(api.agent.id().toString());
        assertThat(api.post(path + "/assign", "{\"assignee\":null}")
                        .json()
                        .at("/assignee")
                        .isNull())
                .isTrue();
        assertThat(api.post(path + "/assign", "{}").status()).isEqualTo(400);
        assertThat(api.post(path + "/resolve", null).json().at("/resolvedAt").isNull())
                .isFalse();
        assertThat(api.post(path + "/reopen", null).json().at("/status").asText())
                .isEqualTo("open");
        assertThat(api.post(path + "/close", null).json().at("/status").asText())
                .isEqualTo("closed");
        Reply again = api.post(path + "/reopen", null);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().at("/code").asText()).isEqualTo("status_transition");
    }

    @Test
    void aRepeatedPostMakesOneTicket() {
        Reply first = api.post("/tickets", TICKET, "Idempotency-Key", "once");
        Reply second = api.post("/tickets", TICKET, "Idempotency-Key", "once");
        assertThat(first.status()).as(first.text()).isEqualTo(201);
        assertThat(second.status()).as(second.text()).isEqualTo(201);
        assertThat(second.json()).isEqualTo(first.json());
        assertThat(second.header("Location")).isEqualTo(first.header("Location"));
        assertThat(second.header("ETag")).isEqualTo(first.header("ETag"));
        Reply other = api.post("/tickets", TICKET.replace("fire", "ice"), "Idempotency-Key", "once");
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.json().at("/code").asText()).isEqualTo("idempotency_key_reused");
        Reply elsewhere =
                api.post("/tickets", TICKET, "Idempotency-Key", "once", "Authorization", "Bearer " + api.agentToken);
        assertThat(elsewhere.status()).isEqualTo(201);
        assertThat(elsewhere.json().get("id")).isNotEqualTo(first.json().get("id"));
    }

    @Test
    void whoHasNoTokenIsNotLetIn() {
        Reply nobody = api.get("/tickets", "Authorization", "");
        assertThat(nobody.status()).isEqualTo(401);
        assertThat(nobody.header("WWW-Authenticate")).startsWith("Bearer ");
        assertThat(nobody.header("Content-Type")).startsWith("application/problem+json");
        assertThat(api.get("/tickets", "Authorization", "Bearer idk_wrong")
                        .json()
                        .at("/code")
                        .asText())
                .isEqualTo("invalid_token");
        Reply viewer = api.post("/tickets", TICKET, "Authorization", "Bearer " + api.viewerToken);
        assertThat(viewer.status()).isEqualTo(403);
        assertThat(viewer.json().at("/code").asText()).isEqualTo("access_denied");
    }

    @Test
    void theFrameworksErrorsAreProblemsToo() {
        check(api.get("/nothing"), 404, "no_such_resource");
        check(api.send("DELETE", "/tickets", (String) null), 405, "method_not_allowed");
        check(api.get("/tickets", "Accept", "text/html"), 406, "not_acceptable");
        check(api.post("/tickets", "x", "Content-Type", "text/plain"), 415, "unsupported_media_type");
        check(api.post("/tickets", "{\"subject\":"), 400, "malformed_json");
        check(api.post("/tickets", "{\"subject\":\"a\",\"subject\":\"b\"}"), 400, "malformed_json");
        check(api.post("/tickets", "[".repeat(100)), 400, "malformed_json");
        check(api.post("/tickets", ""), 400, "malformed_json");
        check(api.post("/tickets", "[]"), 400, "invalid_input");
    }

    private static void check(Reply reply, int status, String code) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
        assertThat(reply.header("X-Request-Id")).isNotEmpty();
        assertThat(reply.json().at("/code").asText()).isEqualTo(code);
        assertThat(reply.json().at("/status").asInt()).isEqualTo(status);
        assertThat(reply.text()).doesNotContain("Exception").doesNotContain("io.insightdesk");
    }
}
