package io.insightdesk.login.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import io.insightdesk.error.InsightDeskException;
import io.insightdesk.error.NotAuthenticatedException;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentChange;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.key.Secret;
import io.insightdesk.login.Client;
import io.insightdesk.login.LoggedIn;
import io.insightdesk.login.LoginAnswer;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.OpenIdProvider;
import io.insightdesk.login.OpenIdStart;
import io.insightdesk.login.SecondFactor;
import io.insightdesk.testing.FakeOpenId;
import io.insightdesk.testing.Race;
import io.insightdesk.testing.TestDatabase;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.util.encoders.Base32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenIdIT {

    private static final TestDatabase database = TestDatabase.fresh();
    private static final FakeOpenId provider = new FakeOpenId(database.clock());
    private static final URI CALLBACK = URI.create("https://desk.example.com/login/openid");
    private static final LoginNode node = node(provider(it -> it));
    private static final LoginNode other = node(provider(it -> it));
    private static int people;

    @AfterAll
    static void end() {
        other.close();
        node.close();
        provider.close();
        database.close();
    }

    @AfterEach
    void honestAgain() {
        provider.claims = all -> all;
        provider.signed = true;
        provider.failure = 0;
    }

    private static OpenIdProvider provider(UnaryOperator<OpenIdProvider.Builder> more) {
        return more.apply(OpenIdProvider.of("corp", provider.issuer(), FakeOpenId.CLIENT)
                        .clientSecret(Secret.of(FakeOpenId.SECRET)))
                .build();
    }

    private static LoginNode node(OpenIdProvider offered) {
        return new LoginNode(database, options -> options.openId(CALLBACK, List.of(offered)), null);
    }

    private static Agent agent() {
        return node.system().agents().create(NewAgent.of("Grace", "openid" + ++people + "@example.com", Role.AGENT));
    }

    private static OpenIdStart begin() {
        return node.logins.beginOpenId(node.tenant(), "corp", Client.UNKNOWN);
    }

    private static LoggedIn finish(LoginNode on, OpenIdStart start, Map<String, String> back) {
        return (LoggedIn) on.logins.finishOpenId(
                requireNonNull(back.get("state")),
                requireNonNull(back.get("code")),
                start.binding().reveal(),
                Client.UNKNOWN);
    }

    private static LoggedIn logIn(LoginNode on, String subject, String email, boolean verified) {
        OpenIdStart start = on.logins.beginOpenId(on.tenant(), "corp", Client.UNKNOWN);
        return finish(on, start, provider.logIn(start.location(), subject, email, verified));
    }

    private static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(NotAuthenticatedException.class)
                .extracting(e -> ((InsightDeskException) e).code())
                .isEqualTo(code);
    }

    @Test
    void anAgentIsFoundByTheVerifiedAddressAndFromThenOnByTheSubject() {
        Agent grace = agent();

        LoggedIn first = logIn(node, "sub-1", grace.email().toUpperCase(java.util.Locale.ROOT), true);
        node.system()
                .agents()
                .change(
                        grace.id(),
                        null,
                        AgentChange.builder().email("renamed@example.com").build());
        LoggedIn second = logIn(other, "sub-1", "also-renamed@example.com", true);

        assertThat(first.agent()).isEqualTo(grace.id());
        assertThat(second.agent()).isEqualTo(grace.id());
        assertThat(other.letsIn(first)).isTrue();
        assertThat(node.system().agents().get(grace.id()).name()).isEqualTo("Grace");
    }

    @Test
    void aLoginMayBeFinishedOnAnotherNode() {
        Agent grace = agent();
        OpenIdStart start = begin();

        LoggedIn in = finish(other, start, provider.logIn(start.location(), "sub-node", grace.email(), true));

        assertThat(in.agent()).isEqualTo(grace.id());
    }

    /** THREATS: whoever can claim an address at a provider that does not verify it becomes nobody. */
    @Test
    void anUnverifiedAddressFindsNobody() {
        Agent grace = agent();

        refused("openid_unknown_agent", () -> logIn(node, "sub-unverified", grace.email(), false));

        assertThat(node.system().agents().get(grace.id()).externalId()).isNull();
    }

    @Test
    void aDirectoryThatIsTrustedNeedNotVerify() {
        Agent grace = agent();
        try (LoginNode trusting = node(provider(it -> it.trustsEmails(true)))) {
            assertThat(logIn(trusting, "sub-trusted", grace.email(), false).agent())
                    .isEqualTo(grace.id());
        }
    }

    /** THREATS: an agent who is one person's already is not taken over by another with the same address. */
    @Test
    void anAddressThatWasGivenToSomebodyElseDoesNotTakeTheAgentAlong() {
        Agent grace = agent();
        assertThat(logIn(node, "sub-owner", grace.email(), true).agent()).isEqualTo(grace.id());

        refused("openid_unknown_agent", () -> logIn(node, "sub-thief", grace.email(), true));
    }

    @Test
    void strangersAreRefusedAndInactiveAgentsToo() {
        Agent gone = agent();
        node.system()
                .agents()
                .change(gone.id(), null, AgentChange.builder().active(false).build());

        refused("openid_unknown_agent", () -> logIn(node, "sub-stranger", "stranger@example.com", true));
        refused("openid_unknown_agent", () -> logIn(node, "sub-gone", gone.email(), true));
    }

    @Test
    void newAgentsAreMadeWhereThereIsARoleForThemOnceEvenWhenTwoLogInAtOnce() throws Exception {
        try (LoginNode making = node(provider(it -> it.tenants(Set.of(node.tenant()))
                .emailDomains(Set.of("corp.example"))
                .newAgents(Role.LIGHT_AGENT)))) {
            refused("openid_unknown_agent", () -> logIn(making, "sub-new", "new@elsewhere.example", true));
            refused("openid_unknown_agent", () -> logIn(making, "sub-new", "new@sub.corp.example", true));

            List<LoggedIn> both = Race.of(2, () -> logIn(making, "sub-new", "new@corp.example", true));

            assertThat(both)
                    .extracting(LoggedIn::agent)
                    .containsOnly(both.get(0).agent());
            Agent made = node.system().agents().get(requireNonNull(both.get(0).agent()));
            assertThat(made.role()).isEqualTo(Role.LIGHT_AGENT);
            assertThat(made.name()).isEqualTo("Grace Hopper");
        }
    }

    /** THREATS: a login that somebody else began, such as by a link that an attacker prepared (RFC 9700, 4.7). */
    @Test
    void aLoginIsFinishedInTheBrowserThatBeganIt() {
        Agent grace = agent();
        OpenIdStart victims = begin();
        OpenIdStart attackers = begin();
        Map<String, String> back = provider.logIn(attackers.location(), "sub-csrf", grace.email(), true);

        refused("openid_state_invalid", () -> finish(node, victims, back));

        assertThat(finish(node, attackers, back).agent()).isEqualTo(grace.id());
    }

    @Test
    void aLoginIsFinishedOnceAndInTime() {
        Agent grace = agent();
        OpenIdStart start = begin();
        Map<String, String> back = provider.logIn(start.location(), "sub-once", grace.email(), true);
        finish(node, start, back);
        OpenIdStart late = begin();
        Map<String, String> lateBack = provider.logIn(late.location(), "sub-once", grace.email(), true);
        database.clock().advance(LoginOptions.OPENID_LIFETIME);

        refused("openid_state_invalid", () -> finish(node, start, back));
        refused("openid_state_invalid", () -> finish(node, late, lateBack));
        for (String wrong : List.of("", "ido_x", start.binding().reveal())) {
            refused(
                    "openid_state_invalid",
                    () -> node.logins.finishOpenId(
                            wrong, "code", start.binding().reveal(), Client.UNKNOWN));
        }
    }

    /** THREATS: JWT confusion, with tokens of a provider that was deceived or is not what it was. */
    @Test
    void aTokenForSomethingElseIsRefused() {
        Agent grace = agent();
        Map<String, UnaryOperator<JWTClaimsSet.Builder>> lies = new LinkedHashMap<>();
        lies.put("nonce", claims -> claims.claim("nonce", "another login's"));
        lies.put("no nonce", claims -> claims.claim("nonce", null));
        lies.put("audience", claims -> claims.audience("another-client"));
        lies.put("audiences", claims -> claims.audience(List.of(FakeOpenId.CLIENT, "another-client")));
        lies.put("party", claims -> claims.claim("azp", "another-client"));
        lies.put("issuer", claims -> claims.issuer("https://elsewhere.example"));
        lies.put("expired", claims -> claims.expirationTime(past()));
        lies.put("no expiry", claims -> claims.expirationTime(null));
        lies.put("no subject", claims -> claims.subject(null));
        lies.put(
                "not yet",
                claims -> claims.issueTime(Date.from(database.clock().instant().plus(Duration.ofHours(1)))));
        List<String> passed = new ArrayList<>();
        lies.forEach((name, lie) -> {
            provider.claims = lie;
            try {
                logIn(node, "sub-lie", grace.email(), true);
                passed.add(name);
            } catch (NotAuthenticatedException e) {
                assertThat(e.code()).as(name).isEqualTo("openid_refused");
            }
        });

        assertThat(passed).isEmpty();
    }

    private static Date past() {
        return Date.from(database.clock().instant().minus(Duration.ofHours(1)));
    }

    @Test
    void aTokenThatNobodySignedIsRefused() {
        Agent grace = agent();
        provider.signed = false;

        refused("openid_refused", () -> logIn(node, "sub-plain", grace.email(), true));
    }

    @Test
    void newKeysOfTheProviderAreLookedUp() {
        Agent grace = agent();
        assertThat(logIn(node, "sub-keys", grace.email(), true).agent()).isEqualTo(grace.id());

        provider.rotateKeys();

        assertThat(logIn(node, "sub-keys", grace.email(), true).agent()).isEqualTo(grace.id());
    }

    @Test
    void aCodeOfAnotherLoginIsRefusedBecauseOfItsVerifier() {
        Agent grace = agent();
        OpenIdStart mine = begin();
        OpenIdStart theirs = begin();
        String stolen = provider.logIn(theirs.location(), "sub-pkce", grace.email(), true)
                .get("code");
        String state =
                provider.logIn(mine.location(), "sub-mine", grace.email(), true).get("state");

        refused("openid_refused", () -> finish(node, mine, Map.of("state", state, "code", stolen)));
    }

    @Test
    void aProviderThatFailsIsToldFromOneThatRefuses() {
        for (int status : new int[] {503, 302}) {
            provider.failure = status;
            try (LoginNode fresh = node(provider(it -> it))) {
                assertThatThrownBy(() -> fresh.logins.beginOpenId(node.tenant(), "corp", Client.UNKNOWN))
                        .isInstanceOf(UnavailableException.class)
                        .extracting(e -> ((InsightDeskException) e).code())
                        .isEqualTo("openid_provider_unavailable");
            }
        }
        provider.failure = 0;
        try (LoginNode fresh = node(provider(it -> it))) {
            assertThat(fresh.logins
                            .beginOpenId(node.tenant(), "corp", Client.UNKNOWN)
                            .location()
                            .toString())
                    .startsWith(provider.issuer() + "/authorize?response_type=code&client_id=insightdesk&");
        }
    }

    /** Or everybody who wants to log in holds a thread for as long as a provider does not answer, one after the other. */
    @Test
    void aProviderThatFailedIsLeftAloneForAMoment() {
        AtomicLong nanos = new AtomicLong();
        OpenIdClient client = new OpenIdClient(provider(it -> it), CALLBACK, nanos::get);
        ThrowingCallable begin = () -> client.location(Secret.of("state"), "nonce", "challenge");
        provider.failure = 503;
        int before = provider.requests.get();
        assertThatThrownBy(begin).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(begin).isInstanceOf(UnavailableException.class).hasMessageContaining("503");
        assertThat(provider.requests.get()).isEqualTo(before + 1);

        provider.failure = 0;
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());

        assertThat(client.location(Secret.of("state"), "nonce", "challenge"))
                .hasScheme("http")
                .hasPath("/authorize");
    }

    @Test
    void aProviderIsOfferedToItsTenantsOnly() {
        try (LoginNode selective = node(provider(it -> it.tenants(Set.of("another"))))) {
            assertThat(selective.logins.openIdProviders("another")).containsExactly("corp");
            assertThat(selective.logins.openIdProviders(node.tenant())).isEmpty();
            refused("openid_not_offered", () -> selective.logins.beginOpenId(node.tenant(), "corp", Client.UNKNOWN));
            refused("openid_not_offered", () -> selective.logins.beginOpenId("another", "corp", Client.UNKNOWN));
            refused("openid_not_offered", () -> selective.logins.beginOpenId(node.tenant(), "x", Client.UNKNOWN));
        }
    }

    @Test
    void aLoginCountsAsTwoFactorsWhereTheProviderAsksForThem() {
        Agent grace = agent();
        UnaryOperator<LoginOptions.Builder> needed = options -> options.secondFactorFor(Set.of(Permission.TICKET_READ));
        for (boolean asks : new boolean[] {false, true}) {
            try (LoginNode strict = new LoginNode(
                    database,
                    options -> needed.apply(options).openId(CALLBACK, List.of(provider(it -> it.secondFactor(asks)))),
                    null)) {
                LoggedIn in = logIn(strict, "sub-mfa", grace.email(), true);

                assertThat(in.secondFactorMissing()).isEqualTo(!asks);
                assertThat(strict.desk(in).permissions().isEmpty()).isEqualTo(!asks);
            }
        }
    }

    /** Who is switched off at the provider is out here after a stated time, however much the session is used (OWASP ASVS 5.0, 7.6.1). */
    @Test
    void aSessionEndsAfterTheProvidersTimeAndAnotherLoginThereIsNeeded() {
        Agent grace = agent();
        try (LoginNode brief = node(provider(it -> it.sessionLifetime(Duration.ofHours(1))))) {
            LoggedIn in = logIn(brief, "sub-brief", grace.email(), true);
            Instant end = database.clock().instant().plus(Duration.ofHours(1));
            assertThat(in.refreshExpiresAt()).isEqualTo(end);
            assertThat(brief.desk(in).account().sessions().get(0).expiresAt()).isEqualTo(end);

            database.clock().advance(Duration.ofMinutes(50));
            LoggedIn later = other.logins.refresh(in.refreshToken().reveal(), Client.UNKNOWN);
            assertThat(later.refreshExpiresAt()).as("not put off").isEqualTo(end);
            assertThat(brief.letsIn(later)).isTrue();

            database.clock().advance(Duration.ofMinutes(10));
            refused(
                    "invalid_refresh_token",
                    () -> other.logins.refresh(later.refreshToken().reveal(), Client.UNKNOWN));
            // A node that has just seen the session remembers it for some seconds.
            assertThat(other.letsIn(later)).isFalse();
            assertThat(logIn(brief, "sub-brief", grace.email(), true).agent()).isEqualTo(grace.id());
        }
    }

    @Test
    void theProvidersTimeHoldsAlsoWhereASecondFactorIsAskedForHere() {
        Agent grace = agent();
        node.system().agentLogins().setPassword(grace.id(), LoginNode.PASSWORD);
        SecondFactor factor = node.desk(node.login(grace)).account().secondFactor();
        byte[] seed = Base32.decode(factor.begin(LoginNode.PASSWORD).seed().reveal());
        List<String> unused =
                factor.confirm(Totp.code(seed, Totp.step(database.clock().instant())));
        database.clock().advance(Duration.ofMinutes(1));
        OpenIdStart start = node.logins.beginOpenId(node.tenant(), "corp", Client.UNKNOWN);
        Map<String, String> back = provider.logIn(start.location(), "sub-both", grace.email(), true);
        Instant end = database.clock().instant().plus(OpenIdProvider.DEFAULT_SESSION_LIFETIME);

        LoginAnswer answer = node.logins.finishOpenId(
                requireNonNull(back.get("state")),
                requireNonNull(back.get("code")),
                start.binding().reveal(),
                Client.UNKNOWN);
        String challenge = ((LoginAnswer.SecondFactorNeeded) answer).challenge().reveal();
        LoggedIn in = other.logins.confirm(
                challenge, Totp.code(seed, Totp.step(database.clock().instant())), Client.UNKNOWN);

        assertThat(in.refreshExpiresAt()).isEqualTo(end);
        LoggedIn byPassword = node.login(agentWithPassword());
        assertThat(byPassword.refreshExpiresAt())
                .as("an own login is not concerned")
                .isEqualTo(database.clock().instant().plus(LoginOptions.DEFAULT_REFRESH_LIFETIME));
    }

    private static Agent agentWithPassword() {
        Agent agent = agent();
        node.system().agentLogins().setPassword(agent.id(), LoginNode.PASSWORD);
        return agent;
    }
}
