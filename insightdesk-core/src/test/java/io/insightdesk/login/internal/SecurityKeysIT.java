package io.insightdesk.login.internal;

import static io.insightdesk.login.internal.LoginNode.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InsightDeskException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.LimitReachedException;
import io.insightdesk.error.NotAuthenticatedException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.error.Violation;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.internal.Json;
import io.insightdesk.login.Client;
import io.insightdesk.login.KeyOptions;
import io.insightdesk.login.LoggedIn;
import io.insightdesk.login.LoginAnswer;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.RelyingParty;
import io.insightdesk.login.SecurityKey;
import io.insightdesk.login.SecurityKeyId;
import io.insightdesk.login.SecurityKeys;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.Race;
import io.insightdesk.testing.SoftwareKey;
import io.insightdesk.testing.TestDatabase;
import java.net.URI;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.util.encoders.Base32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Security keys on two nodes, with keys made by the test. */
class SecurityKeysIT {

    private static final String ORIGIN = "https://desk.example.com";
    private static final RelyingParty PARTY = RelyingParty.of(URI.create(ORIGIN + "/console"), "Example desk");
    private static final TestDatabase database = TestDatabase.fresh();
    private static final LoginNode node = new LoginNode(database, options -> options.securityKeys(PARTY), null);
    private static final LoginNode other = new LoginNode(database, options -> options.securityKeys(PARTY), null);
    private static final AtomicInteger agents = new AtomicInteger();

    @AfterAll
    static void end() {
        node.close();
        other.close();
        database.close();
    }

    private static Agent agent() {
        return node.agent("agent" + agents.incrementAndGet() + "@example.com", Role.AGENT);
    }

    private static SecurityKeys keys(LoggedIn who) {
        return node.desk(who).account().securityKeys();
    }

    /** Adds the first key. */
    private static SecurityKeys.Added add(LoggedIn who, SoftwareKey key) {
        return keys(who).finish("Key", key.make(keys(who).begin(PASSWORD, null).json()));
    }

    private static SoftwareKey keyOf(Agent agent) {
        SoftwareKey key = SoftwareKey.at(ORIGIN);
        add(node.login(agent), key);
        return key;
    }

    private static LoginAnswer.SecondFactorNeeded half(Agent agent) {
        return (LoginAnswer.SecondFactorNeeded)
                node.logins.login(node.tenant(), agent.email(), PASSWORD, Client.UNKNOWN);
    }

    private static String challenge(Agent agent) {
        return half(agent).challenge().reveal();
    }

    private static KeyOptions ask(String challenge) {
        return node.logins.beginKey(challenge, Client.UNKNOWN);
    }

    private static LoggedIn answer(String challenge, String credential) {
        return node.logins.confirmWithKey(challenge, credential, Client.UNKNOWN);
    }

    private static LoggedIn login(Agent agent, SoftwareKey key) {
        String challenge = challenge(agent);
        return answer(challenge, key.use(ask(challenge).json()));
    }

    /** A code for who is logged in, by the own key. */
    private static String prove(LoggedIn who, SoftwareKey key) {
        return keys(who).prove(key.use(keys(who).beginProof().json())).reveal();
    }

