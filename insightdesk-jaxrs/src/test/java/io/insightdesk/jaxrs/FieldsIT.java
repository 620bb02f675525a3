package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.customer.NewOrganization;
import io.insightdesk.customer.Organization;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.NewRole;
import io.insightdesk.identity.NewTeam;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.Team;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.transfer.HoldTarget;
import io.insightdesk.transfer.RetentionKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Which fields an answer has, and what is told along with it. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FieldsIT {
    private ApiFixture api;
    private Ticket ticket;
    private Customer ada;
    private Organization organization;
    private Team team;

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        api = new ApiFixture(dataSource);
        organization = api.system.organizations().create(NewOrganization.of("Analytical Engines", "engines.example"));
        ada = api.system.customers().create(NewCustomer.of("Ada", "ada@engines.example"));
        team = api.system.teams().create(new NewTeam("First line", List.of(api.agent.id())));
        ticket = ticket(0);
        for (int i = 1; i < 3; i++) {
            ticket = ticket(i);
        }
    }

    private Ticket ticket(int number) {
        return api.system
                .tickets()
                .create(NewTicket.builder("Engine " + number)
                        .requester(ada.id())
                        .assignee(api.agent.id())
                        .team(team.id())
                        .build());
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @Test
    void onlyTheFieldsThatAreAskedForAreToldAndIdAndVersion() {
        Reply whole = api.get("/tickets/" + ticket.id());
        Reply some = api.get("/tickets/" + ticket.id() + "?fields=subject,status");
        assertThat(names(some.json())).containsExactlyInAnyOrder("id", "subject", "status", "version");
        assertThat(some.json().at("/subject").asText()).isEqualTo("Engine 2");
        assertThat(some.header("ETag")).isEqualTo(whole.header("ETag"));
        assertThat(api.get("/tickets/" + ticket.id() + "?fields=subject", "If-None-Match", whole.header("ETag"))
                        .status())
                .isEqualTo(304);
        assertThat(api.send("HEAD", "/tickets/" + ticket.id() + "?fields=subject", (String) null)
                        .status())
                .isEqualTo(200);

        Reply page = api.get("/tickets?limit=2&fields=number,requester");
        assertThat(page.json().at("/items")).hasSize(2);
        page.json()
                .at("/items")
                .forEach(item ->
                        assertThat(names(item)).containsExactlyInAnyOrder("id", "number", "requester", "version"));
        assertThat(page.header("Link")).contains("fields=number").contains("rel=\"next\"");
        String next = page.header("Link").replaceAll("^<|>.*$", "");
        JsonNode rest = api.get(next).json();
        assertThat(rest.at("/items")).isNotEmpty();
        assertThat(names(rest.at("/items/0"))).containsExactlyInAnyOrder("id", "number", "requester", "version");
    }

    @Test
    void anUnknownFieldIsRefusedWithTheListOfThoseThereAre() {
        for (String path : List.of("/tickets", "/tickets/" + ticket.id(), "/customers", "/me", "/tenant")) {
            Reply refused = api.get(path + "?fields=id,colour");
            assertThat(refused.status()).as(path).isEqualTo(400);
            List<JsonNode> errors = new ArrayList<>();
            refused.json().at("/errors").forEach(errors::add);
            assertThat(errors).as(path).anySatisfy(error -> {
                assertThat(error.at("/parameter").asText()).isEqualTo("fields");
                assertThat(error.at("/code").asText()).isEqualTo("unknown_field");
                assertThat(error.at("/message").asText()).contains("'colour'").contains(", ");
            });
        }
        assertThat(api.get("/tickets?fields=").status()).isEqualTo(400);
        assertThat(api.get("/tickets?fields=included").status()).isEqualTo(400);
        assertThat(api.post("/tickets/" + ticket.id() + "/reopen?fields=id", null)
                        .status())
                .as("what is no reading has no fields to choose")
                .isEqualTo(400);
    }

    @Test
    void whatFieldsAreAskedForShowsNobodyMoreThanTheWhole() {
        api.system.roles().create(NewRole.of(Role.of("tickets_only"), "Tickets", Permission.TICKET_READ));
        String bearer = bearer(Role.of("tickets_only"));
        JsonNode seen = api.get("/tickets/" + ticket.id() + "?fields=requester", "Authorization", bearer)
                .json();
        assertThat(seen.at("/requester/id").asText()).isEqualTo(ada.id().toString());
        assertThat(seen.at("/requester/name").isNull()).isTrue();
    }

    @Test
    void whatTicketsNameIsToldAlongWithThemEachOnce() {
        JsonNode page = api.get("/tickets?include=requester,organization,assignee,team&filter%5Brequester%5D="
                        + ada.id() + "&fields=subject")
                .json();
        assertThat(page.at("/items").size()).isGreaterThanOrEqualTo(3);
        JsonNode included = page.at("/included");
        assertThat(names(included)).containsExactlyInAnyOrder("customers", "organizations", "agents", "teams");
        assertThat(included.at("/customers")).hasSize(1);
        assertThat(included.at("/customers/0"))
                .isEqualTo(api.get("/customers/" + ada.id()).json());
        assertThat(included.at("/organizations/0"))
                .isEqualTo(api.get("/organizations/" + organization.id()).json());
        assertThat(included.at("/agents/0"))
                .isEqualTo(api.get("/agents/" + api.agent.id()).json());
        assertThat(included.at("/teams/0"))
                .isEqualTo(api.get("/teams/" + team.id()).json());
        assertThat(names(page.at("/items/0"))).doesNotContain("included");

        JsonNode one =
                api.get("/tickets/" + ticket.number() + "?include=assignee").json();
        assertThat(names(one.at("/included"))).containsExactly("agents");
        assertThat(one.at("/included/agents/0/name").asText()).isEqualTo("Ann Agent");
        assertThat(names(api.get("/tickets/" + ticket.id()).json())).doesNotContain("included");
        assertThat(api.get("/tickets?include=requester&filter%5Btag%5D=nobody-has-it")
                        .json()
                        .at("/included/customers"))
                .isEmpty();
    }

    @Test
    void whatCannotBeIncludedAndWhatMayNotBeReadIsRefused() {
        Reply unknown = api.get("/tickets?include=requester,colour");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.json().at("/errors/0/parameter").asText()).isEqualTo("include");
        assertThat(unknown.json().at("/errors/0/message").asText()).contains("requester, organization, assignee, team");
        assertThat(api.get("/customers?include=organization").status()).isEqualTo(400);

        api.system
                .roles()
                .create(NewRole.of(
                        Role.of("no_agents"), "No agents", Permission.TICKET_READ, Permission.CUSTOMER_READ));
        api.system
                .roles()
                .create(NewRole.of(
                        Role.of("no_customers"), "No customers", Permission.TICKET_READ, Permission.AGENT_READ));
        Map<String, Set<String>> refused =
                Map.of("no_agents", Set.of("assignee", "team"), "no_customers", Set.of("requester", "organization"));
        refused.forEach((role, kinds) -> {
            String bearer = bearer(Role.of(role));
            for (String kind : List.of("requester", "organization", "assignee", "team")) {
                int expected = kinds.contains(kind) ? 403 : 200;
                assertThat(api.get("/tickets?include=" + kind, "Authorization", bearer)
                                .status())
                        .as(role + " " + kind)
                        .isEqualTo(expected);
                assertThat(api.get("/tickets/" + ticket.id() + "?include=" + kind, "Authorization", bearer)
                                .status())
                        .as(role + " one " + kind)
                        .isEqualTo(expected);
            }
        });
    }

    /** As the fields of an answer can be chosen, the document requires few of them; where none are chosen, all are there. */
    @Test
    void whereNothingIsChosenEveryFieldOfTheSchemaIsThere() {
        JsonNode document = api.get("/openapi.json", "Authorization", "").json();
        int seen = 0;
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : document.at("/paths").properties()) {
            JsonNode operation = path.getValue().path("get");
            JsonNode schema = operation.at("/responses/200/content/application~1json/schema");
            if (path.getKey().contains("{") || !schema.has("$ref")) {
                continue;
            }
            Reply reply = api.get(path.getKey());
            if (reply.status() != 200) {
                continue;
            }
            JsonNode type = document.at(schema.at("/$ref").asText().substring(1));
            JsonNode answer = reply.json();
            if (type.at("/properties/items").isObject()) {
                type = document.at(
                        type.at("/properties/items/items/$ref").asText().substring(1));
                answer = answer.at("/items/0");
            }
            if (answer.isMissingNode()) {
                continue;
            }
            Set<String> missing = names(type.at("/properties"));
            missing.removeAll(names(answer));
            missing.remove("included");
            // Shown once, when the token is made.
            missing.remove("secret");
            if (!missing.isEmpty()) {
                wrong.add(path.getKey() + " lacks " + missing);
            }
            seen++;
        }
        assertThat(wrong).isEmpty();
        assertThat(seen).isGreaterThan(8);
    }

    @Test
    void whatIsKnownIsNotSentAgain() {
        String file = api.send("POST", "/attachments?filename=a.txt", "a", "Content-Type", "text/plain")
                .json()
                .at("/id")
                .asText();
        String note = api.post("/tickets/" + ticket.id() + "/notes", "{\"text\":\"x\"}")
                .json()
                .at("/id")
                .asText();
        String operation = api.system.persons().export(ada.id()).id().toString();
        api.system.legalHolds().place(HoldTarget.of(ada.id()), "kept");
        api.system.retention().set(RetentionKind.RAW_MAILS, Duration.ofDays(1000));
        Map<String, String> things = new TreeMap<>(Map.of(
                "/tickets/{ticket}",
                "/tickets/" + ticket.id(),
                "/customers/{customer}",
                "/customers/" + ada.id(),
                "/organizations/{organization}",
                "/organizations/" + organization.id(),
                "/agents/{agent}",
                "/agents/" + api.agent.id(),
                "/teams/{team}",
                "/teams/" + team.id(),
                "/attachments/{attachment}",
                "/attachments/" + file,
                "/messages/{message}",
                "/messages/" + note,
                "/operations/{operation}",
                "/operations/" + operation,
                "/jobs/{job}",
                "/jobs/" + operation));
        things.putAll(Map.of(
                "/legal-holds/{target}/{id}",
                "/legal-holds/customer/" + ada.id(),
                "/retention-rules/{rule}",
                "/retention-rules/raw_mails",
                "/roles/{role}",
                "/roles/agent",
                "/me",
                "/me",
                "/tenant",
                "/tenant"));
        JsonNode paths = api.get("/openapi.json", "Authorization", "").json().at("/paths");
        Set<String> without = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            JsonNode answers = path.getValue().at("/get/responses");
            JsonNode schema = answers.at("/200/content/application~1json/schema/$ref");
            boolean entity = schema.isTextual() && !schema.asText().endsWith("Page");
            if (entity && !answers.has("304")) {
                without.add(path.getKey());
            }
        }
        assertThat(without).as("readings without a tag").containsExactly("/audit/verify");
        things.forEach((route, path) -> {
            assertThat(paths.at("/" + route.replace("/", "~1") + "/get/responses/304")
                            .isMissingNode())
                    .as(route)
                    .isFalse();
            Reply first = api.get(path);
            assertThat(first.status()).as(path).isEqualTo(200);
            assertThat(first.header("ETag")).as(path).matches("\"[0-9a-z-]+\"");
            Reply again = api.get(path, "If-None-Match", first.header("ETag"));
            assertThat(again.status()).as(path).isEqualTo(304);
            assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
            assertThat(api.get(path, "If-None-Match", "\"0-0\"").status()).isEqualTo(200);
        });
        Reply before = api.get("/operations/" + operation);
        api.insightDesk.workers().runDue();
        assertThat(api.get("/operations/" + operation, "If-None-Match", before.header("ETag"))
                        .status())
                .as("what has changed is sent")
                .isEqualTo(200);
    }

    private String bearer(Role role) {
        return "Bearer "
                + api.system
                        .apiTokens()
                        .create(NewApiToken.of(role.wireName(), role))
                        .secret()
                        .reveal();
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
