package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Role;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.Tenant;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Exports and erasures of persons, legal holds and retention rules over HTTP. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PersonsIT {

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

    private CustomerId customer(String name) {
        return api.system
                .customers()
                .create(NewCustomer.of(name, UUID.randomUUID() + "@home.example"))
                .id();
    }

    /** The address without host, which some servers put before it. */
    private static String location(Reply reply) {
        String location = reply.header("Location");
        return location.substring(location.indexOf("/api/"));
    }

    /** Works until an operation has ended. */
    private Reply ended(String location) {
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            int unused = api.insightDesk.workers().runDue();
            return !List.of("waiting", "running")
                    .contains(api.get(location).json().at("/status").asText());
        });
        return api.get(location);
    }

    private static List<String> entries(byte[] zip) throws IOException {
        List<String> names = new ArrayList<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }

    @Test
    void anExportIsAskedForOnceAndRead() throws IOException {
        CustomerId ada = customer("Ada Export");
        Reply asked = api.post("/customers/" + ada + "/export", null, "Idempotency-Key", "export-1");
        assertThat(asked.status()).as(asked.text()).isEqualTo(202);
        String location = location(asked);
        assertThat(location)
                .isEqualTo("/api/v1/operations/" + asked.json().at("/id").asText());
        assertThat(asked.json().at("/kind").asText()).isEqualTo("person_export");
        Reply again = api.post("/customers/" + ada + "/export", null, "Idempotency-Key", "export-1");
        assertThat(again.json().at("/id")).isEqualTo(asked.json().at("/id"));

        Reply done = ended(location);
        assertThat(done.json().at("/status").asText()).isEqualTo("done");
        assertThat(done.json().at("/counts/customer").asInt()).isEqualTo(1);
        Reply file = api.get(location + "/content");
        assertThat(file.status()).isEqualTo(200);
        assertThat(file.bytes().length).isEqualTo(done.json().at("/resultSize").asInt());
        assertThat(file.header("Content-Disposition")).startsWith("attachment; filename=\"export-");
        assertThat(entries(file.bytes()))
                .contains("customer.json", "tickets.json")
                .endsWith("manifest.json");
    }

    @Test
    void anErasureGoesOnlyWhereNoHoldIs() {
        CustomerId ada = customer("Ada Erasure");
        String hold = "/legal-holds/customer/" + ada;
        assertThat(api.get(hold).json().at("/code").asText()).isEqualTo("legal_hold_not_found");
        Reply placed = api.send("PUT", hold, "{\"reason\":\"Case 7\"}");
        assertThat(placed.status()).as(placed.text()).isEqualTo(200);
        assertThat(api.get(hold).json()).isEqualTo(placed.json());
        assertThat(api.get("/legal-holds").json().at("/items").findValuesAsText("id"))
                .contains(ada.toString());
        Reply refused = api.post("/customers/" + ada + "/erase", null);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().at("/code").asText()).isEqualTo("legal_hold");
        assertThat(api.send("DELETE", hold, (String) null).status()).isEqualTo(204);

        Reply asked = api.post("/customers/" + ada + "/erase", null);
        assertThat(asked.status()).as(asked.text()).isEqualTo(202);
        Reply done = ended(location(asked));
        assertThat(done.json().at("/status").asText()).as(done.text()).isEqualTo("done");
        assertThat(api.get("/customers/" + ada).json().at("/name").asText()).isEqualTo("Erased customer");
        assertThat(api.get("/customers/" + ada).json().at("/emails")).isEmpty();
        for (Reply late : List.of(
                api.post("/customers/" + ada + "/export", null),
                api.post("/customers/" + ada + "/erase", null),
                api.patch("/customers/" + ada, "{\"name\":\"Ada\"}"),
                api.send("PUT", hold, "{\"reason\":\"Case 8\"}"))) {
            assertThat(late.status()).as(late.text()).isEqualTo(409);
            assertThat(late.json().at("/code").asText()).isEqualTo("customer_erased");
        }
        assertThat(api.get(location(asked) + "/content").status())
                .as("an erasure makes no file")
                .isEqualTo(404);
    }

    @Test
    void holdsArePaged() {
        for (int i = 0; i < 3; i++) {
            assertThat(api.send("PUT", "/legal-holds/customer/" + customer("Ada Page " + i), "{\"reason\":\"x\"}")
                            .status())
                    .isEqualTo(200);
        }
        List<String> seen = new ArrayList<>();
        String next = "/legal-holds?limit=1";
        while (!next.isEmpty()) {
            Reply page = api.get(next);
            seen.addAll(page.json().at("/items").findValuesAsText("id"));
            String cursor = page.json().at("/nextCursor").asText("");
            next = cursor.isEmpty() || cursor.equals("null") ? "" : "/legal-holds?limit=1&cursor=" + cursor;
        }
        assertThat(seen).hasSizeGreaterThanOrEqualTo(3).doesNotHaveDuplicates();
        assertThat(seen)
                .containsExactlyElementsOf(
                        api.get("/legal-holds?limit=100").json().at("/items").findValuesAsText("id"));
    }

    @Test
    void rulesAreCountedSetAndRemoved() {
        Reply count = api.post("/retention-rules/raw_mails/preview", "{\"days\":30}");
        assertThat(count.status()).as(count.text()).isEqualTo(200);
        assertThat(count.json().at("/count").isIntegralNumber()).isTrue();
        assertThat(api.get("/retention-rules/raw_mails").json().at("/code").asText())
                .isEqualTo("retention_rule_not_found");
        Reply set = api.send("PUT", "/retention-rules/raw_mails", "{\"days\":30}");
        assertThat(set.status()).as(set.text()).isEqualTo(200);
        assertThat(set.json().at("/days").asInt()).isEqualTo(30);
        assertThat(api.get("/retention-rules/raw_mails").json()).isEqualTo(set.json());
        assertThat(api.get("/retention-rules").json().at("/items")).hasSize(1);
        for (String bad : List.of("0", "-1", "36501")) {
            Reply refused = api.send("PUT", "/retention-rules/raw_mails", "{\"days\":" + bad + "}");
            assertThat(refused.status()).as(bad).isEqualTo(400);
            assertThat(refused.json().at("/errors/0/pointer").asText()).isEqualTo("/days");
        }
        assertThat(api.send("DELETE", "/retention-rules/raw_mails", (String) null)
                        .status())
                .isEqualTo(204);
        assertThat(api.get("/retention-rules").json().at("/items")).isEmpty();
    }

    /** Threat: somebody reads or removes what is known of a person without being allowed to, or in another tenant. */
    @Test
    void onlyWhoMayAndOnlyInTheOwnTenant() {
        CustomerId ada = customer("Ada Rights");
        String operation = location(api.post("/customers/" + ada + "/export", null));
        ended(operation);
        Tenant other = api.insightDesk.tenants().create(NewTenant.of("others-persons", "Other"));
        String stranger = api.insightDesk
                .tenant(other.id())
                .as(Actor.system())
                .apiTokens()
                .create(NewApiToken.of("stranger", Role.ADMIN))
                .secret()
                .reveal();
        for (String[] call : new String[][] {
            {"POST", "/customers/" + ada + "/export"},
            {"POST", "/customers/" + ada + "/erase"},
            {"GET", operation},
            {"GET", operation + "/content"},
            {"GET", "/legal-holds/customer/" + ada}
        }) {
            assertThat(api.send(call[0], call[1], (String) null, "Authorization", "Bearer " + stranger)
                            .status())
                    .as(call[1])
                    .isEqualTo(404);
            // An agent may look at operations of another kind, so one that is not for agents is not there.
            int refused = call[1].equals(operation) ? 404 : 403;
            assertThat(api.send(call[0], call[1], (String) null, "Authorization", "Bearer " + api.agentToken)
                            .status())
                    .as(call[1])
                    .isEqualTo(refused);
        }
    }
}
