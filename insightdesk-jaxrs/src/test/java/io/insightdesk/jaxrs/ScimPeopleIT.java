package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.event.AuditEntry;
import io.insightdesk.event.AuditQuery;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentChange;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewRole;
import io.insightdesk.identity.NewTeam;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.Team;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.tenant.PlanLimits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** SCIM 2.0 (RFC 7643 and 7644): what becomes of agents and teams that an identity provider keeps. */
@DevEnvironmentTest
class ScimPeopleIT extends ScimCalls {
    @Test
    void anAdministratorOfScimCanDoNothingElse() {
        Role role = Role.of("provisioner");
        List<Permission> permissions =
                new ArrayList<>(system.roles().get(Role.AGENT).permissions());
        permissions.add(Permission.AGENT_PROVISION);
        system.roles().create(NewRole.of(role, "Provisioner", permissions.toArray(Permission[]::new)));
        token = token(role);

        JsonNode grace = made(user("grace@acme.example"));

        assertThat(agent(grace).role()).isEqualTo(Role.AGENT);
        ObjectNode admin = user("admin@acme.example");
        admin.putArray("roles").addObject().put("value", "admin");
        refused(scim("POST", "/Users", admin.toString()), 403, null);
        refused(
                patchUser(id(grace), "{\"op\":\"replace\",\"path\":\"roles\",\"value\":[{\"value\":\"admin\"}]}"),
                403,
                null);
        Agent boss = system.agents().create(NewAgent.of("Boss", "boss@acme.example", Role.ADMIN));
        refused(patchUser(boss.id().toString(), "{\"op\":\"replace\",\"path\":\"active\",\"value\":false}"), 403, null);
        refused(scim("DELETE", "/Users/" + boss.id(), null), 403, null);
        assertThat(system.agents().get(boss.id()).active()).isTrue();
        // Not its login, nor over the other way.
        String password = "{\"password\":\"vier lila Wale im Regen\"}";
        assertThat(api.post("/agents/" + id(grace) + "/login/password", password, "Authorization", "Bearer " + token)
                        .status())
                .isEqualTo(403);
        assertThat(api.post(
                                "/agents",
                                "{\"name\":\"x\",\"email\":\"x@acme.example\",\"role\":\"viewer\"}",
                                "Authorization",
                                "Bearer " + token)
                        .status())
                .isEqualTo(403);
        assertThat(api.patch("/agents/" + id(grace), "{\"name\":\"x\"}", "Authorization", "Bearer " + token)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aUserIsMadeReadReplacedAndDeleted() {
        ObjectNode wanted = user("Grace@Acme.example");
        wanted.put("externalId", "00u1");
        wanted.putObject("name").put("givenName", "Grace").put("familyName", "Hopper");
        wanted.putArray("emails").addObject().put("value", "other@acme.example").put("type", "home");
        wanted.withArray("emails")
                .addObject()
                .put("value", "Grace.Hopper@Acme.example")
                .put("primary", true);
        wanted.putArray("roles").addObject().put("value", "viewer");
        Reply reply = scim("POST", "/Users", wanted.toString());
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        JsonNode made = reply.json();
        assertThat(reply.header("Location"))
                .isEqualTo(made.at("/meta/location").asText())
                .endsWith("/Users/" + id(made));
        assertThat(reply.header("ETag")).isEqualTo(made.at("/meta/version").asText());
        assertThat(made.at("/userName").asText()).isEqualTo("Grace@Acme.example");
        assertThat(made.at("/displayName").asText()).isEqualTo("Grace Hopper");
        assertThat(made.at("/emails")).hasSize(1);
        assertThat(made.at("/emails/0/value").asText()).isEqualTo("grace.hopper@acme.example");
        assertThat(made.at("/roles/0/value").asText()).isEqualTo("viewer");
        assertThat(made.at("/active").asBoolean()).isTrue();
        Agent agent = agent(made);
        assertThat(agent.name()).isEqualTo("Grace Hopper");
        assertThat(agent.email()).isEqualTo("grace.hopper@acme.example");
        assertThat(agent.externalId())
                .as("the subject of a login, which is something else")
                .isNull();

        assertThat(scim("GET", "/Users/" + id(made), null).json()).isEqualTo(made);
        assertThat(scim("GET", "/Users/" + id(made), null, "If-None-Match", reply.header("ETag"))
                        .status())
                .isEqualTo(304);

        ObjectNode replacement =
                user("grace@acme.example").put("displayName", "Admiral Hopper").put("active", true);
        assertThat(scim("PUT", "/Users/" + id(made), replacement.toString(), "If-Match", "\"7\"")
                        .status())
                .isEqualTo(412);
        Reply replaced = scim("PUT", "/Users/" + id(made), replacement.toString(), "If-Match", reply.header("ETag"));
        assertThat(replaced.status()).as(replaced.text()).isEqualTo(200);
        assertThat(replaced.json().at("/displayName").asText()).isEqualTo("Admiral Hopper");
        assertThat(replaced.json().has("externalId")).isFalse();
        assertThat(replaced.json().at("/name").has("givenName")).isFalse();
        assertThat(replaced.json().at("/roles/0/value").asText()).isEqualTo("viewer");
        assertThat(replaced.json().at("/emails/0/value").asText()).isEqualTo("grace.hopper@acme.example");

        assertThat(scim("DELETE", "/Users/" + id(made), null, "If-Match", "\"1\"")
                        .status())
                .isEqualTo(412);
        assertThat(scim("DELETE", "/Users/" + id(made), null).status()).isEqualTo(204);
        refused(scim("GET", "/Users/" + id(made), null), 404, null);
        refused(scim("PUT", "/Users/" + id(made), replacement.toString()), 404, null);
        refused(scim("DELETE", "/Users/" + id(made), null), 404, null);
        assertThat(found("Users", "userName eq \"grace@acme.example\"")).isEmpty();
        assertThat(agent(made).active()).as("the agent stays").isFalse();

        JsonNode again = made(user("GRACE@acme.example").put("displayName", "Grace II"));
        assertThat(id(again)).isEqualTo(id(made));
        assertThat(again.at("/active").asBoolean()).isTrue();
        assertThat(again.at("/roles/0/value").asText()).as("not what it was").isEqualTo("agent");
        assertThat(types())
                .containsExactly(
                        "agent_created",
                        "agent_changed",
                        "agent_changed",
                        "agent_removed",
                        "agent_restored",
                        "agent_changed");
    }

    @Test
    void whatIsTakenIsAConflictOfUniqueness() {
        made(user("a@acme.example").put("externalId", "x-1"));
        system.agents().create(NewAgent.of("By hand", "hand@acme.example", Role.AGENT));
        refused(scim("POST", "/Users", user("A@acme.example").toString()), 409, "uniqueness");
        refused(scim("POST", "/Users", user("hand@acme.example").toString()), 409, "uniqueness");
        refused(
                scim(
                        "POST",
                        "/Users",
                        user("b@acme.example").put("externalId", "x-1").toString()),
                409,
                "uniqueness");
        ObjectNode sameAddress = user("c");
        sameAddress.putArray("emails").addObject().put("value", "hand@acme.example");
        refused(scim("POST", "/Users", sameAddress.toString()), 409, "uniqueness");
        madeGroup("First line");
        ObjectNode group = ApiFixture.JSON.createObjectNode().put("displayName", "FIRST LINE");
        group.putArray("schemas").add(GROUP);
        refused(scim("POST", "/Groups", group.toString()), 409, "uniqueness");
        // And the other way: nobody takes a user's name as an address.
        ObjectNode named = user("taken@acme.example");
        named.putArray("emails").addObject().put("value", "real@acme.example");
        made(named);
        Reply byHand = api.post(
                "/agents",
                "{\"name\":\"x\",\"email\":\"taken@acme.example\",\"role\":\"agent\"}",
                "Authorization",
                "Bearer " + token);
        assertThat(byHand.status()).isEqualTo(409);
        assertThat(byHand.json().at("/code").asText()).isEqualTo("user_name_taken");
    }

    @Test
    void aGroupIsATeamAndComesBackByItsName() {
        String ada = id(made(user("ada@acme.example")));
        String bob = id(made(user("bob@acme.example")));
        JsonNode group = madeGroup("Support", ada, bob);
        assertThat(group.at("/members").findValuesAsText("display"))
                .containsExactlyInAnyOrder("ada@acme.example", "bob@acme.example");
        Team byHand = system.teams().create(new NewTeam("By hand", List.of(AgentId.of(ada))));
        assertThat(found("Groups", "displayName eq \"By hand\"")).hasSize(1);
        Reply renamed = scim(
                "PUT",
                "/Groups/" + byHand.id(),
                "{\"schemas\":[\"" + GROUP + "\"],\"displayName\":\"Renamed\",\"externalId\":\"g-1\"}");
        assertThat(renamed.status()).as(renamed.text()).isEqualTo(200);
        assertThat(renamed.json().at("/members"))
                .as("who is not mentioned stays")
                .hasSize(1);
        refused(
                scim(
                        "PUT",
                        "/Groups/" + byHand.id(),
                        "{\"schemas\":[\"" + GROUP + "\"],\"displayName\":\"x\",\"members\":[{\"value\":\"" + id(group)
                                + "\",\"type\":\"Group\"}]}"),
                400,
                "invalidValue");

        assertThat(scim("DELETE", "/Groups/" + id(group), null).status()).isEqualTo(204);
        assertThat(scim("GET", "/Users/" + bob, null).json().has("groups")).isFalse();
        assertThat(system.teams()
                        .get(io.insightdesk.identity.TeamId.of(id(group)))
                        .members())
                .isEmpty();
        JsonNode again = madeGroup("SUPPORT", bob);
        assertThat(id(again)).isEqualTo(id(group));
        assertThat(again.at("/members").findValuesAsText("value")).containsExactly(bob);
        assertThat(scim("DELETE", "/Users/" + bob, null).status()).isEqualTo(204);
        assertThat(scim("GET", "/Groups/" + id(again), null).json().at("/members"))
                .isEmpty();
        refused(
                patchGroup(id(again), "{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"" + bob + "\"}]}"),
                400,
                "invalidValue");
        assertThat(types()).contains("team_created", "team_changed", "team_removed", "team_restored");
    }

    @Test
    void aGroupOfFiveThousandIsChangedByFewStatements() {
        ObjectNode group = ApiFixture.JSON.createObjectNode().put("displayName", "Everybody");
        group.putArray("schemas").add(GROUP);
        ArrayNode members = group.putArray("members");
        for (int i = 0; i < 5_000; i++) {
            members.addObject()
                    .put(
                            "value",
                            system.agents()
                                    .create(NewAgent.of("Agent " + i, "a" + i + "@acme.example", Role.VIEWER))
                                    .id()
                                    .toString());
        }
        double before = statements();
        Reply made = scim("POST", "/Groups", group.toString());
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.json().at("/members")).hasSize(5_000);
        String first = members.get(0).at("/value").asText();
        assertThat(patchGroup(
                                id(made.json()),
                                "{\"op\":\"remove\",\"path\":\"members[value eq \\\"" + first + "\\\"]\"}")
                        .status())
                .isEqualTo(204);
        assertThat(patchGroup(id(made.json()), "{\"op\":\"add\",\"path\":\"members\",\"value\":" + members + "}")
                        .status())
                .isEqualTo(204);
        assertThat(statements() - before).as("statements of three requests").isLessThan(60);
        assertThat(scim("GET", "/Groups/" + id(made.json()), null).json().at("/members"))
                .hasSize(5_000);
        AuditEntry last = system.audit().list(AuditQuery.all()).items().get(0);
        assertThat(last.type()).isEqualTo("team_changed");
        assertThat(last.payload())
                .as("who came, not who is there")
                .contains(first)
                .hasSizeLessThan(1_000);
    }

    @Test
    void theLastOwnerStays() {
        Agent owner = system.agents().create(NewAgent.of("Olga", "olga@acme.example", Role.OWNER));
        refused(scim("DELETE", "/Users/" + owner.id(), null), 403, null);
        token = token(Role.OWNER);
        Reply deleted = scim("DELETE", "/Users/" + owner.id(), null);
        refused(deleted, 409, null);
        assertThat(deleted.json().at("/detail").asText()).contains("last owner");
        refused(patchUser(owner.id().toString(), "{\"op\":\"replace\",\"value\":{\"active\":false}}"), 409, null);
        refused(
                patchUser(
                        owner.id().toString(),
                        "{\"op\":\"replace\",\"path\":\"roles\",\"value\":[{\"value\":\"admin\"}]}"),
                409,
                null);
        assertThat(patchUser(
                                owner.id().toString(),
                                "{\"op\":\"replace\",\"path\":\"displayName\",\"value\":\"Olga O\"}")
                        .status())
                .isEqualTo(200);
        system.agents().create(NewAgent.of("Omar", "omar@acme.example", Role.OWNER));
        assertThat(scim("DELETE", "/Users/" + owner.id(), null).status()).isEqualTo(204);
    }

    @Test
    void aPlansLimitIsAnErrorWithItsNumbers() {
        api.insightDesk.tenants().limit(tenant.id(), PlanLimits.NONE.withAgents(1));
        String ada = id(made(user("ada@acme.example")));
        Reply refused = scim("POST", "/Users", user("bob@acme.example").toString());
        refused(refused, 422, null);
        assertThat(refused.json().at("/detail").asText()).contains("allows 1 active agents");
        String bob = id(made(user("bob@acme.example").put("active", false)));
        refused(patchUser(bob, "{\"op\":\"replace\",\"value\":{\"active\":true}}"), 422, null);
        assertThat(scim("DELETE", "/Users/" + ada, null).status()).isEqualTo(204);
        assertThat(patchUser(bob, "{\"op\":\"replace\",\"value\":{\"active\":true}}")
                        .status())
                .isEqualTo(200);
    }

    /** Threat: one tenant's provider reads or changes another tenant's people. */
    @Test
    void anotherTenantsUsersAndGroupsAreNotFound() {
        String ada = id(made(user("ada@acme.example")));
        String team = id(madeGroup("Support", ada));
        tenant();
        String own = id(made(user("ada@acme.example")));
        String ownTeam = id(madeGroup("Support"));
        for (String path : List.of("/Users/" + ada, "/Groups/" + team)) {
            refused(scim("GET", path, null), 404, null);
            refused(scim("DELETE", path, null), 404, null);
            refused(
                    scim("PATCH", path, patch("{\"op\":\"replace\",\"path\":\"displayName\",\"value\":\"x\"}")),
                    404,
                    null);
            String schema = path.startsWith("/Users") ? USER : GROUP;
            refused(
                    scim(
                            "PUT",
                            path,
                            "{\"schemas\":[\"" + schema + "\"],\"userName\":\"x@y.example\",\"displayName\":\"x\"}"),
                    404,
                    null);
        }
        refused(
                patchGroup(ownTeam, "{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"" + ada + "\"}]}"),
                400,
                "invalidValue");
        assertThat(scim("GET", "/Users", null).json().findValuesAsText("id")).containsExactly(own);
        assertThat(found("Users", "id eq \"" + ada + "\"")).isEmpty();
        assertThat(found("Groups", "members.value eq \"" + ada + "\"")).isEmpty();
    }

    @Test
    void whoIsMadeActiveByHandIsAUserAgain() {
        JsonNode ada = made(user("ada@acme.example").put("externalId", "1"));
        assertThat(scim("DELETE", "/Users/" + id(ada), null).status()).isEqualTo(204);
        system.agents()
                .change(
                        AgentId.of(id(ada)),
                        null,
                        AgentChange.builder().active(true).build());
        assertThat(scim("GET", "/Users/" + id(ada), null).json().at("/active").asBoolean())
                .isTrue();
        system.agents()
                .change(
                        AgentId.of(id(ada)),
                        null,
                        AgentChange.builder().active(false).build());
        assertThat(scim("GET", "/Users/" + id(ada), null).json().at("/active").asBoolean(true))
                .isFalse();
    }
}
