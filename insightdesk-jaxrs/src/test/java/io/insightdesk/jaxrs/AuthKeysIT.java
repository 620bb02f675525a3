package io.insightdesk.jaxrs;

import static io.insightdesk.jaxrs.AuthNode.PASSWORD;
import static io.insightdesk.jaxrs.AuthNode.bearer;
import static io.insightdesk.jaxrs.AuthNode.body;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.Role;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.login.RelyingParty;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.SecretsSeen;
import io.insightdesk.testing.SoftwareKey;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Security keys over HTTP, on two nodes, with keys of the test's own. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthKeysIT {
    private static final String ACME = "acme";
    private static final String PAGE = ApiFixture.PAGE;

    private final AtomicInteger agents = new AtomicInteger();

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private AuthNode node;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private AuthNode other;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private AuthNode without;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private TenantId acme;

    @BeforeAll
    void start(DataSource database) throws Exception {
        RelyingParty party = RelyingParty.of(URI.create(PAGE), "Desk");
        node = new AuthNode(database, true, null, options -> options.securityKeys(party));
        other = new AuthNode(database, true, null, options -> options.securityKeys(party));
        without = new AuthNode(database, true, null);
        acme = node.tenant(ACME);
    }

    @AfterAll
    void stop() {
        without.close();
        other.close();
        node.close();
    }

    private Agent agent() {
        return node.agent(acme, "agent" + agents.incrementAndGet() + "@acme.example", Role.AGENT);
    }

    private static void refused(Reply reply, int status, String code) {
        assertThat(reply.json().at("/code").asText()).as(reply.text()).isEqualTo(code);
        assertThat(reply.status()).isEqualTo(status);
    }

    private static void invalid(Reply reply, String pointer, String code) {
        refused(reply, 400, "invalid_input");
        assertThat(reply.json().at("/errors/0/code").asText()).as(reply.text()).isEqualTo(code);
        assertThat(reply.json().at("/errors/0/pointer").asText()).isEqualTo(pointer);
    }

    private static JsonNode good(int status, Reply reply) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        return reply.json();
    }

    private Reply as(Reply login, String verb, String path, @Nullable ObjectNode body) {
        return node.send(verb, "/auth/mfa" + path, body, "Authorization", bearer(login));
    }

    private static ObjectNode credential(String json) {
        try {
            return body().set("credential", ApiFixture.JSON.readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private Reply add(Reply login, SoftwareKey key, String name) {
        JsonNode options = good(200, as(login, "POST", "/keys/options", body().put("password", PASSWORD)));
        return as(
                login,
                "POST",
                "/keys",
                credential(key.make(options.at("/publicKey").toString())).put("name", name));
    }

    private String challenge(Agent agent) {
        JsonNode half = node.loggedIn(ACME, agent).json();
        assertThat(half.at("/status").asText()).isEqualTo("second_factor_needed");
        assertThat(half.has("accessToken")).isFalse();
        return half.at("/challenge").asText();
    }

    private String asked(AuthNode on, String challenge) {
        Reply options = on.send("POST", "/auth/login/key/options", body().put("challenge", challenge));
        return good(200, options).at("/publicKey").toString();
    }

    private static Reply answer(AuthNode on, String challenge, String credential, String... headers) {
        return on.send("POST", "/auth/login/key", credential(credential).put("challenge", challenge), headers);
    }

    private Reply login(Agent agent, SoftwareKey key) {
        String challenge = challenge(agent);
        Reply in = answer(other, challenge, key.use(asked(node, challenge)));
        good(200, in);
        return in;
    }

    private String code(Reply login, SoftwareKey key) {
        JsonNode options = good(200, as(login, "POST", "/proof/options", null));
        Reply proof = as(
                login,
                "POST",
                "/proof",
                credential(key.use(options.at("/publicKey").toString())));
        return SecretsSeen.secret(good(200, proof).at("/code").asText());
    }

    @Test
    void aKeyIsAddedUsedNamedAndRemoved() {
        Agent grace = agent();
        Reply first = node.loggedIn(ACME, grace);
        SoftwareKey key = SoftwareKey.at(PAGE);

        JsonNode added = good(201, add(first, key, "Blue"));

        String id = added.at("/key/id").asText();
        assertThat(added.at("/recoveryCodes")).hasSize(10);
        assertThat(added.at("/key/transports/0").asText()).isEqualTo("nfc");
        JsonNode half = node.loggedIn(ACME, grace).json();
        assertThat(half.at("/methods").toString()).isEqualTo("[\"recovery_code\",\"security_key\"]");
        Reply in = login(grace, key);
        assertThat(node.send("GET", "/me", null, "Authorization", bearer(in)).status())
                .isEqualTo(200);
        JsonNode list = good(200, as(in, "GET", "/keys", null));
        assertThat(list.at("/items")).hasSize(1);
        assertThat(list.at("/items/0/usedAt").isTextual()).isTrue();
        assertThat(good(200, as(in, "PATCH", "/keys/" + id, body().put("name", "Red")))
                        .at("/name")
                        .asText())
                .isEqualTo("Red");
        assertThat(good(200, as(in, "PATCH", "/keys/" + id, body())).at("/name").asText())
                .isEqualTo("Red");
        invalid(as(in, "PATCH", "/keys/" + id, body().put("name", "x".repeat(101))), "/name", "too_long");

        invalid(as(in, "POST", "/keys/options", body().put("password", PASSWORD)), "/code", "required");
        invalid(as(in, "POST", "", body().put("password", PASSWORD)), "/code", "required");
        assertThat(good(200, as(in, "POST", "", body().put("password", PASSWORD).put("code", code(in, key))))
                        .at("/seed")
                        .isTextual())
                .isTrue();
        String code = code(in, key);
        JsonNode renewed = good(200, as(in, "POST", "/recovery-codes", body().put("code", code)));
        assertThat(renewed.at("/recoveryCodes")).hasSize(10);
        invalid(as(in, "POST", "/keys/" + id + "/remove", body().put("code", code)), "/code", "wrong_code");
        assertThat(as(in, "POST", "/keys/" + id + "/remove", body().put("code", code(in, key)))
                        .status())
                .isEqualTo(204);
        assertThat(node.loggedIn(ACME, grace).json().at("/status").asText()).isEqualTo("logged_in");
        refused(as(in, "PATCH", "/keys/" + id, body().put("name", "Gone")), 404, "security_key_not_found");
        refused(as(in, "PATCH", "/keys/nonsense", body().put("name", "Gone")), 404, "security_key_not_found");
        refused(as(in, "POST", "/proof/options", null), 409, "no_security_key");
    }

    @Test
    void anAnswerIsGoodOnceAndNonsenseIsNone() {
        Agent grace = agent();
        SoftwareKey key = SoftwareKey.at(PAGE);
        Reply first = node.loggedIn(ACME, grace);
        good(201, add(first, key, "Blue"));
        String challenge = challenge(grace);
        String used = key.use(asked(node, challenge));
        good(200, answer(node, challenge, used));
        refused(answer(other, challenge, used), 401, "invalid_challenge");
        String next = challenge(grace);
        refused(answer(node, next, used), 401, "invalid_key");
        invalid(answer(node, next, "{}"), "/credential", "invalid_value");
        invalid(
                node.send(
                        "POST", "/auth/login/key", body().put("challenge", next).put("credential", "x")),
                "/credential",
                "wrong_type");
        invalid(node.send("POST", "/auth/login/key", body().put("challenge", next)), "/credential", "required");
        ObjectNode broken = credential(key.use(asked(node, next))).put("challenge", next);
        ((ObjectNode) broken.at("/credential/response")).put("authenticatorData", "n5-fn5-fn5-fn58");
        refused(node.send("POST", "/auth/login/key", broken), 401, "invalid_key");
        SoftwareKey elsewhere = SoftwareKey.at(PAGE);
        elsewhere.origin = "https://desk.example.com.evil.example";
        Reply stranger = node.loggedIn(ACME, agent());
        invalid(add(stranger, elsewhere, "Blue"), "/credential", "wrong_key");
        refused(add(stranger, key, "Mine"), 409, "security_key_exists");
    }

    /** A page that keeps its tokens in cookies logs in with a key, too; a stranger's page does not. */
    @Test
    void aPageOfTheServersOwnGetsCookies() {
        Agent grace = agent();
        SoftwareKey key = SoftwareKey.at(PAGE);
        good(201, add(node.loggedIn(ACME, grace), key, "Blue"));
        String challenge = challenge(grace);
        ObjectNode sent = credential(key.use(asked(node, challenge)))
                .put("challenge", challenge)
                .put("cookies", true);

        refused(
                node.send("POST", "/auth/login/key", sent, "Origin", "https://evil.example"),
                403,
                "origin_not_allowed");
        Reply in = node.send("POST", "/auth/login/key", sent, "Origin", node.server.address());

        JsonNode answer = good(200, in);
        assertThat(answer.has("accessToken")).isFalse();
        assertThat(answer.at("/csrfToken").isTextual()).isTrue();
        assertThat(in.headers().allValues("Set-Cookie")).hasSize(3);
    }

    @Test
    void whereKeysAreNotOfferedThatIsSaid() {
        Agent grace = agent();
        Reply in = node.loggedIn(ACME, grace);
        String token = bearer(in);
        refused(
                without.send(
                        "POST", "/auth/mfa/keys/options", body().put("password", PASSWORD), "Authorization", token),
                409,
                "security_keys_not_configured");
        assertThat(without.send("GET", "/auth/mfa/keys", null, "Authorization", token)
                        .json()
                        .at("/items"))
                .isEmpty();
        refused(
                without.send("POST", "/auth/login/key/options", body().put("challenge", "idm_x")),
                409,
                "security_keys_not_configured");
    }

    @Test
    void anAdministratorRemovesTheKeysOfWhoHasLostThem() {
        Agent lost = agent();
        good(201, add(node.loggedIn(ACME, lost), SoftwareKey.at(PAGE), "Lost"));
        Reply admin = node.loggedIn(ACME, node.agent(acme, "admin@acme.example", Role.ADMIN));

        Reply removed =
                node.send("DELETE", "/agents/" + lost.id() + "/login/mfa", null, "Authorization", bearer(admin));

        assertThat(removed.status()).as(removed.text()).isEqualTo(204);
        assertThat(node.loggedIn(ACME, lost).json().at("/status").asText()).isEqualTo("logged_in");
    }
}
