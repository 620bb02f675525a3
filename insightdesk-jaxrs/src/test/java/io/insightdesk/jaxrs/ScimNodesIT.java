package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.Desk;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentChange;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Role;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.tenant.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** SCIM on two nodes of one database. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScimNodesIT {
    private static final String USER = "urn:ietf:params:scim:schemas:core:2.0:User";
    private static final String GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
    private static final String PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    private AuthNode one;
    private AuthNode two;

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        one = new AuthNode(dataSource, true, null);
        two = new AuthNode(dataSource, true, null);
    }

    @AfterAll
    void stop() {
        two.close();
        one.close();
    }

    private Desk system(TenantId tenant) {
        return one.insightDesk.tenant(tenant).as(Actor.system());
    }

    private String token(TenantId tenant) {
        return "Bearer "
                + system(tenant)
                        .apiTokens()
                        .create(NewApiToken.of("scim", Role.ADMIN))
                        .secret()
                        .reveal();
    }

    private static Reply off(AuthNode node, Agent agent, String bearer) throws Exception {
        return node.send(
                "PATCH",
                "/scim/v2/Users/" + agent.id(),
                (ObjectNode) ApiFixture.JSON.readTree("{\"schemas\":[\"" + PATCH
                        + "\"],\"Operations\":[{\"op\":\"Replace\",\"path\":\"active\",\"value\":\"False\"}]}"),
                "Authorization",
                bearer);
    }

    @Test
    void whoIsSwitchedOffIsOutOnBothNodesAndNothingComesBack() throws Exception {
        isOutAndNothingComesBack("off", ScimNodesIT::off);
    }

    @Test
    void whoIsMadeInactiveWithoutScimIsOutOnBothNodesAndNothingComesBack() throws Exception {
        isOutAndNothingComesBack(
                "inactive",
                (node, agent, bearer) -> node.send(
                        "PATCH",
                        "/agents/" + agent.id(),
                        AuthNode.body().put("active", false),
                        "Authorization",
                        bearer));
    }

    private interface Switch {
        Reply off(AuthNode node, Agent agent, String bearer) throws Exception;
    }

    private void isOutAndNothingComesBack(String slug, Switch how) throws Exception {
        TenantId tenant = one.tenant(slug);
        String bearer = token(tenant);
        Agent grace = one.agent(tenant, "grace@" + slug + ".example", Role.AGENT);
        Reply login = one.loggedIn(slug, grace);
        String session = AuthNode.bearer(login);
        String own = "Bearer "
                + system(tenant)
                        .apiTokens()
                        .create(NewApiToken.of("grace's", grace.id(), Role.AGENT))
                        .secret()
                        .reveal();
        for (AuthNode node : List.of(one, two)) {
            assertThat(node.send("GET", "/tickets", null, "Authorization", session)
                            .status())
                    .isEqualTo(200);
            assertThat(node.send("GET", "/tickets", null, "Authorization", own).status())
                    .isEqualTo(200);
        }

        Reply off = how.off(one, grace, bearer);

        assertThat(off.status()).as(off.text()).isEqualTo(200);
        for (AuthNode node : List.of(one, two)) {
            assertThat(node.send("GET", "/tickets", null, "Authorization", own).status())
                    .isEqualTo(401);
        }
        assertThat(one.send("GET", "/tickets", null, "Authorization", session).status())
                .isEqualTo(401);
        // The other node remembers for a moment that the session lasts.
        await().atMost(LoginOptions.REVOCATION_SEEN_WITHIN.plusSeconds(5))
                .untilAsserted(() -> assertThat(two.send("GET", "/tickets", null, "Authorization", session)
                                .status())
                        .isEqualTo(401));
        Reply refresh = two.send(
                "POST",
                "/auth/refresh",
                AuthNode.body()
                        .put("refreshToken", login.json().at("/refreshToken").asText()));
        assertThat(refresh.status()).as(refresh.text()).isEqualTo(401);

        system(tenant)
                .agents()
                .change(grace.id(), null, AgentChange.builder().active(true).build());

        for (AuthNode node : List.of(one, two)) {
            assertThat(node.send("GET", "/tickets", null, "Authorization", own).status())
                    .isEqualTo(401);
            assertThat(node.send("GET", "/tickets", null, "Authorization", session)
                            .status())
                    .isEqualTo(401);
        }
        one.loggedIn(slug, grace);
    }

    @Test
    void ofTwoNodesThatMakeTheSameUserOneWins() throws Exception {
        TenantId tenant = one.tenant("race");
        String bearer = token(tenant);
        for (int round = 0; round < 20; round++) {
            String body = "{\"schemas\":[\"" + USER + "\"],\"userName\":\"u" + round
                    + "@race.example\",\"externalId\":\"x" + round + "\"}";
            assertThat(both("/scim/v2/Users", body, bearer)).containsExactlyInAnyOrder(201, 409);
            String group = "{\"schemas\":[\"" + GROUP + "\"],\"displayName\":\"g" + round + "\"}";
            assertThat(both("/scim/v2/Groups", group, bearer)).containsExactlyInAnyOrder(201, 409);
        }
        assertThat(one.send("GET", "/scim/v2/Users?count=0", null, "Authorization", bearer)
                        .json()
                        .at("/totalResults")
                        .asInt())
                .isEqualTo(20);
    }

    @Test
    void ofTwoOwnersWhomTwoNodesSwitchOffOneStays() throws Exception {
        for (int round = 0; round < 10; round++) {
            TenantId tenant = one.tenant("owners" + round);
            String bearer = "Bearer "
                    + system(tenant)
                            .apiTokens()
                            .create(NewApiToken.of("scim", Role.OWNER))
                            .secret()
                            .reveal();
            Agent olga = one.agent(tenant, "olga" + UUID.randomUUID() + "@owners.example", Role.OWNER);
            Agent omar = one.agent(tenant, "omar" + UUID.randomUUID() + "@owners.example", Role.OWNER);
            List<Integer> statuses = atOnce(
                    () -> off(one, olga, bearer).status(),
                    () -> off(two, omar, bearer).status());
            assertThat(statuses).containsExactlyInAnyOrder(200, 409);
        }
    }

    @Test
    void membersWhomTwoNodesAddAreAllThere() throws Exception {
        TenantId tenant = one.tenant("members");
        String bearer = token(tenant);
        Reply group = one.send(
                "POST",
                "/scim/v2/Groups",
                (ObjectNode) ApiFixture.JSON.readTree("{\"schemas\":[\"" + GROUP + "\"],\"displayName\":\"All\"}"),
                "Authorization",
                bearer);
        String path = "/scim/v2/Groups/" + group.json().at("/id").asText();
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Agent agent = one.agent(tenant, "m" + i + "@members.example", Role.AGENT);
            AuthNode node = i % 2 == 0 ? one : two;
            calls.add(() -> node.send(
                            "PATCH",
                            path,
                            (ObjectNode) ApiFixture.JSON.readTree("{\"schemas\":[\"" + PATCH
                                    + "\"],\"Operations\":[{\"op\":\"Add\",\"path\":\"members\",\"value\":[{\"value\":\""
                                    + agent.id() + "\"}]}]}"),
                            "Authorization",
                            bearer)
                    .status());
        }
        assertThat(atOnce(calls)).containsOnly(204);
        assertThat(two.send("GET", path, null, "Authorization", bearer).json().at("/members"))
                .hasSize(10);
    }

    private List<Integer> both(String path, String body, String bearer) throws Exception {
        return atOnce(() -> send(one, path, body, bearer), () -> send(two, path, body, bearer));
    }

    private static int send(AuthNode node, String path, String body, String bearer) throws Exception {
        return node.send("POST", path, (ObjectNode) ApiFixture.JSON.readTree(body), "Authorization", bearer)
                .status();
    }

    private static List<Integer> atOnce(Callable<Integer> first, Callable<Integer> second) throws Exception {
        return atOnce(List.of(first, second));
    }

    private static List<Integer> atOnce(List<Callable<Integer>> calls) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(calls.size());
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<Integer>> running = new ArrayList<>();
            for (Callable<Integer> call : calls) {
                running.add(pool.submit(() -> {
                    start.await();
                    return call.call();
                }));
            }
            start.countDown();
            List<Integer> statuses = new ArrayList<>();
            for (Future<Integer> one : running) {
                statuses.add(one.get());
            }
            return statuses;
        } finally {
            pool.shutdownNow();
        }
    }
}
