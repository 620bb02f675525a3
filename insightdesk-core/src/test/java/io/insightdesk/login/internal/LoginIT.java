package io.insightdesk.login.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.insightdesk.Desk;
import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.InsightDeskException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.LimitReachedException;
import io.insightdesk.error.NotAuthenticatedException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.ActorType;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentChange;
import io.insightdesk.identity.Authenticated;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Role;
import io.insightdesk.login.Client;
import io.insightdesk.login.LoggedIn;
import io.insightdesk.login.LoginAnswer;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.Session;
import io.insightdesk.testing.Race;
import io.insightdesk.testing.TestDatabase;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LoginIT {

    private static final TestDatabase database = TestDatabase.fresh();
    private static final LoginNode node = new LoginNode(database);
    private static final LoginNode other = new LoginNode(database);
    private static final String PASSWORD = LoginNode.PASSWORD;
    private static int agents;

    @AfterAll
    static void end() {
        other.close();
        node.close();
        database.close();
    }

    private static Agent agent() {
        return node.agent("grace" + ++agents + "@example.com", Role.AGENT);
    }

    private static LoginAnswer login(String email, String password) {
        return node.logins.login(node.tenant(), email, password, Client.UNKNOWN);
    }

    private static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(NotAuthenticatedException.class)
                .extracting(e -> ((InsightDeskException) e).code())
                .isEqualTo(code);
    }

    @Test
    void whoLogsInMayWhatTheAgentMay() {
        Agent grace = agent();

        LoggedIn in = (LoggedIn) login(grace.email().toUpperCase(java.util.Locale.ROOT), PASSWORD);

        Authenticated who =
                other.insightDesk.authenticate(in.accessToken().reveal()).orElseThrow();
        assertThat(who.tenant()).isEqualTo(database.tenant());
        assertThat(who.token()).isNull();
        assertThat(who.session()).isEqualTo(in.session().value());
        assertThat(who.actor().type()).isEqualTo(ActorType.AGENT);
        assertThat(who.actor().id()).isEqualTo(grace.id().value());
        Desk desk = other.insightDesk.desk(who);
        assertThat(desk.permissions())
                .isEqualTo(node.system().roles().get(Role.AGENT).permissions());
        assertThatThrownBy(() -> desk.agentLogins().sessions(grace.id())).isInstanceOf(AccessDeniedException.class);
        assertThat(in.accessExpiresAt()).isEqualTo(database.clock().instant().plus(Duration.ofMinutes(15)));
        assertThat(in.toString())
                .doesNotContain(in.accessToken().reveal(), in.refreshToken().reveal());
    }

    @Test
    void everyWrongLoginIsAnsweredInTheSameWay() {
        Agent grace = agent();
        Agent idle = agent();
        node.system()
                .agents()
                .change(idle.id(), null, AgentChange.builder().active(false).build());
        Agent without = node.system().agents().create(NewAgent.of("No Password", "nopw@example.com", Role.AGENT));

        List<Throwable> answers = new ArrayList<>();
        for (String[] each : new String[][] {
            {node.tenant(), grace.email(), "vier lila Wale im Nebel"},
            {node.tenant(), "nobody@example.com", PASSWORD},
            {node.tenant(), "not an address", PASSWORD},
            {node.tenant(), "", ""},
            {node.tenant(), idle.email(), PASSWORD},
            {node.tenant(), without.email(), ""},
            {"no-such-tenant", grace.email(), PASSWORD}
        }) {
            answers.add(catchThrowable(() -> node.logins.login(each[0], each[1], each[2], Client.UNKNOWN)));
        }

        assertThat(answers)
                .allSatisfy(e -> assertThat(e).isInstanceOf(NotAuthenticatedException.class))
                .extracting(Throwable::getMessage)
                .containsOnly(answers.get(0).getMessage());
    }

    /** THREATS: password guessing. Nodes agree, an unknown account is no different, and the right password does not help either. */
    @Test
    void anAccountHasToWaitAfterFailedAttemptsOnAnyNode() {
        Agent grace = agent();
        for (String email : List.of(grace.email(), "nobody.at.all@example.com")) {
            for (int i = 0; i < 5; i++) {
                LoginNode either = i % 2 == 0 ? node : other;
                refused(
                        "invalid_credentials",
                        () -> either.logins.login(node.tenant(), email, "wrong", Client.UNKNOWN));
            }
            LimitReachedException first = catchThrowableOfType(
                    LimitReachedException.class,
                    () -> other.logins.login(node.tenant(), email, PASSWORD, Client.UNKNOWN));
            assertThat(first.code()).isEqualTo("too_many_attempts");
            assertThat(first.retryAfter()).contains(Duration.ofSeconds(1));
        }
        database.clock().advance(Duration.ofSeconds(1));
        refused("invalid_credentials", () -> login(grace.email(), "wrong"));
        LimitReachedException second =
                catchThrowableOfType(LimitReachedException.class, () -> login(grace.email(), PASSWORD));
        assertThat(second.retryAfter()).contains(Duration.ofSeconds(2));

        database.clock().advance(Duration.ofSeconds(2));
        assertThat(login(grace.email(), PASSWORD)).isInstanceOf(LoggedIn.class);
        refused("invalid_credentials", () -> login(grace.email(), "wrong"));
        assertThat(login(grace.email(), PASSWORD)).isInstanceOf(LoggedIn.class);
    }

    @Test
    void theWaitIsDoubledUpToAQuarterOfAnHour() {
        String email = "patient@example.com";
        Duration longest = Duration.ZERO;
        for (int i = 0; i < 20; i++) {
            Throwable failure = catchThrowable(() -> login(email, "wrong"));
            if (failure instanceof LimitReachedException limit) {
                longest = limit.retryAfter().orElseThrow();
                database.clock().advance(longest);
            }
        }
        assertThat(longest).isGreaterThan(Duration.ofSeconds(30)).isLessThanOrEqualTo(LoginOptions.LONGEST_WAIT);
    }

    /** THREATS: credential stuffing, one attempt for each of many accounts. */
    @Test
    void anAddressHasToWaitToo() {
        Client attacker = new Client("203.0.113.7", null, null);
        int looked = 0;
        for (int i = 0; i < 40; i++) {
            String email = "victim" + i + "@example.com";
            if (catchThrowable(() -> node.logins.login(node.tenant(), email, "wrong", attacker))
                    instanceof NotAuthenticatedException) {
                looked++;
            }
        }
        assertThat(looked).isEqualTo(30);
        refused(
                "invalid_credentials",
                () -> node.logins.login(
                        node.tenant(), "victim99@example.com", "wrong", new Client("203.0.113.8", null, null)));
    }

    @Test
    void manyAttemptsAtOnceAreNoWayAroundTheWait() throws Exception {
        Agent grace = agent();
        List<Throwable> answers = Race.of(12, () -> catchThrowable(() -> login(grace.email(), "wrong")));

        assertThat(answers.stream().filter(NotAuthenticatedException.class::isInstance))
                .hasSize(5);
        assertThat(answers.stream().filter(LimitReachedException.class::isInstance))
                .hasSize(7);
    }

    @Test
    void aRefreshTokenIsGoodOnceAndReplaced() {
        LoggedIn first = node.login(agent());

        LoggedIn second = other.logins.refresh(first.refreshToken().reveal(), new Client("192.0.2.1", "curl", null));

        assertThat(second.session()).isEqualTo(first.session());
        assertThat(second.refreshToken()).isNotEqualTo(first.refreshToken());
        assertThat(node.letsIn(second)).isTrue();
        assertThat(node.desk(second).account().sessions())
                .extracting(Session::address, Session::userAgent)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("192.0.2.1", "curl"));
    }

    /** THREATS: stolen refresh token. Whoever comes second ends the session, for nobody knows which of the two is the thief. */
    @Test
    void aRefreshTokenThatComesAgainEndsItsSessionAndNoOther() {
        Agent grace = agent();
        LoggedIn stolen = node.login(grace);
        LoggedIn elsewhere = node.login(grace);
        LoggedIn thiefs = node.logins.refresh(stolen.refreshToken().reveal(), Client.UNKNOWN);
        LoggedIn thiefsNext = node.logins.refresh(thiefs.refreshToken().reveal(), Client.UNKNOWN);
        assertThat(node.letsIn(thiefsNext)).isTrue();

        refused(
                "invalid_refresh_token",
                () -> node.logins.refresh(stolen.refreshToken().reveal(), Client.UNKNOWN));

        assertThat(node.letsIn(thiefsNext)).isFalse();
        refused(
                "invalid_refresh_token",
                () -> node.logins.refresh(thiefsNext.refreshToken().reveal(), Client.UNKNOWN));
        assertThat(node.letsIn(elsewhere)).isTrue();
        assertThat(events("session_ended", "refresh_token_reused")).isEqualTo(1);
    }

    @Test
    void ofTwoWhoRefreshAtOnceOneGetsATokenAndTheSessionEnds() throws Exception {
        LoggedIn in = node.login(agent());

        List<Optional<LoggedIn>> answers = Race.of(2, () -> {
            try {
                return Optional.of(other.logins.refresh(in.refreshToken().reveal(), Client.UNKNOWN));
            } catch (NotAuthenticatedException e) {
                return Optional.<LoggedIn>empty();
            }
        });

        assertThat(answers.stream().filter(Optional::isPresent)).hasSize(1);
        assertThat(other.letsIn(in)).isFalse();
    }

    @Test
    void refreshTokensAndSessionsExpire() {
        LoggedIn in = node.login(agent());
        database.clock().advance(LoginOptions.DEFAULT_REFRESH_LIFETIME);
        refused(
                "invalid_refresh_token",
                () -> node.logins.refresh(in.refreshToken().reveal(), Client.UNKNOWN));

        LoggedIn used = node.login(agent());
        for (int day = 0; day < 28; day += 4) {
            database.clock().advance(Duration.ofDays(4));
            used = node.logins.refresh(used.refreshToken().reveal(), Client.UNKNOWN);
        }
        assertThat(used.refreshExpiresAt()).isEqualTo(database.clock().instant().plus(Duration.ofDays(2)));
        database.clock().advance(Duration.ofDays(2));
        String last = used.refreshToken().reveal();
        refused("invalid_refresh_token", () -> node.logins.refresh(last, Client.UNKNOWN));
    }

    @Test
    void nonsenseIsNoRefreshToken() {
        LoggedIn in = node.login(agent());
        String token = in.refreshToken().reveal();
        for (String wrong : List.of(
                "",
                "idr_",
                token + "A",
                token.substring(0, token.length() - 3) + "AAA",
                "idl_" + token.substring(4),
                "idr_" + "*".repeat(86))) {
            refused("invalid_refresh_token", () -> node.logins.refresh(wrong, Client.UNKNOWN));
        }
        assertThat(node.logins.refresh(token, Client.UNKNOWN).session()).isEqualTo(in.session());
    }

    @Test
    void noTokenNorPasswordIsStored() throws Exception {
        LoggedIn in = node.login(agent());
        String dump = dump();

        assertThat(dump).contains(in.session().toString()).contains("$argon2id$");
        String refresh = in.refreshToken().reveal();
        assertThat(dump)
                .doesNotContain(PASSWORD, in.accessToken().reveal(), refresh)
                .doesNotContain(hex(java.util.Base64.getUrlDecoder().decode(refresh.substring(4)))
                        .substring(64));
    }

    @Test
    void whatIsEndedOnOneNodeIsSeenByTheOtherWithinTheTimeStated() {
        LoggedIn in = node.login(agent());
        assertThat(other.letsIn(in)).isTrue();

        node.logins.logout(in.refreshToken().reveal(), Client.UNKNOWN);

        assertThat(node.letsIn(in)).as("at once on the node itself").isFalse();
        await().atMost(LoginOptions.REVOCATION_SEEN_WITHIN.plusSeconds(1)).until(() -> !other.letsIn(in));
        refused(
                "invalid_refresh_token",
                () -> other.logins.refresh(in.refreshToken().reveal(), Client.UNKNOWN));
        node.logins.logout(in.refreshToken().reveal(), Client.UNKNOWN);
        node.logins.logout("nonsense", Client.UNKNOWN);
    }

    @Test
    void agentsSeeAndEndTheirOwnSessionsOnly() {
        Agent grace = agent();
        LoggedIn here = node.login(grace);
        LoggedIn there = node.login(grace);
        LoggedIn strangers = node.login(agent());

        assertThat(node.desk(here).account().sessions())
                .extracting(Session::id)
                .containsExactly(there.session(), here.session());
        assertThat(node.desk(here).account().currentSession()).isEqualTo(here.session());
        assertThatThrownBy(() -> node.desk(here).account().endSession(strangers.session()))
                .isInstanceOf(NotFoundException.class);
        node.desk(here).account().endSession(there.session());
        assertThat(node.letsIn(there)).isFalse();
        assertThat(node.letsIn(here)).isTrue();
        assertThat(node.letsIn(strangers)).isTrue();

        LoggedIn again = node.login(grace);
        assertThat(node.desk(here).account().endAllSessions()).isEqualTo(2);
        assertThat(node.letsIn(here)).isFalse();
        assertThat(node.letsIn(again)).isFalse();
    }

    /** A token that leaks must not be enough to take the account over. */
    @Test
    void anApiTokenMayDoNothingWithItsAgentsLogin() {
        Agent grace = agent();
        String token = node.system()
                .apiTokens()
                .create(NewApiToken.of("grace's", grace.id(), Role.ADMIN))
                .secret()
                .reveal();
        Desk desk = node.insightDesk.desk(node.insightDesk.authenticate(token).orElseThrow());

        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> desk.account().sessions(),
                () -> desk.account().endAllSessions(),
                () -> desk.account().secondFactor(),
                () -> desk.account().verifyEmail(),
                () -> desk.account().changePassword(PASSWORD, "fünf grüne Esel im Schnee"))) {
            assertThatThrownBy(call).isInstanceOf(AccessDeniedException.class);
        }
    }

    @Test
    void aChangedPasswordEndsTheOtherSessions() {
        Agent grace = agent();
        LoggedIn here = node.login(grace);
        LoggedIn there = node.login(grace);
        String wanted = "fünf grüne Esel im Schnee";

        assertThatThrownBy(() -> node.desk(here).account().changePassword("wrong", wanted))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("not the present password");
        assertThatThrownBy(() -> node.desk(here).account().changePassword(PASSWORD, "password1234"))
                .isInstanceOf(InvalidInputException.class);
        node.desk(here).account().changePassword(PASSWORD, wanted);

        assertThat(node.letsIn(here)).isTrue();
        assertThat(node.letsIn(there)).isFalse();
        refused("invalid_credentials", () -> login(grace.email(), PASSWORD));
        assertThat(login(grace.email(), wanted)).isInstanceOf(LoggedIn.class);
    }

    @Test
    void whoHasASessionCannotGuessThePasswordByChangingIt() {
        LoggedIn in = node.login(agent());
        Desk desk = node.desk(in);
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> desk.account().changePassword("wrong", "fünf grüne Esel im Schnee"))
                    .isInstanceOf(InvalidInputException.class);
        }
        assertThatThrownBy(() -> desk.account().changePassword(PASSWORD, "fünf grüne Esel im Schnee"))
                .isInstanceOf(LimitReachedException.class);
    }

    @Test
    void anAgentWhoIsMadeInactiveIsOutAndStaysOut() {
        Agent grace = agent();
        LoggedIn in = node.login(grace);
        node.system()
                .agents()
                .change(grace.id(), null, AgentChange.builder().active(false).build());

        refused(
                "invalid_refresh_token",
                () -> node.logins.refresh(in.refreshToken().reveal(), Client.UNKNOWN));
        await().atMost(LoginOptions.REVOCATION_SEEN_WITHIN.plusSeconds(1)).until(() -> !node.letsIn(in));
    }

    @Test
    void aHashOfOlderParametersIsMadeAnewByALogin() throws Exception {
        Agent grace = agent();
        String weak = new PasswordHasher(new PasswordHasher.Cost(64, 1, 1), new SecureRandom()).hash(PASSWORD);
        database.execute("update insightdesk.login_credential set password_hash = '" + weak + "' where agent_id = '"
                + grace.id() + "'");

        LoggedIn unused = node.login(grace);

        assertThat(dump()).doesNotContain(weak);
        assertThat(login(grace.email(), PASSWORD)).isInstanceOf(LoggedIn.class);
    }

    /** All were right; that one of them has made the hash anew meanwhile says nothing against the others. */
    @Test
    void ofSeveralWhoseHashIsMadeAnewAtOnceEachIsLetIn() throws Exception {
        Agent grace = agent();
        String weak = new PasswordHasher(new PasswordHasher.Cost(64, 1, 1), new SecureRandom()).hash(PASSWORD);
        database.execute("update insightdesk.login_credential set password_hash = '" + weak + "' where agent_id = '"
                + grace.id() + "'");

        List<LoginAnswer> answers = Race.of(4, () -> login(grace.email(), PASSWORD));

        assertThat(answers).hasSize(4).allMatch(LoggedIn.class::isInstance);
        assertThat(dump()).doesNotContain(weak);
    }

    @Test
    void onlyTheNetworkOfAnAddressOfIpv6IsCounted() {
        int looked = 0;
        for (int i = 0; i < 40; i++) {
            String email = "visitor" + i + "@example.com";
            Client client = new Client("2001:db8:0:1::" + Integer.toHexString(i + 1), null, null);
            if (catchThrowable(() -> node.logins.login(node.tenant(), email, "wrong", client))
                    instanceof NotAuthenticatedException) {
                looked++;
            }
        }
        assertThat(looked).isEqualTo(30);
        refused(
                "invalid_credentials",
                () -> node.logins.login(
                        node.tenant(), "visitor99@example.com", "wrong", new Client("2001:db8:0:2::1", null, null)));
    }

    @Test
    void nobodySetsThePasswordOfSomebodyWhoMayMore() {
        Agent admin = node.agent("admin" + ++agents + "@example.com", Role.ADMIN);
        Agent grace = agent();
        Desk asAdmin = node.insightDesk.tenant(database.tenant()).as(admin.actor());
        Desk asAgent = node.insightDesk.tenant(database.tenant()).as(grace.actor());

        assertThatThrownBy(() -> asAgent.agentLogins().setPassword(admin.id(), "fünf grüne Esel im Schnee"))
                .isInstanceOf(AccessDeniedException.class);
        LoggedIn in = node.login(grace);
        asAdmin.agentLogins().setPassword(grace.id(), "fünf grüne Esel im Schnee");
        assertThat(node.letsIn(in)).isFalse();
        assertThat(asAdmin.agentLogins().endSessions(grace.id())).isZero();
    }

    @Test
    void anotherTenantsSessionsDoNotExist() {
        Agent grace = agent();
        LoggedIn in = node.login(grace);
        Desk elsewhere = node.insightDesk.tenant(database.newTenant()).as(io.insightdesk.event.Actor.system());

        assertThatThrownBy(() -> elsewhere.agentLogins().sessions(grace.id())).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> elsewhere.agentLogins().endSessions(grace.id()))
                .isInstanceOf(NotFoundException.class);
        String slug = node.insightDesk.tenants().get(elsewhere.tenant()).slug();
        refused("invalid_credentials", () -> node.logins.login(slug, grace.email(), PASSWORD, Client.UNKNOWN));
        assertThat(node.letsIn(in)).isTrue();
    }

    @Test
    void aForgeryTokenIsOfOneSession() {
        LoggedIn in = node.login(agent());
        String token = node.logins.csrfToken(in.session());

        assertThat(other.logins.isCsrfToken(in.session(), token)).isTrue();
        assertThat(other.logins.isCsrfToken(node.login(agent()).session(), token))
                .isFalse();
        assertThat(other.logins.isCsrfToken(in.session(), "")).isFalse();
        assertThat(other.logins.isCsrfToken(in.session(), "&")).isFalse();
        assertThat(node.logins.sessionOf(in.refreshToken().reveal())).contains(in.session());
    }

    private static int events(String type, String reason) {
        return Integer.parseInt(text("select count(*)::text from insightdesk.event where type = '" + type
                + "' and payload ->> 'reason' = '" + reason + "'"));
    }

    private static String dump() {
        return text("select string_agg(t, ' ') from ("
                + "select c::text from insightdesk.login_credential c union all select s::text from insightdesk.login_session s "
                + "union all select r::text from insightdesk.login_refresh_token r union all select e::text from insightdesk.event e "
                + "union all select a::text from insightdesk.login_attempt a) as all_of (t)");
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }

    private static String text(String sql) {
        try (Connection connection = database.admin().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
