package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.Desk;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Actor;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Many tickets are changed by one request. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BulkIT {
    private ApiFixture api;

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        api = new ApiFixture(dataSource);
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private static List<Ticket> tickets(Desk desk, int count, String tag) {
        Customer customer = desk.customers().create(NewCustomer.of("C", UUID.randomUUID() + "@bulk.example"));
        List<Ticket> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            made.add(desk.tickets()
                    .create(NewTicket.builder("Ticket " + i)
                            .requester(customer.id())
                            .tag(tag)
                            .build()));
        }
        return made;
    }

    private static String body(List<Ticket> tickets, @Nullable Long version, String change) {
        ObjectNode body = ApiFixture.JSON.createObjectNode();
        ArrayNode list = body.putArray("tickets");
        for (Ticket ticket : tickets) {
            ObjectNode one = list.addObject().put("id", ticket.id().toString());
            if (version != null) {
                one.put("version", version);
            }
        }
        body.set("change", ApiFixture.JSON.createObjectNode());
        return body.toString().replace("\"change\":{}", "\"change\":" + change);
    }

    private long changes(Ticket ticket) {
        return api.system.tickets().activity(ticket.id(), ActivityQuery.all()).stream()
                .filter(event -> event.type().equals("ticket_changed"))
                .count();
    }

    private TicketStatus status(Ticket ticket) {
        return api.system.tickets().get(ticket.id()).status();
    }

    @Test
    void upToAHundredAreAnsweredAtOnceEachForItself() {
        List<Ticket> tickets = tickets(api.system, 4, "once");
        api.system.tickets().close(tickets.get(1).id());
        Reply reply = api.post(
                "/tickets/bulk",
                body(
                        tickets,
                        1L,
                        "{\"status\":\"pending\",\"priority\":\"high\",\"addTags\":[\"Outage\"],\"removeTags\":[\"once\"]}"));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        JsonNode items = reply.json().at("/items");
        assertThat(items).hasSize(4);
        for (int i : new int[] {0, 2, 3}) {
            assertThat(items.get(i).at("/id").asText())
                    .isEqualTo(tickets.get(i).id().toString());
            assertThat(items.get(i).at("/status").asInt()).isEqualTo(200);
            assertThat(items.get(i).at("/version").asLong()).isEqualTo(2);
            assertThat(items.get(i).at("/code").isNull()).isTrue();
            Ticket now = api.system.tickets().get(tickets.get(i).id());
            assertThat(now.status()).isEqualTo(TicketStatus.PENDING);
            assertThat(now.tags()).containsExactly("outage");
        }
        assertThat(items.at("/1/status").asInt()).isEqualTo(412);
        assertThat(items.at("/1/code").asText()).isEqualTo("version_conflict");
        assertThat(items.at("/1/version").isNull()).isTrue();

        JsonNode later = api.post("/tickets/bulk", body(tickets.subList(1, 2), null, "{\"status\":\"open\"}"))
                .json();
        assertThat(later.at("/items/0/status").asInt()).isEqualTo(409);
        assertThat(later.at("/items/0/code").asText()).isEqualTo("status_transition");
        assertThat(later.at("/items/0/detail").asText()).contains("closed");
    }

    @Test
    void aRepeatedRequestChangesNothingTwice() {
        List<Ticket> tickets = tickets(api.system, 3, "repeat");
        api.system.tickets().close(tickets.get(2).id());
        String body = body(tickets, null, "{\"priority\":\"urgent\",\"status\":\"open\"}");
        Reply first = api.post("/tickets/bulk", body, "Idempotency-Key", "bulk-1");
        Reply second = api.post("/tickets/bulk", body, "Idempotency-Key", "bulk-1");
        assertThat(second.json()).isEqualTo(first.json());
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(first.json().at("/items/2/code").asText()).isEqualTo("status_transition");
        assertThat(changes(tickets.get(0))).isEqualTo(1);
    }

    @Test
    void moreOrWhatAFilterFindsIsAnOperation() {
        List<Ticket> tickets = tickets(api.system, 101, "many");
        Reply asked = api.post("/tickets/bulk", body(tickets, null, "{\"status\":\"open\"}"));
        assertThat(asked.status()).as(asked.text()).isEqualTo(202);
        assertThat(asked.header("Location"))
                .endsWith("/api/v1/operations/" + asked.json().at("/id").asText());
        assertThat(asked.json().at("/kind").asText()).isEqualTo("ticket_change");
        assertThat(asked.json().at("/status").asText()).isEqualTo("waiting");
        assertThat(asked.json().at("/customer").isNull()).isTrue();
        assertThat(status(tickets.get(0))).isEqualTo(TicketStatus.NEW);
        api.insightDesk.workers().runDue();
        JsonNode done =
                api.get("/operations/" + asked.json().at("/id").asText()).json();
        assertThat(done.at("/status").asText()).isEqualTo("done");
        assertThat(done.at("/counts/changed").asInt()).isEqualTo(101);
        assertThat(status(tickets.get(100))).isEqualTo(TicketStatus.OPEN);

        Reply filtered = api.post(
                "/tickets/bulk",
                "{\"filter\":{\"tag\":\"many\",\"status\":[\"open\"]},\"change\":{\"assignee\":\"" + api.agent.id()
                        + "\"}}",
                "Authorization",
                "Bearer " + api.agentToken,
                "Idempotency-Key",
                "filter-1");
        assertThat(filtered.status()).as(filtered.text()).isEqualTo(202);
        api.insightDesk.workers().runDue();
        assertThat(api.system.tickets().get(tickets.get(50).id()).assignee()).isEqualTo(api.agent.id());
        String id = filtered.json().at("/id").asText();
        Reply finished = api.post("/operations/" + id + "/cancel", null);
        assertThat(finished.status()).isEqualTo(409);
        assertThat(finished.json().at("/code").asText()).isEqualTo("operation_finished");
    }

    @Test
    void anOperationIsCancelled() {
        List<Ticket> tickets = tickets(api.system, 3, "cancel");
        Reply asked = api.post("/tickets/bulk", "{\"filter\":{\"tag\":\"cancel\"},\"change\":{\"status\":\"open\"}}");
        String id = asked.json().at("/id").asText();
        Reply refused = api.post("/operations/" + id + "/cancel", null, "Authorization", "Bearer " + api.viewerToken);
        assertThat(refused.status()).isEqualTo(403);
        Reply cancelled = api.post("/operations/" + id + "/cancel", null);
        assertThat(cancelled.status()).as(cancelled.text()).isEqualTo(200);
        assertThat(cancelled.json().at("/status").asText()).isEqualTo("cancelled");
        api.insightDesk.workers().runDue();
        assertThat(status(tickets.get(0))).isEqualTo(TicketStatus.NEW);
        assertThat(api.get("/operations/" + id).json().at("/status").asText()).isEqualTo("cancelled");
    }

    @Test
    void whatIsWrongWithTheRequestIsToldAllAtOnce() {
        List<Ticket> two = tickets(api.system, 2, "wrong");
        for (String body : List.of(
                "{\"change\":{\"status\":\"open\"}}",
                "{\"tickets\":[],\"filter\":{},\"change\":{\"status\":\"open\"}}",
                "{\"tickets\":[],\"change\":{\"status\":\"open\"}}",
                "{\"tickets\":[{}],\"change\":{}}",
                "{\"tickets\":[\"1042\"],\"change\":{}}",
                "{\"filter\":{\"colour\":\"red\"},\"change\":{}}",
                "{\"filter\":{\"status\":[\"lost\"]},\"change\":{}}",
                body(two, null, "{\"status\":null}"),
                body(two, null, "{\"status\":\"lost\"}"),
                body(two, null, "{\"requester\":{}}"),
                body(two, null, "{\"addTags\":[\"\"]}"),
                body(List.of(two.get(0), two.get(0)), null, "{\"status\":\"open\"}"))) {
            Reply refused = api.post("/tickets/bulk", body);
            assertThat(refused.status()).as(body + " " + refused.text()).isEqualTo(400);
        }
        JsonNode twice = api.post("/tickets/bulk", body(List.of(two.get(0), two.get(0)), null, "{\"status\":\"open\"}"))
                .json();
        assertThat(twice.at("/errors/0/pointer").asText()).isEqualTo("/tickets/1");
        assertThat(twice.at("/errors/0/code").asText()).isEqualTo("duplicate");
        assertThat(api.post(
                                "/tickets/bulk",
                                body(two, null, "{\"status\":\"open\"}"),
                                "Authorization",
                                "Bearer " + api.viewerToken)
                        .status())
                .isEqualTo(403);
        assertThat(changes(two.get(0))).isZero();
        JsonNode team = api.post(
                        "/tickets/bulk", body(two, null, "{\"team\":\"0190d7a2-5e3f-7c1a-9b7d-000000000000\"}"))
                .json();
        assertThat(team.at("/items/0/status").asInt()).isEqualTo(400);
        assertThat(team.at("/items/0/code").asText()).isEqualTo("unknown_team");
    }

    /** Threat: tickets of another tenant are changed among the own ones, at once or by a job. */
    @Test
    void ticketsOfAnotherTenantAreNotThere() {
        Desk theirs = api.insightDesk
                .tenant(api.insightDesk
                        .tenants()
                        .create(NewTenant.of("bulky", "Bulky"))
                        .id())
                .as(Actor.system());
        List<Ticket> foreign = tickets(theirs, 101, "foreign");
        List<Ticket> mixed =
                List.of(foreign.get(0), tickets(api.system, 1, "mixed").get(0), foreign.get(1));
        JsonNode items = api.post("/tickets/bulk", body(mixed, null, "{\"status\":\"closed\"}"))
                .json()
                .at("/items");
        assertThat(items.at("/0/status").asInt()).isEqualTo(404);
        assertThat(items.at("/0/code").asText()).isEqualTo("ticket_not_found");
        assertThat(items.at("/1/status").asInt()).isEqualTo(200);
        assertThat(items.at("/2/status").asInt()).isEqualTo(404);

        Reply asked = api.post("/tickets/bulk", body(foreign, null, "{\"status\":\"closed\"}"));
        assertThat(asked.status()).isEqualTo(202);
        Reply found =
                api.post("/tickets/bulk", "{\"filter\":{\"tag\":\"foreign\"},\"change\":{\"status\":\"closed\"}}");
        api.insightDesk.workers().runDue();
        JsonNode counts =
                api.get("/operations/" + asked.json().at("/id").asText()).json().at("/counts");
        assertThat(counts.at("/refused.ticket_not_found").asInt()).isEqualTo(101);
        assertThat(counts.has("changed")).isFalse();
        assertThat(api.get("/operations/" + found.json().at("/id").asText())
                        .json()
                        .at("/status")
                        .asText())
                .isEqualTo("done");
        for (Ticket ticket : foreign) {
            assertThat(theirs.tickets().get(ticket.id())).isEqualTo(ticket);
        }
    }
}
