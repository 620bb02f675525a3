package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.ApiTokens;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Role;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.limit.AddressRange;
import io.insightdesk.limit.RateLimit;
import io.insightdesk.login.Client;
import io.insightdesk.login.LoggedIn;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.PlanLimits;
import io.insightdesk.tenant.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who asks too often, or from the wrong place, is told so; and only he. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestLimitsIT {
    private static final int PER_ACTOR = 60;
    private static final int PER_TENANT = 300;
    private static final int PER_ADDRESS = 40;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private ApiFixture api;

    private int clients;

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        api = new ApiFixture(
                dataSource,
                ApiOptions.builder()
                        .requestLimits(new RequestLimits(perDay(PER_ACTOR), perDay(PER_TENANT), perDay(PER_ADDRESS)))
                        .trustedProxies(List.of(AddressRange.of("127.0.0.1")))
                        .build());
    }

    @AfterAll
    void stop() {
        api.close();
    }

    /** Of which next to nothing flows in during a test. */
    private static RateLimit perDay(int permits) {
        return new RateLimit(permits, Duration.ofDays(1));
    }

    private String token(NewApiToken token) {
        return "Bearer " + api.system.apiTokens().create(token).secret().reveal();
    }

    private String newClient() {
        return "203.0.113." + ++clients;
    }

    private int answered(int times, int status, String... headers) {
        return (int) IntStream.range(0, times)
                .filter(i -> api.get("/me", headers).status() == status)
                .count();
    }

    @Test
    void whoAsksTooOftenIsToldWhenToComeBackAndOthersAreNot() {
        String busy = token(NewApiToken.of("busy", Role.VIEWER));
        Reply first = api.get("/me", "Authorization", busy);
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.header("RateLimit-Policy"))
                .isEqualTo("\"actor\";q=" + PER_ACTOR + ";w=86400, \"tenant\";q=" + PER_TENANT + ";w=86400");
        assertThat(first.header("RateLimit"))
                .matches("\"actor\";r=" + (PER_ACTOR - 1) + ";t=[0-9]+, \"tenant\";r=[0-9]+;t=[0-9]+");

        assertThat(answered(PER_ACTOR - 1, 200, "Authorization", busy)).isEqualTo(PER_ACTOR - 1);

        Reply refused = api.get("/me", "Authorization", busy);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.json().at("/code").asText()).isEqualTo("rate_limited");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 86_400 / PER_ACTOR);
        assertThat(refused.header("RateLimit")).startsWith("\"actor\";r=0;t=");
        assertThat(answered(3, 200, "Authorization", token(NewApiToken.of("calm", Role.VIEWER))))
                .isEqualTo(3);
    }

    /** What one agent's browsers and programs use up together is no other agent's. */
    @Test
    void sessionsOfOneAgentShareALimitAndThoseOfAnotherDoNot() {
        String one = session("limited@acme.example", "192.0.2.1");
        String again = session("limited@acme.example", "192.0.2.2");
        String other = session("other@acme.example", "192.0.2.1");

        assertThat(answered(PER_ACTOR - 10, 200, "Authorization", one)).isEqualTo(PER_ACTOR - 10);
        assertThat(answered(20, 200, "Authorization", again))
                .as("what is left for the other session")
                .isEqualTo(10);
        assertThat(answered(3, 429, "Authorization", one)).isEqualTo(3);
        Reply first = api.get("/me", "Authorization", other);
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.header("RateLimit")).startsWith("\"actor\";r=" + (PER_ACTOR - 1) + ";");
    }

    /** An agent's session; the agent is made with the first. */
    private String session(String email, String address) {
        Agent agent = api.system
                .agents()
                .findByEmail(email)
                .orElseGet(() -> api.system.agents().create(NewAgent.of("Grace", email, Role.VIEWER)));
        if (api.system.agentLogins().sessions(agent.id()).isEmpty()) {
            api.system.agentLogins().setPassword(agent.id(), AuthNode.PASSWORD);
        }
        LoggedIn in = (LoggedIn) api.insightDesk
                .logins()
                .orElseThrow()
                .login(api.tenant.slug(), email, AuthNode.PASSWORD, new Client(address, null, null));
        return "Bearer " + in.accessToken().reveal();
    }

    @Test
    void aTokenMayHaveALimitOfItsOwn() {
        Reply made = api.post("/api-tokens", "{\"name\":\"slow\",\"role\":\"viewer\",\"requestsPerMinute\":2}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.json().at("/requestsPerMinute").asInt()).isEqualTo(2);
        String slow = "Bearer " + made.json().at("/secret").asText();

        assertThat(answered(5, 200, "Authorization", slow)).isEqualTo(2);
    }

    @Test
    void theTenantsPlanSaysHowManyRequestsThereAreForAll() {
        TenantId small = api.insightDesk
                .tenants()
                .create(NewTenant.of("small-plan", "Small"))
                .id();
        api.insightDesk.tenants().limit(small, PlanLimits.NONE.withRequestsPerMinute(4));
        ApiTokens tokens = api.insightDesk.tenant(small).as(Actor.system()).apiTokens();
        String one = "Bearer "
                + tokens.create(NewApiToken.of("one", Role.VIEWER)).secret().reveal();
        String two = "Bearer "
                + tokens.create(NewApiToken.of("two", Role.VIEWER)).secret().reveal();

        assertThat(answered(3, 200, "Authorization", one)).isEqualTo(3);
        assertThat(answered(3, 200, "Authorization", two)).isEqualTo(1);
        Reply refused = api.get("/me", "Authorization", two);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.json().at("/detail").asText()).contains("More than 4 requests per 60 s for this tenant");

        api.insightDesk.tenants().limit(small, PlanLimits.NONE);
        assertThat(answered(3, 200, "Authorization", two)).isEqualTo(3);
    }

    /** Threat: guessing tokens, and reading without one. */
    @Test
    void whoeverIsNobodyIsCountedByAddressAndWhoIsKnownIsNotHeldUp() {
        String guessing = newClient();
        int refusedAs401 =
                answered(PER_ADDRESS, 401, "Authorization", "Bearer idk_nonsense", "X-Forwarded-For", guessing);
        assertThat(refusedAs401).isEqualTo(PER_ADDRESS);
        assertThat(api.get("/me", "Authorization", "Bearer idk_nonsense", "X-Forwarded-For", guessing)
                        .status())
                .isEqualTo(429);
        assertThat(api.get("/openapi.json", "Authorization", "", "X-Forwarded-For", guessing)
                        .status())
                .isEqualTo(429);

        String known = token(NewApiToken.of("neighbour", Role.VIEWER));
        assertThat(answered(3, 200, "Authorization", known, "X-Forwarded-For", guessing))
                .isEqualTo(3);
        assertThat(answered(1, 401, "Authorization", "", "X-Forwarded-For", newClient()))
                .isEqualTo(1);
    }

    /** Threat: another address in front of the own one, for each guess. */
    @Test
    void aForgedForwardedForDoesNotChangeWhoIsCounted() {
        String client = newClient();
        int answered = (int) IntStream.range(0, 2 * PER_ADDRESS)
                .filter(i -> api.get("/me", "Authorization", "", "X-Forwarded-For", "198.51.100." + i + ", " + client)
                                .status()
                        == 401)
                .count();
        assertThat(answered).isEqualTo(PER_ADDRESS);
    }

    /** Threat: a token that was stolen is used from elsewhere. */
    @Test
    void aTokenIsGoodOnlyFromWhereItMayBeUsed() {
        Reply made = api.post(
                "/api-tokens",
                "{\"name\":\"office\",\"role\":\"viewer\",\"addressRanges\":[\"192.0.2.0/24\",\"2001:db8::/32\"]}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.json().at("/addressRanges/0").asText()).isEqualTo("192.0.2.0/24");
        String office = "Bearer " + made.json().at("/secret").asText();

        assertThat(api.get("/me", "Authorization", office, "X-Forwarded-For", "192.0.2.77")
                        .status())
                .isEqualTo(200);
        assertThat(api.get("/me", "Authorization", office, "X-Forwarded-For", "2001:db8::5")
                        .status())
                .isEqualTo(200);
        for (String elsewhere : List.of("198.51.100.1", "192.0.2.77, 198.51.100.1", "2001:db9::5")) {
            Reply refused = api.get("/me", "Authorization", office, "X-Forwarded-For", elsewhere);
            assertThat(refused.status()).as(elsewhere).isEqualTo(403);
            assertThat(refused.json().at("/code").asText()).isEqualTo("address_not_allowed");
        }
        assertThat(api.get("/me", "Authorization", office).status()).isEqualTo(403);
    }

    @Test
    void rangesAndLimitsThatAreNoneAreRefusedWithTheirPlace() {
        Reply refused = api.post(
                "/api-tokens",
                "{\"name\":\"x\",\"role\":\"viewer\",\"addressRanges\":[\"192.0.2.0/24\",\"example.com\"]}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().at("/errors/0/pointer").asText()).isEqualTo("/addressRanges/1");
        Reply none = api.post("/api-tokens", "{\"name\":\"x\",\"role\":\"viewer\",\"requestsPerMinute\":0}");
        assertThat(none.status()).isEqualTo(400);
        assertThat(none.json().at("/errors/0/pointer").asText()).isEqualTo("/requestsPerMinute");
    }
}
