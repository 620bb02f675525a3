package io.insightdesk.jaxrs;

import static io.insightdesk.jaxrs.AuthNode.PASSWORD;
import static io.insightdesk.jaxrs.AuthNode.bearer;
import static io.insightdesk.jaxrs.AuthNode.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.devenv.servers.MutableClock;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Role;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Logging in over HTTP, on two nodes with one database. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthIT {
    private static final String ACME = "acme";
    private static final AtomicInteger AGENTS = new AtomicInteger();

    private DataSource dataSource;
    private AuthNode node;
    private AuthNode other;
    private TenantId acme;

    @BeforeAll
    void start(DataSource database) throws Exception {
        dataSource = database;
        node = new AuthNode(database, true, null);
        other = new AuthNode(database, true, null);
        acme = node.tenant(ACME);
    }

    @AfterAll
    void stop() {
        other.close();
        node.close();
    }

    private Agent agent() {
        return node.agent(acme, "grace" + AGENTS.incrementAndGet() + "@acme.example", Role.AGENT);
    }

    private static void refused(Reply reply, int status, String code) {
        assertThat(reply.json().at("/code").asText()).as(reply.text()).isEqualTo(code);
        assertThat(reply.status()).isEqualTo(status);
    }

    private static int me(AuthNode at, String authorization) {
        return at.send("GET", "/me", null, "Authorization", authorization).status();
    }

    private static Reply refresh(AuthNode at, String refreshToken) {
        return at.send("POST", "/auth/refresh", body().put("refreshToken", refreshToken));
    }

    private static String refreshToken(Reply login) {
        return login.json().at("/refreshToken").asText();
    }

    @Test
    void whoLogsInIsKnownOnEveryNode() {
        Agent grace = agent();

        Reply in = node.login(ACME, grace.email(), PASSWORD);

        assertThat(in.status()).as(in.text()).isEqualTo(200);
        assertThat(in.json().at("/status").asText()).isEqualTo("logged_in");
        assertThat(in.json().at("/agentId").asText()).isEqualTo(grace.id().toString());
        assertThat(in.json().at("/tenantId").asText()).isEqualTo(acme.toString());
        assertThat(in.json().at("/secondFactorMissing").asBoolean()).isFalse();
        assertThat(in.json().has("csrfToken")).isFalse();
        assertThat(in.header("Cache-Control")).isEqualTo("no-store");
        assertThat(in.headers().allValues("Set-Cookie")).isEmpty();
        Reply me = other.send("GET", "/me", null, "Authorization", bearer(in));
        assertThat(me.json().at("/id").asText()).isEqualTo(grace.id().toString());
        assertThat(me.json().at("/type").asText()).isEqualTo("agent");
    }

    /** THREATS: password guessing. Who asks does not learn which accounts there are. */
    @Test
    void aWrongPasswordAnUnknownAccountAndAnUnknownTenantAreAnsweredInTheSameWay() throws Exception {
        Agent grace = agent();
        List<Reply> answers = List.of(
                node.login(ACME, grace.email(), "vier lila Wale im Nebel"),
                node.login(ACME, "nobody@acme.example", PASSWORD),
                node.login("no-such-tenant", grace.email(), PASSWORD),
                node.login(ACME, "no address", PASSWORD));

        refused(answers.get(0), 401, "invalid_credentials");
        assertThat(answers.get(0).header("WWW-Authenticate")).isEqualTo("Bearer realm=\"InsightDesk\"");
        for (Reply answer : answers) {
            ObjectNode told = (ObjectNode) answer.json();
            ObjectNode first = (ObjectNode) answers.get(0).json();
            assertThat(told.without("requestId").toString())
                    .isEqualTo(first.without("requestId").toString());
            assertThat(answer.status()).isEqualTo(401);
        }
    }

    @Test
    void aRefreshTokenIsGoodOnceAndReplaced() {
        Reply first = node.loggedIn(ACME, agent());

        Reply second = refresh(other, refreshToken(first));

        assertThat(second.status()).as(second.text()).isEqualTo(200);
        assertThat(second.json().at("/sessionId")).isEqualTo(first.json().at("/sessionId"));
        assertThat(refreshToken(second)).isNotEqualTo(refreshToken(first));
        assertThat(me(node, bearer(second))).isEqualTo(200);
        Reply third = refresh(node, refreshToken(second));
        assertThat(third.status()).isEqualTo(200);
    }

    /** THREATS: stolen refresh token. */
    @Test
    void aRefreshTokenThatComesAgainEndsItsSession() {
        Agent grace = agent();
        Reply stolen = node.loggedIn(ACME, grace);
        Reply elsewhere = node.loggedIn(ACME, grace);
        Reply thiefs = refresh(node, refreshToken(stolen));
        assertThat(me(node, bearer(thiefs))).isEqualTo(200);

        refused(refresh(node, refreshToken(stolen)), 401, "invalid_refresh_token");

        assertThat(me(node, bearer(thiefs))).isEqualTo(401);
        refused(refresh(other, refreshToken(thiefs)), 401, "invalid_refresh_token");
        assertThat(me(node, bearer(elsewhere))).isEqualTo(200);
    }

    @Test
    void aSessionThatIsEndedOnOneNodeIsRefusedByTheOtherWithinTheTimeStated() {
        Agent grace = agent();
        Reply lost = node.loggedIn(ACME, grace);
        Reply here = node.loggedIn(ACME, grace);
        assertThat(me(other, bearer(lost))).isEqualTo(200);
        Reply list = other.send("GET", "/auth/sessions", null, "Authorization", bearer(here));
        assertThat(list.json().at("/items")).hasSize(2);
        assertThat(list.json().at("/items/0/current").asBoolean()).isTrue();
        assertThat(list.json().at("/items/0/address").asText()).isEqualTo("127.0.0.1");
        String id = lost.json().at("/sessionId").asText();
        assertThat(list.json().at("/items/1/id").asText()).isEqualTo(id);

        Reply ended = node.send("DELETE", "/auth/sessions/" + id, null, "Authorization", bearer(here));

        assertThat(ended.status()).isEqualTo(204);
        assertThat(me(node, bearer(lost))).as("at once on the node itself").isEqualTo(401);
        await().atMost(LoginOptions.REVOCATION_SEEN_WITHIN.plusSeconds(1)).until(() -> me(other, bearer(lost)) == 401);
        assertThat(me(other, bearer(here))).isEqualTo(200);
        refused(
                node.send("DELETE", "/auth/sessions/" + id, null, "Authorization", bearer(here)),
                404,
                "session_not_found");
    }

    @Test
    void loggingOutEverywhereEndsEverySession() {
        Agent grace = agent();
        Reply one = node.loggedIn(ACME, grace);
        Reply two = node.loggedIn(ACME, grace);

        Reply ended = node.send("DELETE", "/auth/sessions", null, "Authorization", bearer(one));

        assertThat(ended.json().at("/ended").asInt()).isEqualTo(2);
        assertThat(me(node, bearer(one))).isEqualTo(401);
        assertThat(me(node, bearer(two))).isEqualTo(401);
        refused(refresh(other, refreshToken(two)), 401, "invalid_refresh_token");
    }

    @Test
    void whoLogsOutIsOut() {
        Reply in = node.loggedIn(ACME, agent());
        ObjectNode token = body().put("refreshToken", refreshToken(in));

        assertThat(node.send("POST", "/auth/logout", token).status()).isEqualTo(204);

        assertThat(me(node, bearer(in))).isEqualTo(401);
        assertThat(node.send("POST", "/auth/logout", token).status()).isEqualTo(204);
        refused(node.send("POST", "/auth/logout", null), 400, "invalid_input");
    }

    /** THREATS: another tenant's things, or another agent's. */
    @Test
    void sessionsOfOthersDoNotExist() {
        TenantId globex = node.tenant("globex");
        Agent hank = node.agent(globex, "hank@globex.example", Role.ADMIN);
        Reply hanks = node.loggedIn("globex", hank);
        Reply colleagues = node.loggedIn(ACME, agent());
        Reply graces = node.loggedIn(ACME, agent());

        for (Reply foreign : List.of(hanks, colleagues)) {
            String id = foreign.json().at("/sessionId").asText();
            refused(
                    node.send("DELETE", "/auth/sessions/" + id, null, "Authorization", bearer(graces)),
                    404,
                    "session_not_found");
            assertThat(me(node, bearer(foreign))).isEqualTo(200);
        }
        String agents = "/agents/" + hank.id() + "/login/sessions";
        Reply admins = node.loggedIn(ACME, node.agent(acme, "admin@acme.example", Role.ADMIN));
        refused(node.send("GET", agents, null, "Authorization", bearer(admins)), 404, "agent_not_found");
        refused(node.send("DELETE", agents, null, "Authorization", bearer(admins)), 404, "agent_not_found");
        refused(node.send("GET", agents, null, "Authorization", bearer(graces)), 403, "access_denied");
        refused(node.login(ACME, hank.email(), PASSWORD), 401, "invalid_credentials");
    }

    /** THREATS: password guessing, on as many nodes as there are. */
    @Test
    void nodesAgreeOnWhoHasToWait() throws Exception {
        Agent grace = agent();
        // Five hashes of a password can take longer than the second that is waited after them.
        MutableClock clock = MutableClock.at(Instant.now().truncatedTo(ChronoUnit.SECONDS));
        try (AuthNode one = new AuthNode(dataSource, clock);
                AuthNode two = new AuthNode(dataSource, clock)) {
            for (int i = 0; i < 5; i++) {
                refused((i % 2 == 0 ? one : two).login(ACME, grace.email(), "wrong"), 401, "invalid_credentials");
            }

            for (AuthNode each : List.of(two, one)) {
                Reply waits = each.login(ACME, grace.email(), PASSWORD);
                refused(waits, 429, "too_many_attempts");
                assertThat(waits.header("Retry-After")).isEqualTo("1");
            }
            assertThat(one.loggedIn(ACME, agent()).status()).isEqualTo(200);

            clock.advance(Duration.ofSeconds(1));
            assertThat(two.loggedIn(ACME, grace).status()).isEqualTo(200);
        }
    }

    /** THREATS: JWT confusion. */
    @Test
    void anAccessTokenIsGoodAsItWasSignedOnly() throws Exception {
        Agent admin = node.agent(acme, "root@acme.example", Role.ADMIN);
        Reply in = node.loggedIn(ACME, agent());
        String[] parts = in.json().at("/accessToken").asText().split("\\.", -1);
        assertThat(parts).hasSize(3);
        ObjectNode header =
                (ObjectNode) ApiFixture.JSON.readTree(Base64.getUrlDecoder().decode(parts[0]));
        ObjectNode claims =
                (ObjectNode) ApiFixture.JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
        assertThat(header.at("/alg").asText()).isEqualTo("HS256");
        String none = encoded(header.deepCopy().put("alg", "none"));
        String swapped = encoded(header.deepCopy().put("alg", "ES256"));
        String longer = encoded(header.deepCopy().put("alg", "HS512"));
        String keyless = encoded(header.deepCopy().without("kid"));
        String admins = encoded(claims.deepCopy().put("sub", admin.id().toString()));
        String later = encoded(claims.deepCopy().put("exp", claims.at("/exp").asLong() + 3600));

        for (String forged : List.of(
                none + "." + parts[1] + ".",
                none + "." + parts[1] + "." + parts[2],
                swapped + "." + parts[1] + "." + parts[2],
                longer + "." + parts[1] + "." + parts[2],
                keyless + "." + parts[1] + "." + parts[2],
                parts[0] + "." + admins + "." + parts[2],
                parts[0] + "." + later + "." + parts[2],
                parts[0] + "." + parts[1] + ".",
                parts[0] + "." + parts[1])) {
            Reply reply = node.send("GET", "/me", null, "Authorization", "Bearer " + forged);
            refused(reply, 401, "invalid_token");
        }
        assertThat(me(node, bearer(in))).isEqualTo(200);
    }

    private static String encoded(com.fasterxml.jackson.databind.JsonNode json) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aSecretHasNoPublicKeys() {
        Reply keys = node.send("GET", "/auth/keys", null);
        assertThat(keys.status()).isEqualTo(200);
        assertThat(keys.json().at("/keys")).isEmpty();
        assertThat(keys.header("Cache-Control")).isEqualTo("public, max-age=300");
    }

    @Test
    void aPasswordIsChangedByWhoKnowsIt() {
        Agent grace = agent();
        Reply here = node.loggedIn(ACME, grace);
        Reply there = node.loggedIn(ACME, grace);
        ObjectNode wrong = body().put("currentPassword", "wrong").put("newPassword", AuthNode.OTHER_PASSWORD);
        ObjectNode weak = body().put("currentPassword", PASSWORD).put("newPassword", "password1234");
        ObjectNode right = body().put("currentPassword", PASSWORD).put("newPassword", AuthNode.OTHER_PASSWORD);

        Reply notKnown = node.send("POST", "/auth/password", wrong, "Authorization", bearer(here));
        assertThat(notKnown.json().at("/errors/0/code").asText()).isEqualTo("wrong_password");
        assertThat(notKnown.json().at("/errors/0/pointer").asText()).isEqualTo("/currentPassword");
        Reply guessed = node.send("POST", "/auth/password", weak, "Authorization", bearer(here));
        assertThat(guessed.json().at("/errors/0/code").asText()).isEqualTo("weak_password");
        assertThat(node.send("POST", "/auth/password", right, "Authorization", bearer(here))
                        .status())
                .isEqualTo(204);

        assertThat(me(node, bearer(here))).isEqualTo(200);
        assertThat(me(node, bearer(there))).isEqualTo(401);
        assertThat(node.login(ACME, grace.email(), AuthNode.OTHER_PASSWORD).status())
                .isEqualTo(200);
    }

    /** A token that leaks must not be enough to take the account over. */
    @Test
    void anApiTokenDoesNothingWithALogin() {
        Agent grace = agent();
        String token = "Bearer "
                + node.insightDesk
                        .tenant(acme)
                        .as(Actor.system())
                        .apiTokens()
                        .create(NewApiToken.of("grace's", grace.id(), Role.AGENT))
                        .secret()
                        .reveal();
        refused(node.send("GET", "/auth/sessions", null, "Authorization", token), 403, "access_denied");
        refused(node.send("DELETE", "/auth/sessions", null, "Authorization", token), 403, "access_denied");
        refused(
                node.send("POST", "/auth/mfa", body().put("password", PASSWORD), "Authorization", token),
                403,
                "access_denied");
        assertThat(node.send("GET", "/me", null, "Cookie", "__Host-insightdesk-access=" + token.substring(7))
                        .status())
                .as("nor does it work as a cookie")
                .isEqualTo(401);
    }

    @Test
    void withoutALoginEveryOperationSaysSo() throws Exception {
        try (AuthNode plain = new AuthNode(dataSource, false, null)) {
            refused(plain.login(ACME, "grace@acme.example", PASSWORD), 409, "login_not_configured");
            refused(plain.send("GET", "/auth/keys", null), 409, "login_not_configured");
            refused(refresh(plain, "idr_x"), 409, "login_not_configured");
            String token = "Bearer "
                    + plain.insightDesk
                            .tenant(acme)
                            .as(Actor.system())
                            .apiTokens()
                            .create(NewApiToken.of("admin", Role.ADMIN))
                            .secret()
                            .reveal();
            refused(plain.send("GET", "/auth/sessions", null, "Authorization", token), 409, "login_not_configured");
            assertThat(me(plain, bearer(node.loggedIn(ACME, agent())))).isEqualTo(401);
        }
    }

    // Cookies

    private String origin() {
        return node.server.address();
    }

    private Reply cookieLogin(Agent agent) {
        Reply in = node.send(
                "POST",
                "/auth/login",
                AuthNode.credentials(ACME, agent.email(), PASSWORD).put("cookies", true),
                "Origin",
                origin());
        assertThat(in.status()).as(in.text()).isEqualTo(200);
        return in;
    }

    /** The cookies of an answer, as a browser sends them back. */
    private static String cookies(Reply reply) {
        Map<String, String> kept = new TreeMap<>();
        for (String cookie : reply.headers().allValues("Set-Cookie")) {
            String pair = cookie.substring(0, cookie.indexOf(';'));
            kept.put(pair.substring(0, pair.indexOf('=')), pair);
        }
        return String.join("; ", kept.values());
    }

    private static String csrf(Reply login) {
        return login.json().at("/csrfToken").asText();
    }

    @Test
    void tokensCanBeCookiesThatScriptsDoNotSee() {
        Agent grace = agent();

        Reply in = cookieLogin(grace);

        assertThat(in.json().has("accessToken")).isFalse();
        assertThat(in.json().has("refreshToken")).isFalse();
        List<String> set = in.headers().allValues("Set-Cookie");
        assertThat(set)
                .hasSize(3)
                .allMatch(cookie -> cookie.startsWith("__Host-"))
                .allMatch(cookie -> cookie.contains("; Path=/"))
                .allMatch(cookie -> cookie.contains("; Secure"))
                .allMatch(cookie -> cookie.contains("; SameSite=Strict"))
                .allMatch(cookie -> cookie.contains("; HttpOnly") != cookie.startsWith("__Host-insightdesk-csrf="));
        Reply me = node.send("GET", "/me", null, "Cookie", "theme=dark; " + cookies(in));
        assertThat(me.json().at("/id").asText()).isEqualTo(grace.id().toString());
        assertThat(node.send("GET", "/me", null, "Cookie", "$Version=x; =; __Host-insightdesk-access=")
                        .status())
                .isEqualTo(401);
    }

    /** THREATS: a page of another site sends requests in the name of who is logged in. */
    @Test
    void withCookiesNothingIsChangedWithoutTheTokenOfTheSessionAndAnOwnPage() {
        Reply in = cookieLogin(agent());
        Reply anothers = cookieLogin(agent());
        ObjectNode customer = body().put("name", "Ada");
        String[][] forged = {
            {"Origin", origin()},
            {"Origin", origin(), "X-CSRF-Token", ""},
            {"Origin", origin(), "X-CSRF-Token", "&"},
            {"Origin", origin(), "X-CSRF-Token", csrf(anothers)},
        };
        for (String[] headers : forged) {
            refused(post("/customers", customer, in, headers), 403, "csrf_token_required");
        }
        for (String origin : List.of("https://evil.example", "null", origin() + ".evil.example")) {
            refused(
                    post("/customers", customer, in, "Origin", origin, "X-CSRF-Token", csrf(in)),
                    403,
                    "origin_not_allowed");
        }
        refused(post("/customers", customer, in, "X-CSRF-Token", csrf(in)), 403, "origin_not_allowed");
        refused(post("/auth/refresh", null, in, "Origin", origin()), 403, "csrf_token_required");
        refused(post("/auth/logout", null, in, "Origin", origin()), 403, "csrf_token_required");
        refused(
                node.send(
                        "POST",
                        "/auth/login",
                        AuthNode.credentials(ACME, "x@acme.example", PASSWORD).put("cookies", true),
                        "Origin",
                        "https://evil.example"),
                403,
                "origin_not_allowed");

        Reply made = post("/customers", customer, in, "Origin", origin(), "X-CSRF-Token", csrf(in));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
    }

    private Reply post(String path, @Nullable ObjectNode body, Reply login, String... headers) {
        List<String> all = new java.util.ArrayList<>(List.of(headers));
        all.addAll(List.of("Cookie", cookies(login)));
        return node.send("POST", path, body, all.toArray(String[]::new));
    }

    @Test
    void aSessionInCookiesGoesOnAndEnds() {
        Reply in = cookieLogin(agent());

        Reply next = post("/auth/refresh", null, in, "Origin", origin(), "X-CSRF-Token", csrf(in));

        assertThat(next.status()).as(next.text()).isEqualTo(200);
        assertThat(csrf(next)).isNotEmpty();
        assertThat(cookies(next)).isNotEqualTo(cookies(in));
        assertThat(node.send("GET", "/me", null, "Cookie", cookies(next)).status())
                .isEqualTo(200);
        Reply out = post("/auth/logout", null, next, "Origin", origin(), "X-CSRF-Token", csrf(next));
        assertThat(out.status()).isEqualTo(204);
        assertThat(out.headers().allValues("Set-Cookie"))
                .hasSize(3)
                .allMatch(cookie -> cookie.contains("=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"));
        assertThat(node.send("GET", "/me", null, "Cookie", cookies(next)).status())
                .isEqualTo(401);
    }
}
