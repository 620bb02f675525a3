package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditIT {
    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private ApiFixture api;

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        api = new ApiFixture(
                dataSource,
                ApiOptions.builder()
                        .requestLimits(RequestLimits.none())
                        .peerAddress(request -> Optional.of("192.0.2.7"))
                        .build());
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @Test
    void aChangeByHttpIsListedWithWhoDidItFromWhereAndWhatItWasBefore() {
        String agent = api.agent.id().toString();
        Reply changed = api.patch(
                "/agents/" + agent,
                "{\"name\":\"Ann Other\",\"role\":\"viewer\"}",
                "Content-Type",
                "application/merge-patch+json",
                "User-Agent",
                "auditor/1",
                "X-Request-Id",
                "request-of-the-change");
        assertThat(changed.status()).isEqualTo(200);

        Reply page = api.get("/audit?filter%5Btype%5D=agent_changed&filter%5Bsubject%5D=" + agent);

        assertThat(page.status()).isEqualTo(200);
        JsonNode entry = page.json().at("/items/0");
        assertThat(entry.at("/payload/role/from").asText()).isEqualTo("agent");
        assertThat(entry.at("/payload/role/to").asText()).isEqualTo("viewer");
        assertThat(entry.at("/personal/name/from").asText()).isEqualTo("Ann Agent");
        assertThat(entry.at("/personal/name/to").asText()).isEqualTo("Ann Other");
        assertThat(entry.at("/userAgent").asText()).isEqualTo("auditor/1");
        assertThat(entry.at("/address").asText()).isEqualTo("192.0.2.7");
        assertThat(entry.at("/requestId").asText()).isEqualTo("request-of-the-change");
        assertThat(entry.at("/actor/type").asText()).isEqualTo("api_token");
    }

    @Test
    void theTrailIsPagedVerifiedAndExported() {
        Reply first = api.get("/audit?limit=1");
        assertThat(first.json().at("/items").size()).isEqualTo(1);
        Reply second = api.get(
                "/audit?limit=1&cursor=" + first.json().at("/nextCursor").asText());
        assertThat(second.json().at("/items/0/id")).isNotEqualTo(first.json().at("/items/0/id"));

        JsonNode check = api.get("/audit/verify").json();
        assertThat(check.at("/intact").asBoolean()).isTrue();
        assertThat(check.at("/pending").asLong()).isPositive();
        JsonNode another = api.get("/audit/verify?head=7:" + "a".repeat(64)).json();
        assertThat(another.at("/intact").asBoolean()).isFalse();
        assertThat(another.at("/problems/0/kind").asText()).isEqualTo("segment_removed");
        assertThat(another.at("/problems/0/segment").asLong()).isEqualTo(7);
        Reply both = api.get("/audit/verify?filter%5Bfrom%5D=2026-01-01T00:00:00Z&head=7:" + "a".repeat(64));
        assertThat(both.status()).isEqualTo(400);
        assertThat(both.json().at("/errors/0/parameter").asText()).isEqualTo("head");

        Reply export = api.get("/audit/export?filter%5Btype%5D=agent_created");
        assertThat(export.status()).isEqualTo(200);
        assertThat(export.header("Content-Type")).startsWith("application/x-ndjson");
        assertThat(export.text().lines()).hasSize(1).allMatch(line -> line.contains("ann@acme.example"));
        assertThat(api.get("/audit?filter%5Btype%5D=audit_exported")
                        .json()
                        .at("/items")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void onlyAdministratorsReadTheTrail() {
        for (String path : List.of("/audit", "/audit/verify", "/audit/export")) {
            Reply refused = api.get(path, "Authorization", "Bearer " + api.agentToken);
            assertThat(refused.status()).as(path).isEqualTo(403);
            assertThat(refused.json().at("/code").asText()).isEqualTo("access_denied");
        }
    }
}
