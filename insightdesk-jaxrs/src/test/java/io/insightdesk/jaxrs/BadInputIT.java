package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Bad input for every operation of the OpenAPI document: each is answered with a problem of the caller, never with a 500. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {
    private static final String UNKNOWN = "0190d7a2-5e3f-7c1a-9b7d-000000000000";

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private ApiFixture api;

    private final List<String> wrong = new ArrayList<>();
    private final Map<String, Integer> sent = new TreeMap<>();

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        api = new ApiFixture(dataSource);
    }

    @AfterAll
    void stop() {
        api.close();
    }

    /** THREATS: one parameter for the filter and another for the query. */
    @Test
    void aParameterThatIsThereTwiceOrIsNotKnownIsRefused() {
        for (String query : List.of("limit=1&limit=2", "limit=1&limit=1", "limit=1&nonsense=2")) {
            Reply refused = api.get("/tickets?" + query);
            assertThat(refused.status()).as(query).isEqualTo(400);
            assertThat(refused.json().at("/errors/0/code").asText())
                    .isEqualTo(query.endsWith("nonsense=2") ? "unknown_parameter" : "repeated");
        }
    }

    /** THREATS: what a client sends gets into logs. */
    @Test
    void aRequestsIdThatCouldForgeALineOfALogIsNotTaken() {
        assertThat(api.get("/me", "X-Request-Id", "req-1").header("X-Request-Id"))
                .isEqualTo("req-1");
        for (String forged : List.of("a b", "a\"},{\"level\":\"ERROR", "a\tb", "\u00e4", "x".repeat(129))) {
            assertThat(api.get("/me", "X-Request-Id", forged).header("X-Request-Id"))
                    .as(forged)
                    .isNotBlank()
                    .doesNotContain("a b", "level", "\t", "\u00e4")
                    .hasSizeLessThan(129);
        }
    }

    @Test
    void everyOperationRefusesEveryKindOfBadInput() {
        JsonNode paths = api.get("/openapi.json", "Authorization", "").json().at("/paths");
        int operations = 0;
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            for (Map.Entry<String, JsonNode> verb : path.getValue().properties()) {
                operation(verb.getKey().toUpperCase(java.util.Locale.ROOT), path.getKey(), verb.getValue());
                operations++;
            }
        }
        assertThat(wrong).isEmpty();
        int inDocument = 0;
        for (JsonNode path : paths) {
            inDocument += path.size();
        }
        assertThat(operations).isEqualTo(inDocument).isGreaterThan(40);
        System.Logger log = System.getLogger(BadInputIT.class.getName());
        log.log(System.Logger.Level.INFO, operations + " operations, requests by kind of bad input: " + sent);
        assertThat(sent)
                .containsKeys(
                        "wrong type",
                        "unknown field",
                        "bad id",
                        "unknown id",
                        "bad cursor",
                        "wrong media type",
                        "broken JSON",
                        "unknown parameter");
    }

    private void operation(String verb, String route, JsonNode operation) {
        String path = route.replace("{ticket}", UNKNOWN).replaceAll("\\{\\w+}", UNKNOWN);
        String required = "";
        for (JsonNode parameter : operation.at("/parameters")) {
            if (parameter.at("/in").asText().equals("query")
                    && parameter.at("/required").asBoolean()) {
                required = parameter.at("/name").asText() + "=x";
            }
        }
        String query = required.isEmpty() ? "" : "?" + required;
        JsonNode content = operation.at("/requestBody/content");
        @Nullable String body = content.at("/application~1json/example").isMissingNode()
                ? null
                : content.at("/application~1json/example").toString();
        // Queues and kinds of jobs are names; of those that nobody used yet something can be said as well.
        if (route.contains("{") && !route.contains("{queue}") && !route.contains("{kind}")) {
            for (String bad : List.of("nonsense", "0", "-1", "99999999999999999999", "%00", "%F0%9F%94%A5", "a%20b")) {
                // A tag is a name and can be anything; the ticket before it cannot.
                check("bad id", verb, route.replaceAll("\\{\\w+}", bad) + query, body, "application/json");
            }
            check("unknown id", verb, path + query, body, "application/json");
        }
        // SCIM passes over what it does not know, as identity providers expect.
        boolean scim = route.startsWith("/scim/");
        if (!scim) {
            check(
                    "unknown parameter",
                    verb,
                    path + query + (query.isEmpty() ? "?" : "&") + "colour=red",
                    body,
                    "application/json");
        }
        parameters(verb, path, query, operation, body);
        if (body != null) {
            bodies(verb, path, content.at("/application~1json/example"), scim);
            check("wrong media type", verb, path, "hello", "text/plain");
            check("wrong media type", verb, path, body, "application/xml");
        } else if (!content.isMissingNode() && !content.has("application/octet-stream")) {
            check("wrong media type", verb, path, "{}", "application/json");
        }
    }

    private void parameters(String verb, String path, String query, JsonNode operation, @Nullable String body) {
        for (JsonNode parameter : operation.at("/parameters")) {
            if (!parameter.at("/in").asText().equals("query")) {
                continue;
            }
            String name = parameter.at("/name").asText();
            String encoded = name.replace("[", "%5B").replace("]", "%5D");
            if (name.equals("cursor")) {
                for (String bad : List.of("x", "%00", "AAAA", "ZXZlbnQ6eA", "a".repeat(3000))) {
                    check("bad cursor", verb, path + "?cursor=" + bad, body, "application/json");
                }
            } else if (name.equals("limit")) {
                for (String bad : List.of("0", "101", "-1", "ten", "", "99999999999999")) {
                    check("bad limit", verb, path + "?limit=" + bad, body, "application/json");
                }
            } else if (!List.of(
                            "filename",
                            "mailbox",
                            "filter[tag]",
                            "filter[name]",
                            "filter[kind]",
                            "filter[queue]",
                            "filter[subject]",
                            "attributes",
                            "excludedAttributes")
                    .contains(name)) {
                check("bad parameter", verb, path + "?" + encoded + "=nonsense!", body, "application/json");
            } else {
                check(
                        "bad parameter",
                        verb,
                        path + query + (query.isEmpty() ? "?" : "&") + encoded + "=%00",
                        body,
                        "application/json");
            }
        }
    }

    private void bodies(String verb, String path, JsonNode example, boolean scim) {
        for (String broken : List.of(
                "",
                "{",
                "{\"a\":}",
                "nul",
                "{}{}",
                "[1",
                "{\"a\":1,\"a\":2}",
                "\u0000",
                "[".repeat(1000),
                "{\"x\":1e999999999}")) {
            check("broken JSON", verb, path, broken, "application/json");
        }
        for (String wrongRoot : List.of("[]", "7", "\"text\"", "null", "true")) {
            check("wrong type", verb, path, wrongRoot, "application/json");
        }
        if (!scim) {
            ObjectNode unknown = example.deepCopy();
            unknown.put("colour", "red");
            check("unknown field", verb, path, unknown.toString(), "application/json");
        }
        for (Map.Entry<String, JsonNode> field : example.properties()) {
            ObjectNode changed = example.deepCopy();
            JsonNode value = field.getValue();
            if (value.isObject()) {
                changed.put(field.getKey(), "text");
            } else {
                changed.putObject(field.getKey()).put("a", 1);
            }
            check("wrong type", verb, path, changed.toString(), "application/json");
            if (value.isTextual()) {
                check(
                        "wrong type",
                        verb,
                        path,
                        example.deepCopy().toString().replace(value.toString(), "17"),
                        "application/json");
                check(
                        "bad text",
                        verb,
                        path,
                        example.deepCopy().toString().replace(value.toString(), "\"a\\u0000\""),
                        "application/json");
                check(
                        "bad text",
                        verb,
                        path,
                        example.deepCopy().toString().replace(value.toString(), "\"\\ud800\""),
                        "application/json");
            }
        }
    }

    private void check(String kind, String verb, String path, @Nullable String body, String type) {
        Reply reply =
                body == null ? api.send(verb, path, (String) null) : api.send(verb, path, body, "Content-Type", type);
        sent.merge(kind, 1, Integer::sum);
        boolean scim = path.startsWith("/scim/");
        boolean problem =
                reply.header("Content-Type").startsWith(scim ? "application/scim+json" : "application/problem+json");
        // The container itself refuses addresses that no application shall see, such as those with NUL.
        boolean container = !problem && reply.status() == 400 && path.contains("%00");
        boolean client = reply.status() >= 400
                && reply.status() < 500
                && problem
                && reply.json().at("/status").asInt() == reply.status()
                && !reply.json().at(scim ? "/detail" : "/code").asText().isEmpty();
        if (!client && !container) {
            wrong.add(kind + ": " + verb + " " + path + " " + body + " -> " + reply.status() + " " + reply.text());
        }
        if (reply.text().contains("Exception")
                || reply.text().contains("io.insightdesk")
                || reply.text().contains("jackson")) {
            wrong.add(kind + " tells too much: " + verb + " " + path + " -> " + reply.text());
        }
    }
}
