package io.insightdesk.jaxrs;

import static io.insightdesk.jaxrs.AuthNode.PASSWORD;
import static io.insightdesk.jaxrs.AuthNode.bearer;
import static io.insightdesk.jaxrs.AuthNode.body;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.Role;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.SecretsSeen;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Second factors over HTTP, with an authenticator of the test's own. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthMfaIT {
    private static final String ACME = "acme";
    private static final long STEP_SECONDS = 30;

    private AuthNode node;
    private TenantId acme;

    @BeforeAll
    void start(DataSource database) throws Exception {
        node = new AuthNode(database, true, null);
        acme = node.tenant(ACME);
    }

    @AfterAll
    void stop() {
        node.close();
    }

    private static void refused(Reply reply, int status, String code) {
        assertThat(reply.json().at("/code").asText()).as(reply.text()).isEqualTo(code);
        assertThat(reply.status()).isEqualTo(status);
    }

    private static long now() {
        return Clock.systemUTC().instant().getEpochSecond() / STEP_SECONDS;
    }

    /** The code of a step, as RFC 6238 has it. */
    private static String code(String seed, long step) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(base32(seed), "RAW"));
        byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(step).array());
        int number = ByteBuffer.wrap(hash).getInt(hash[19] & 0xf) & Integer.MAX_VALUE;
        return String.format(Locale.ROOT, "%06d", number % 1_000_000);
    }

    private static byte[] base32(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int bits = 0;
        int buffer = 0;
        for (char c : text.replace("=", "").toCharArray()) {
            buffer = (buffer << 5 | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c)) & 0xffff;
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                bytes.write(buffer >> bits);
            }
        }
        return bytes.toByteArray();
    }

    private Reply mfa(String path, String field, String value, Reply login) {
        return node.send("POST", "/auth/mfa" + path, body().put(field, value), "Authorization", bearer(login));
    }

    private String begin(Reply login) {
        Reply begun = mfa("", "password", PASSWORD, login);
        assertThat(begun.status()).as(begun.text()).isEqualTo(200);
        String seed = SecretsSeen.secret(begun.json().at("/seed").asText());
        assertThat(begun.json().at("/uri").asText())
                .startsWith("otpauth://totp/")
                .contains("secret=" + seed);
        return seed;
    }

    private String challenge(Agent agent) {
        Reply half = node.loggedIn(ACME, agent);
        assertThat(half.json().at("/status").asText()).isEqualTo("second_factor_needed");
        assertThat(half.json().has("accessToken")).isFalse();
        assertThat(half.json().at("/methods")).hasSize(2);
        return half.json().at("/challenge").asText();
    }

    private Reply second(String challenge, String code) {
        return node.send(
                "POST", "/auth/login/code", body().put("challenge", challenge).put("code", code));
    }

    @Test
    void aCodeIsNeededAndGoodOnce() throws Exception {
        Agent grace = node.agent(acme, "grace@acme.example", Role.AGENT);
        Reply in = node.loggedIn(ACME, grace);
        refused(mfa("/confirm", "code", "123456", in), 409, "no_authenticator");
        assertThat(mfa("", "password", "wrong", in).json().at("/errors/0/code").asText())
                .isEqualTo("wrong_password");
        String seed = begin(in);
        assertThat(node.loggedIn(ACME, grace).json().at("/status").asText())
                .as("not asked for before it is confirmed")
                .isEqualTo("logged_in");
        long step = now();

        Reply confirmed = mfa("/confirm", "code", code(seed, step), in);

        assertThat(confirmed.status()).as(confirmed.text()).isEqualTo(200);
        JsonNode recovery = confirmed.json().at("/recoveryCodes");
        assertThat(recovery).hasSize(10);
        String challenge = challenge(grace);
        refused(second(challenge, "000000x"), 401, "invalid_code");
        refused(second(challenge, code(seed, step)), 401, "invalid_code");
        refused(
                second(challenge.substring(0, challenge.length() - 4) + "AAAA", code(seed, step + 1)),
                401,
                "invalid_challenge");
        Reply whole = second(challenge, code(seed, step + 1));
        assertThat(whole.status()).as(whole.text()).isEqualTo(200);
        assertThat(node.send("GET", "/me", null, "Authorization", bearer(whole)).status())
                .isEqualTo(200);
        refused(second(challenge, recovery.get(0).asText()), 401, "invalid_challenge");

        assertThat(second(challenge(grace), recovery.get(0).asText().toLowerCase(Locale.ROOT))
                        .status())
                .isEqualTo(200);
        refused(second(challenge(grace), recovery.get(0).asText()), 401, "invalid_code");
        assertThat(mfa("/recovery-codes", "code", recovery.get(1).asText(), whole)
                        .json()
                        .at("/errors/0/code")
                        .asText())
                .as("a recovery code does not make others")
                .isEqualTo("wrong_code");
        refused(mfa("", "password", PASSWORD, whole), 409, "authenticator_exists");
        assertThat(mfa("/remove", "code", recovery.get(1).asText(), whole).status())
                .isEqualTo(204);
        assertThat(node.loggedIn(ACME, grace).json().at("/status").asText()).isEqualTo("logged_in");
    }

    /** Of two set-ups that were begun, only the one that was begun last can be confirmed. */
    @Test
    void aCodeConfirmsItsOwnSeedOnly() throws Exception {
        Reply in = node.loggedIn(ACME, node.agent(acme, "two@acme.example", Role.AGENT));
        String first = begin(in);
        String second = begin(in);

        assertThat(mfa("/confirm", "code", code(first, now()), in)
                        .json()
                        .at("/errors/0/code")
                        .asText())
                .isEqualTo("wrong_code");
        assertThat(mfa("/confirm", "code", code(second, now()), in).status()).isEqualTo(200);
    }

    @Test
    void anAdministratorHelpsWhoHasLostTheAuthenticator() throws Exception {
        Agent lost = node.agent(acme, "lost@acme.example", Role.AGENT);
        Reply in = node.loggedIn(ACME, lost);
        String seed = begin(in);
        assertThat(mfa("/confirm", "code", code(seed, now()), in).status()).isEqualTo(200);
        Reply admin = node.loggedIn(ACME, node.agent(acme, "admin@acme.example", Role.ADMIN));

        Reply removed =
                node.send("DELETE", "/agents/" + lost.id() + "/login/mfa", null, "Authorization", bearer(admin));

        assertThat(removed.status()).as(removed.text()).isEqualTo(204);
        assertThat(node.send("GET", "/me", null, "Authorization", bearer(in)).status())
                .isEqualTo(401);
        assertThat(node.loggedIn(ACME, lost).json().at("/status").asText()).isEqualTo("logged_in");
    }
}
