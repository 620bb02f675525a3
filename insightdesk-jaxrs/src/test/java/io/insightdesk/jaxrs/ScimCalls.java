package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.Desk;
import io.insightdesk.event.Actor;
import io.insightdesk.event.AuditEntry;
import io.insightdesk.event.AuditQuery;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Role;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.Tenant;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** Calls of SCIM, as an identity provider makes them. Each test has a tenant of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // Set before all tests.
abstract class ScimCalls {
    static final String USER = "urn:ietf:params:scim:schemas:core:2.0:User";
    static final String GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
    static final String ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    static final String PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    ApiFixture api;
    Tenant tenant;
    Desk system;
    String token;

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        api = new ApiFixture(dataSource);
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @BeforeEach
    void tenant() {
        String slug = "t" + UUID.randomUUID().toString().substring(0, 8);
        tenant = api.insightDesk.tenants().create(NewTenant.of(slug, slug));
        system = api.insightDesk.tenant(tenant.id()).as(Actor.system());
        token = token(Role.ADMIN);
    }

    String token(Role role) {
        return system.apiTokens().create(NewApiToken.of("scim", role)).secret().reveal();
    }

    Reply scim(String method, String path, @Nullable String body, String... headers) {
        List<String> all =
                new ArrayList<>(List.of("Authorization", "Bearer " + token, "Accept", "application/scim+json"));
        if (body != null) {
            all.addAll(List.of("Content-Type", "application/scim+json; charset=utf-8"));
        }
        all.addAll(List.of(headers));
        Reply reply = api.send(method, "/scim/v2" + path, body, all.toArray(String[]::new));
        if (reply.status() != 204 && reply.status() != 304) {
            assertThat(reply.header("Content-Type")).as(reply.text()).startsWith("application/scim+json");
        }
        if (reply.status() >= 400) {
            assertThat(reply.json().at("/schemas/0").asText()).isEqualTo("urn:ietf:params:scim:api:messages:2.0:Error");
            assertThat(reply.json().at("/status").asText()).isEqualTo(Integer.toString(reply.status()));
            assertThat(reply.json().at("/status").isTextual()).isTrue();
            assertThat(reply.json().at("/detail").asText()).isNotBlank();
        }
        return reply;
    }

    static ObjectNode user(String name) {
        ObjectNode user = ApiFixture.JSON.createObjectNode();
        user.putArray("schemas").add(USER);
        return user.put("userName", name);
    }

    JsonNode made(ObjectNode user) {
        Reply reply = scim("POST", "/Users", user.toString());
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return reply.json();
    }

    JsonNode madeGroup(String name, String... members) {
        ObjectNode group = ApiFixture.JSON.createObjectNode();
        group.putArray("schemas").add(GROUP);
        group.put("displayName", name);
        for (String member : members) {
            group.withArray("members").addObject().put("value", member);
        }
        Reply reply = scim("POST", "/Groups", group.toString());
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return reply.json();
    }

    static String patch(String operations) {
        return "{\"schemas\":[\"" + PATCH + "\"],\"Operations\":[" + operations + "]}";
    }

    Reply patchUser(String id, String operations) {
        return scim("PATCH", "/Users/" + id, patch(operations));
    }

    Reply patchGroup(String id, String operations) {
        return scim("PATCH", "/Groups/" + id, patch(operations));
    }

    static String id(JsonNode resource) {
        return resource.at("/id").asText();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    List<String> found(String type, String filter) {
        Reply reply = scim("GET", "/" + type + "?filter=" + encoded(filter), null);
        assertThat(reply.status()).as(filter + reply.text()).isEqualTo(200);
        List<String> names = new ArrayList<>();
        for (JsonNode one : reply.json().at("/Resources")) {
            names.add(
                    one.at(type.equals("Users") ? "/userName" : "/displayName").asText());
        }
        assertThat(reply.json().at("/totalResults").asInt()).isEqualTo(names.size());
        return names;
    }

    void refused(Reply reply, int status, @Nullable String scimType) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.json().at("/scimType").asText(null)).as(reply.text()).isEqualTo(scimType);
    }

    Agent agent(JsonNode user) {
        return system.agents().get(AgentId.of(id(user)));
    }

    List<String> types() {
        List<AuditEntry> trail =
                new ArrayList<>(system.audit().list(AuditQuery.all().limit(100)).items());
        java.util.Collections.reverse(trail);
        return trail.stream()
                .map(AuditEntry::type)
                .filter(type -> type.startsWith("agent_") || type.startsWith("team_"))
                .toList();
    }

    static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** What the server has done for this database since it started, whoever asked. */
    double statements() {
        return api.meters.find("insightdesk.db.query.duration").timers().stream()
                .mapToDouble(timer -> timer.count())
                .sum();
    }
}