    private static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        NotAuthenticatedException.class,
                        e -> assertThat(e.code()).isEqualTo(code));
    }

    private static void invalid(String pointer, String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.violations())
                                .extracting(Violation::pointer, Violation::code)
                                .containsExactly(org.assertj.core.groups.Tuple.tuple(pointer, code)));
    }

    private static void conflict(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ConflictException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static int events(String type, Agent agent, String part) {
        try (Connection connection = database.admin().getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "select count(*) from insightdesk.event where type = ? and payload ->> 'agentId' = ? and payload::text like ?")) {
            statement.setString(1, type);
            statement.setString(2, agent.id().toString());
            statement.setString(3, "%" + part + "%");
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] handle(Agent agent) {
        UUID id = agent.id().value();
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    @ParameterizedTest
    @EnumSource(
            value = SoftwareKey.Algorithm.class,
            names = {"ES256", "EDDSA", "RS256"})
    void aKeyIsASecondFactor(SoftwareKey.Algorithm algorithm) {
        Agent grace = agent();
        LoggedIn first = node.login(grace);
        LoggedIn elsewhere = node.login(grace);
        SoftwareKey key = SoftwareKey.at(ORIGIN, algorithm);
        JsonNode options = Json.read(keys(first).begin(PASSWORD, null).json(), JsonNode.class);
        assertThat(options.at("/rp/id").asText()).isEqualTo("desk.example.com");
        assertThat(options.at("/attestation").asText()).isEqualTo("none");
        assertThat(options.at("/user/id").asText())
                .isEqualTo(Base64.getUrlEncoder().withoutPadding().encodeToString(handle(grace)));

        SecurityKeys.Added added = keys(first).finish(" Blue one ", key.make(options.toString()));

        assertThat(added.recoveryCodes()).hasSize(10);
        assertThat(added.key().name()).isEqualTo("Blue one");
        assertThat(added.key().transports()).containsExactlyInAnyOrder("usb", "nfc");
        assertThat(added.key().usedAt()).isNull();
        assertThat(keys(first).list()).containsExactly(added.key());
        assertThat(node.letsIn(first)).isTrue();
        assertThat(node.letsIn(elsewhere)).as("a session without it").isFalse();
        assertThat(events("second_factor_added", grace, added.key().id().toString()))
                .isEqualTo(1);

        LoginAnswer.SecondFactorNeeded half = half(grace);
        assertThat(half.methods()).containsExactlyInAnyOrder("security_key", "recovery_code");
        JsonNode asked = Json.read(ask(half.challenge().reveal()).json(), JsonNode.class);
        assertThat(asked.at("/allowCredentials/0/id").asText()).isEqualTo(key.id());
        key.userHandle = handle(grace);
        LoggedIn in = answer(half.challenge().reveal(), key.use(asked.toString()));

        assertThat(in.agent()).isEqualTo(grace.id());
        assertThat(node.desk(in).account().sessions())
                .allSatisfy(session -> assertThat(session.secondFactor()).isTrue());
        assertThat(keys(in).list())
                .extracting(SecurityKey::usedAt)
                .containsExactly(database.clock().instant());
        assertThat(node.logins
                        .confirm(challenge(grace), added.recoveryCodes().get(0), Client.UNKNOWN)
                        .agent())
                .isEqualTo(grace.id());
    }

    /** Two nodes: what one asks, another can be answered; once. */
    @Test
    void optionsOfOneNodeAreAnsweredAtAnotherAndOnce() {
        Agent grace = agent();
        LoggedIn first = node.login(grace);
        SoftwareKey key = SoftwareKey.at(ORIGIN);
        String made = key.make(keys(first).begin(PASSWORD, null).json());
        SecurityKeys there = other.desk(first).account().securityKeys();
        there.finish("Key", made);
        invalid("/credential", "wrong_key", () -> keys(first).finish("Again", made));

        String challenge = challenge(grace);
        String used = key.use(ask(challenge).json());
        LoggedIn in = other.logins.confirmWithKey(challenge, used, Client.UNKNOWN);

        assertThat(in.agent()).isEqualTo(grace.id());
        refused("invalid_challenge", () -> answer(challenge, used));
        String later = challenge(grace);
        refused("invalid_key", () -> answer(later, used));
        KeyOptions asked = ask(later);
        refused("invalid_key", () -> answer(later, used));
        refused("invalid_key", () -> answer(later, key.use(asked.json())));
        assertThat(events("login_failed", grace, "security_key")).isEqualTo(3);
    }

    @Test
    void ofTwoWhoAnswerAtOnceOneIsLetIn() throws Exception {
        Agent grace = agent();
        SoftwareKey key = keyOf(grace);
        String challenge = challenge(grace);
        String used = key.use(ask(challenge).json());

        List<Boolean> in = Race.of(4, () -> {
            try {
                return answer(challenge, used).agent() != null;
            } catch (NotAuthenticatedException e) {
                return false;
            }
        });

        assertThat(in).containsOnlyOnce(true);
    }

    /** THREATS: a page that looks like ours, a key of somebody else, an answer to something else: all of it with a signature that is right. */
    @Test
    void whatIsWrongWithAnAnswerRefusesIt() {
        List<Consumer<SoftwareKey>> wrongs = List.of(
                key -> key.origin = "https://desk.example.com.evil.example",
                key -> key.origin = "http://desk.example.com",
                key -> key.origin = "https://desk.example.com:8443",
                key -> key.rpId = "evil.example",
                key -> key.challenge = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                key -> key.challenge = "",
                key -> key.type = "webauthn.get.x",
                key -> key.topOrigin = "https://evil.example",
                key -> key.flags = 0);
        for (int i = 0; i < wrongs.size(); i++) {
            Agent grace = agent();
            LoggedIn first = node.login(grace);
            SoftwareKey key = SoftwareKey.at(ORIGIN);
            SoftwareKey wrong = SoftwareKey.at(ORIGIN);
            wrongs.get(i).accept(wrong);
            String made = wrong.make(keys(first).begin(PASSWORD, null).json());
            invalid("/credential", "wrong_key", () -> keys(first).finish("Key", made));
            assertThat(keys(first).list()).as("wrong %s", i).isEmpty();

            add(first, key);
            wrongs.get(i).accept(key);
            String challenge = challenge(grace);
            String used = key.use(ask(challenge).json());
            refused("invalid_key", () -> answer(challenge, used));
            String proof = key.use(keys(first).beginProof().json());
            invalid("/credential", "wrong_key", () -> keys(first).prove(proof));
        }
    }

    @Test
    void aKeyThatIsMadeIsNotOneThatIsUsed() {
        Agent grace = agent();
        SoftwareKey key = keyOf(grace);
        key.type = "webauthn.create";
        refused("invalid_key", () -> login(grace, key));
    }

    /** WebAuthn allows algorithms that nobody asked for only to those who do not look. */
    @Test
    void anAlgorithmThatWasNotAskedForIsRefused() {
        LoggedIn in = node.login(agent());
        SoftwareKey key = SoftwareKey.at(ORIGIN, SoftwareKey.Algorithm.ES384);
        invalid("/credential", "wrong_key", () -> add(in, key));
    }

    @Test
    void onlyTheAgentsOwnKeysLetIn() {
        Agent grace = agent();
        SoftwareKey graces = keyOf(grace);
        Agent mallory = agent();
        SoftwareKey mallorys = keyOf(mallory);

        refused("invalid_key", () -> login(grace, mallorys));
        refused("invalid_key", () -> login(grace, graces.forged()));
        graces.userHandle = handle(mallory);
        refused("invalid_key", () -> login(grace, graces));
        graces.userHandle = null;
        assertThat(login(grace, graces).agent()).isEqualTo(grace.id());

        LoggedIn theirs = node.login(agent());
        conflict("security_key_exists", () -> add(theirs, graces));
        assertThatThrownBy(() -> keys(theirs).rename(keyId(grace, graces), "Mine"))
                .isInstanceOf(NotFoundException.class);
    }

    private static SecurityKeyId keyId(Agent agent, SoftwareKey key) {
        return keys(login(agent, key)).list().get(0).id();
    }

    /** A challenge of one session or login is nobody else's to answer. */
    @Test
    void whatWasAskedOfOneLoginIsNotAnsweredInAnother() {
        Agent grace = agent();
        SoftwareKey key = keyOf(grace);
        String one = challenge(grace);
        String two = challenge(grace);
        KeyOptions ofOne = ask(one);
        ask(two);
        refused("invalid_key", () -> answer(two, key.use(ofOne.json())));
        assertThat(answer(one, key.use(ofOne.json())).agent()).isEqualTo(grace.id());

        LoggedIn here = login(grace, key);
        LoggedIn there = login(grace, key);
        KeyOptions ofHere = keys(here).beginProof();
        keys(there).beginProof();
        invalid("/credential", "wrong_key", () -> keys(there).prove(key.use(ofHere.json())));
        String code = prove(here, key);
        invalid(
                "/code",
                "wrong_code",
                () -> keys(there).remove(keys(there).list().get(0).id(), code));
        String asked = keys(here).beginProof().json();
        String waiting = challenge(grace);
        ask(waiting);
        refused("invalid_key", () -> answer(waiting, key.use(asked)));
    }

    /** THREATS: other tenant. The same person with the same key, and an agent of there with the name of one of here. */
    @Test
    void aKeyOfOneTenantIsNoKeyOfAnother() {
        Agent grace = agent();
        SoftwareKey key = keyOf(grace);
        TenantId there = database.newTenant();
        var system = node.insightDesk.tenant(there).as(Actor.system());
        Agent theirs = system.agents().create(NewAgent.of("Grace Hopper", grace.email(), Role.AGENT));
        system.agentLogins().setPassword(theirs.id(), PASSWORD);
        String slug = node.insightDesk.tenants().get(there).slug();
        LoggedIn in = (LoggedIn) node.logins.login(slug, theirs.email(), PASSWORD, Client.UNKNOWN);
        SoftwareKey second = SoftwareKey.at(ORIGIN);
        add(in, second);

        LoginAnswer.SecondFactorNeeded half =
                (LoginAnswer.SecondFactorNeeded) node.logins.login(slug, theirs.email(), PASSWORD, Client.UNKNOWN);
        String challenge = half.challenge().reveal();
        refused("invalid_key", () -> answer(challenge, key.use(ask(challenge).json())));
        SecurityKeyId graces = keyId(grace, key);
        assertThatThrownBy(() -> keys(in).rename(graces, "Mine")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> keys(in).remove(graces, "x")).isInstanceOf(NotFoundException.class);
        assertThat(keys(in).list()).hasSize(1).noneMatch(each -> each.id().equals(graces));
    }

    /** THREATS: a cloned key. The count of signatures goes on, or there are two of them. */
    @Test
    void aCountThatGoesBackIsRefusedAndWrittenDown() {
        Agent grace = agent();
        SoftwareKey key = keyOf(grace);
        key.counter = 40;
        LoggedIn in = login(grace, key);

        key.counter = 39;
        refused("invalid_key", () -> login(grace, key));
        key.counter = 40;
        refused("invalid_key", () -> login(grace, key));
        key.counter = 0;
        invalid("/credential", "wrong_key", () -> prove(in, key));
        assertThat(events("security_key_counter_reversed", grace, "\"known\": 41"))
                .isEqualTo(3);
        assertThat(events("login_failed", grace, "security_key")).isEqualTo(2);
        key.counter = 41;
        assertThat(login(grace, key).agent()).isEqualTo(grace.id());
    }

    /** A key and its copies at once, each asked by itself: the count is compared where only one can count on. */
    @Test
    void ofAKeyAndItsCopiesThatAnswerAtOnceOneIsLetIn() throws Exception {
        Agent grace = agent();
        SoftwareKey key = keyOf(grace);
        List<String> challenges = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String challenge = challenge(grace);
            key.counter = 7;
            challenges.add(challenge);
            answers.add(key.use(ask(challenge).json()));
        }
        AtomicInteger next = new AtomicInteger();

        List<Boolean> in = Race.of(3, () -> {
            int mine = next.getAndIncrement();
            try {
                return answer(challenges.get(mine), answers.get(mine)).agent() != null;
            } catch (NotAuthenticatedException e) {
                return false;
            }
        });

        assertThat(in).containsOnlyOnce(true);
        assertThat(events("security_key_counter_reversed", grace, "")).isEqualTo(2);
    }

    /** Passkeys with copies say 0 for ever. */
    @Test
    void aKeyThatDoesNotCountIsTaken() {
        Agent grace = agent();
        LoggedIn in = node.login(grace);
        SoftwareKey key = SoftwareKey.synced(ORIGIN);
        assertThat(add(in, key).key().backedUp()).isTrue();
        assertThat(login(grace, key).agent()).isEqualTo(grace.id());
        assertThat(login(grace, key).agent()).isEqualTo(grace.id());

        key.flags = SoftwareKey.PRESENT;
        refused("invalid_key", () -> login(grace, key));
    }

    @Test
    void whatWasAskedExpires() {
        Agent grace = agent();
        LoggedIn in = node.login(grace);
        SoftwareKey key = SoftwareKey.at(ORIGIN);
        KeyOptions options = keys(in).begin(PASSWORD, null);
        assertThat(options.expiresAt()).isEqualTo(database.clock().instant().plus(LoginOptions.CHALLENGE_LIFETIME));
        database.clock().advance(LoginOptions.CHALLENGE_LIFETIME);
        invalid("/credential", "wrong_key", () -> keys(in).finish("Key", key.make(options.json())));

        add(in, key);
        LoggedIn later = login(grace, key);
        KeyOptions proof = keys(later).beginProof();
        database.clock().advance(LoginOptions.CHALLENGE_LIFETIME);
        invalid("/credential", "wrong_key", () -> keys(later).prove(key.use(proof.json())));
        String code = prove(later, key);
        SecurityKeyId id = keys(later).list().get(0).id();
        database.clock().advance(LoginOptions.CHALLENGE_LIFETIME);
        invalid("/code", "wrong_code", () -> keys(later).remove(id, code));

        String challenge = challenge(grace);
        database.clock().advance(Duration.ofMinutes(1));
        KeyOptions asked = ask(challenge);
        database.clock().advance(LoginOptions.CHALLENGE_LIFETIME.minusMinutes(1));
        refused("invalid_challenge", () -> answer(challenge, key.use(asked.json())));
        refused("invalid_challenge", () -> ask(challenge));
    }

    /** Nothing that a stranger sends ends in an error of this side. */
    @Test
    void whatCannotBeReadIsRefused() {
        Agent grace = agent();
        LoggedIn in = node.login(grace);
        SoftwareKey key = SoftwareKey.at(ORIGIN);
        for (String nonsense : List.of(
                "",
                "null",
                "[]",
                "{",
                "{}",
                "\"x\"",
                "{\"type\":\"public-key\"}",
                "[".repeat(20_000),
                "x".repeat(40_000))) {
            invalid("/credential", "invalid_value", () -> keys(in).finish("Key", nonsense));
        }
        ObjectNode made =
                (ObjectNode) Json.read(key.make(keys(in).begin(PASSWORD, null).json()), JsonNode.class);
        for (String field : List.of("clientDataJSON", "attestationObject")) {
            byte[] right =
                    Base64.getUrlDecoder().decode(made.at("/response/" + field).asText());
            for (byte[] wrong : broken(right)) {
                keys(in).begin(PASSWORD, null);
                ObjectNode sent = made.deepCopy();
                ((ObjectNode) sent.get("response")).put(field, text(wrong));
                invalid("/credential", "wrong_key", () -> keys(in).finish("Key", sent.toString()));
            }
            ObjectNode sent = made.deepCopy();
            ((ObjectNode) sent.get("response")).put(field, "*");
            invalid("/credential", "invalid_value", () -> keys(in).finish("Key", sent.toString()));
        }
        add(in, key);
        String challenge = challenge(grace);
        invalid("/credential", "invalid_value", () -> answer(challenge, "{}"));
        for (String field : List.of("clientDataJSON", "authenticatorData", "signature")) {
            ObjectNode used = (ObjectNode) Json.read(key.use(ask(challenge).json()), JsonNode.class);
            byte[] right =
                    Base64.getUrlDecoder().decode(used.at("/response/" + field).asText());
            for (byte[] wrong : broken(right)) {
                ask(challenge);
                ((ObjectNode) used.get("response")).put(field, text(wrong));
                refused("invalid_key", () -> answer(challenge, used.toString()));
                database.clock().advance(Duration.ofSeconds(4));
                database.execute("delete from insightdesk.login_attempt");
            }
        }
    }

    /** Too short, too long, and what a parser stumbles over: lengths beyond the end, deep nesting, no end. */
    private static List<byte[]> broken(byte[] right) {
        List<byte[]> all = new ArrayList<>();
        for (int length : new int[] {1, 2, right.length / 2, right.length - 1}) {
            all.add(java.util.Arrays.copyOf(right, length));
        }
        byte[] huge = right.clone();
        huge[0] = (byte) 0xbb;
        all.add(huge);
        byte[] nested = new byte[8_000];
        java.util.Arrays.fill(nested, (byte) 0x81);
        all.add(nested);
        byte[] endless = new byte[4_000];
        java.util.Arrays.fill(endless, (byte) 0x9f);
        all.add(endless);
        return all;
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Test
    void anAgentHasSoManyKeysAndNoMore() throws Exception {
        Agent grace = agent();
        LoggedIn in = node.login(grace);
        SoftwareKey first = SoftwareKey.at(ORIGIN);
        add(in, first);
        for (int i = 2; i < SecurityKeys.MAX_KEYS; i++) {
            String code = prove(in, first);
            SecurityKeys.Added more = keys(in).finish(
                            "Key " + i,
                            SoftwareKey.at(ORIGIN)
                                    .make(keys(in).begin(PASSWORD, code).json()));
            assertThat(more.recoveryCodes()).as("there are some").isEmpty();
        }
        // Of two sessions that began when there was room for one.
        List<LoggedIn> both = List.of(in, login(grace, first));
        List<String> made = new ArrayList<>();
        for (LoggedIn each : both) {
            made.add(SoftwareKey.at(ORIGIN)
                    .make(keys(each).begin(PASSWORD, prove(each, first)).json()));
        }
        AtomicInteger next = new AtomicInteger();
        List<String> ends = Race.of(2, () -> {
            int mine = next.getAndIncrement();
            try {
                keys(both.get(mine)).finish("Last", made.get(mine));
                return "added";
            } catch (LimitReachedException | io.insightdesk.error.AccessDeniedException e) {
                return e.code();
            }
        });

        assertThat(ends).containsExactlyInAnyOrder("added", "too_many_security_keys");
        LoggedIn now = login(grace, first);
        assertThat(keys(now).list()).hasSize(SecurityKeys.MAX_KEYS);
        assertThatThrownBy(() -> keys(now).begin(PASSWORD, prove(now, first)))
                .isInstanceOfSatisfying(
                        LimitReachedException.class, e -> assertThat(e.code()).isEqualTo("too_many_security_keys"));
    }

    /** OWASP ASVS 5.0, 7.5.1: who has a session and the password, but no second factor, adds none and takes none away. */
    @Test
    void aSecondFactorIsAddedAndRemovedWithOneThatIsThere() {
        Agent grace = agent();
        LoggedIn in = node.login(grace);
        SoftwareKey key = SoftwareKey.at(ORIGIN);
        invalid("/password", "wrong_password", () -> keys(in).begin("wrong", null));
        SecurityKeys.Added added = add(in, key);
        SecurityKeyId id = added.key().id();

        invalid("/code", "required", () -> keys(in).begin(PASSWORD, null));
        invalid("/code", "wrong_code", () -> keys(in).begin(PASSWORD, "123456"));
        invalid(
                "/code",
                "required",
                () -> node.desk(in).account().secondFactor().begin(PASSWORD));
        invalid("/code", "wrong_code", () -> keys(in).remove(id, "123456"));

        String code = prove(in, key);
        byte[] seed = Base32.decode(node.desk(in)
                .account()
                .secondFactor()
                .begin(PASSWORD, code)
                .seed()
                .reveal());
        invalid("/code", "wrong_code", () -> keys(in).remove(id, code));
        assertThat(node.desk(in).account().secondFactor().confirm(totp(seed)))
                .as("there are recovery codes")
                .isEmpty();
        assertThat(half(grace).methods()).containsExactlyInAnyOrder("security_key", "totp", "recovery_code");
        database.clock().advance(Duration.ofMinutes(1));
        keys(in).remove(id, totp(seed));
        assertThat(half(grace).methods()).containsExactlyInAnyOrder("totp", "recovery_code");
        conflict("no_security_key", () -> ask(challenge(grace)));
        conflict("no_security_key", () -> keys(in).beginProof());
        node.desk(in).account().secondFactor().remove(added.recoveryCodes().get(0));
        assertThat(node.login(grace).secondFactorMissing()).isFalse();
        assertThat(recoveryCodes(grace)).isZero();
    }

    private static String totp(byte[] seed) {
        return Totp.code(seed, Totp.step(database.clock().instant()));
    }

    private static long recoveryCodes(Agent agent) {
        return count("login_recovery_code", agent);
    }

    private static long count(String table, Agent agent) {
        try (Connection connection = database.admin().getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "select count(*) from insightdesk." + table + " where agent_id = ?")) {
            statement.setObject(1, agent.id().value());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theLastKeyTakesTheRecoveryCodesAlong() {
        Agent grace = agent();
        LoggedIn in = node.login(grace);
        SoftwareKey key = SoftwareKey.at(ORIGIN);
        SecurityKeys.Added added = add(in, key);
        List<String> renewed = node.desk(in).account().secondFactor().renewRecoveryCodes(prove(in, key));
        refused(
                "invalid_code",
                () -> node.logins.confirm(
                        challenge(grace), added.recoveryCodes().get(0), Client.UNKNOWN));
        invalid(
                "/code",
                "wrong_code",
                () -> node.desk(in).account().secondFactor().renewRecoveryCodes(renewed.get(0)));
        SecurityKey named = keys(in).rename(added.key().id(), "Red one");
        assertThat(named.name()).isEqualTo("Red one");
        invalid("/name", "too_long", () -> keys(in).rename(named.id(), "x".repeat(SecurityKeys.MAX_NAME + 1)));

        keys(in).remove(named.id(), prove(in, key));

        assertThat(recoveryCodes(grace)).isZero();
        assertThat(keys(in).list()).isEmpty();
        assertThat(node.logins.login(node.tenant(), grace.email(), PASSWORD, Client.UNKNOWN))
                .isInstanceOf(LoggedIn.class);
        assertThat(events("second_factor_removed", grace, named.id().toString()))
                .isEqualTo(1);
    }

    /** A role that asks for a second factor is satisfied by a key; until then the session may do nothing but set one up. */
    @Test
    void aKeyIsEnoughWhereASecondFactorIsAskedFor() {
        Agent grace = node.agent("admin" + agents.incrementAndGet() + "@example.com", Role.ADMIN);
        try (LoginNode strict = new LoginNode(
                database,
                options -> options.securityKeys(PARTY).secondFactorFor(Set.of(Permission.AGENT_ADMIN)),
                null)) {
            LoggedIn in = strict.login(grace);
            assertThat(in.secondFactorMissing()).isTrue();
            assertThatThrownBy(() -> strict.desk(in).agents().get(grace.id()))
                    .isInstanceOf(io.insightdesk.error.AccessDeniedException.class);
            SecurityKeys own = strict.desk(in).account().securityKeys();
            SoftwareKey key = SoftwareKey.at(ORIGIN);
            own.finish("Key", key.make(own.begin(PASSWORD, null).json()));
            assertThat(strict.desk(in).agents().get(grace.id())).isEqualTo(grace);
            LoggedIn again = login(grace, key);
            assertThat(again.secondFactorMissing()).isFalse();
            assertThat(strict.desk(again).agents().get(grace.id())).isEqualTo(grace);
        }
    }

    @Test
    void anAdministratorRemovesKeysOfWhoHasLostThem() {
        Agent lost = agent();
        SoftwareKey key = keyOf(lost);
        LoggedIn in = login(lost, key);
        keys(in).beginProof();

        node.system().agentLogins().removeAuthenticator(lost.id());

        assertThat(node.letsIn(in)).isFalse();
        assertThat(count("login_security_key", lost)).isZero();
        assertThat(count("login_key_challenge", lost)).isZero();
        assertThat(recoveryCodes(lost)).isZero();
        assertThat(node.logins.login(node.tenant(), lost.email(), PASSWORD, Client.UNKNOWN))
                .isInstanceOf(LoggedIn.class);
    }

    @Test
    void whoSendsWrongAnswersHasToWait() {
        Agent grace = agent();
        SoftwareKey key = keyOf(grace);
        SoftwareKey forged = key.forged();
        String challenge = challenge(grace);
        for (int i = 0; i < 5; i++) {
            refused(
                    "invalid_key",
                    () -> answer(challenge, forged.use(ask(challenge).json())));
        }
        KeyOptions asked = ask(challenge);
        String right = key.use(asked.json());
        assertThatThrownBy(() -> answer(challenge, right))
                .isInstanceOfSatisfying(
                        LimitReachedException.class, e -> assertThat(e.code()).isEqualTo("too_many_attempts"));
        assertThatThrownBy(() -> node.logins.confirm(challenge, "123456", Client.UNKNOWN))
                .as("codes are counted with it")
                .isInstanceOf(LimitReachedException.class);
        database.clock().advance(Duration.ofSeconds(2));
        assertThat(answer(challenge, right).agent())
                .as("what was asked is still there")
                .isEqualTo(grace.id());
    }

    /** Where they are offered no more, a key is still asked for: a setting is no way around a second factor. */
    @Test
    void whereKeysAreNotOfferedOnlyARecoveryCodeIsLeft() {
        Agent grace = agent();
        LoggedIn in = node.login(grace);
        SoftwareKey key = SoftwareKey.at(ORIGIN);
        SecurityKeys.Added added = add(in, key);
        try (LoginNode without = new LoginNode(database)) {
            LoginAnswer.SecondFactorNeeded half = (LoginAnswer.SecondFactorNeeded)
                    without.logins.login(without.tenant(), grace.email(), PASSWORD, Client.UNKNOWN);
            String challenge = half.challenge().reveal();
            assertThat(half.methods()).containsExactly("recovery_code");
            conflict("security_keys_not_configured", () -> without.logins.beginKey(challenge, Client.UNKNOWN));
            conflict(
                    "security_keys_not_configured",
                    () -> without.logins.confirmWithKey(challenge, "{}", Client.UNKNOWN));
            LoggedIn there =
                    without.logins.confirm(challenge, added.recoveryCodes().get(0), Client.UNKNOWN);
            SecurityKeys own = without.desk(there).account().securityKeys();
            conflict("security_keys_not_configured", () -> own.begin(PASSWORD, "x"));
            conflict("security_keys_not_configured", own::beginProof);
            own.remove(own.list().get(0).id(), added.recoveryCodes().get(1));
            assertThat(own.list()).isEmpty();
        }
    }

    @Test
    void noChallengeNorCodeIsStored() throws Exception {
        Agent grace = agent();
        SoftwareKey key = keyOf(grace);
        LoggedIn in = login(grace, key);
        String asked = Json.read(keys(in).beginProof().json(), JsonNode.class)
                .at("/challenge")
                .asText();
        byte[] secret = Base64.getUrlDecoder().decode(asked);
        assertThat(secret).hasSize(32);
        assertThat(stored(grace)).hasSize(1).doesNotContain(secret);
        String code = prove(in, key);
        byte[] token = Base64.getUrlDecoder().decode(code.substring("idp_".length()));
        assertThat(stored(grace)).hasSize(1).doesNotContain(java.util.Arrays.copyOfRange(token, 32, 64));

        database.clock().advance(Duration.ofHours(2));
        while (node.insightDesk.workers().runDue() > 0) {
            // A job can be followed by another.
        }
        assertThat(count("login_key_challenge", grace)).isZero();
    }

    private static List<byte[]> stored(Agent agent) throws Exception {
        List<byte[]> hashes = new ArrayList<>();
        try (Connection connection = database.admin().getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "select secret_hash from insightdesk.login_key_challenge where agent_id = ?")) {
            statement.setObject(1, agent.id().value());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    hashes.add(rows.getBytes(1));
                }
            }
        }
        return hashes;
    }

    @Test
    void errorsAreTyped() {
        LoggedIn in = node.login(agent());
        assertThatThrownBy(() -> keys(in).finish("", "{}"))
                .isInstanceOf(InsightDeskException.class)
                .isInstanceOf(InvalidInputException.class);
        refused("invalid_challenge", () -> ask("idm_nonsense"));
        refused(
                "invalid_challenge",
                () -> answer(
                        "idm_nonsense",
                        SoftwareKey.at(ORIGIN).use("{\"rpId\":\"desk.example.com\",\"challenge\":\"AAAA\"}")));
    }
}
