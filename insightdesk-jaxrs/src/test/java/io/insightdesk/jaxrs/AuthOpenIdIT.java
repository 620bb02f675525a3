package io.insightdesk.jaxrs;

import static io.insightdesk.jaxrs.AuthNode.body;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.Role;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.key.Secret;
import io.insightdesk.login.OpenIdProvider;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.FakeOpenId;
import java.net.URI;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Logging in at a provider, as a page in a browser does it. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // Set before all tests.
class AuthOpenIdIT {
    private static final String ACME = "acme";

    private FakeOpenId provider;
    private AuthNode node;
    private Agent grace;

    @BeforeAll
    void start(DataSource database) throws Exception {
        provider = new FakeOpenId(Clock.systemUTC());
        OpenIdProvider corp = OpenIdProvider.of("corp", provider.issuer(), FakeOpenId.CLIENT)
                .clientSecret(Secret.of(FakeOpenId.SECRET))
                .build();
        node = new AuthNode(
                database,
                true,
                null,
                options -> options.openId(URI.create("https://desk.example.com/login/openid"), List.of(corp)));
        TenantId acme = node.tenant(ACME);
        grace = node.agent(acme, "grace@acme.example", Role.AGENT);
    }

    @AfterAll
    void stop() {
        node.close();
        provider.close();
    }

    private Reply fromOwnPage(String path, ObjectNode body, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Origin";
        all[headers.length + 1] = node.server.address();
        return node.send("POST", path, body, all);
    }

    private Reply begin() {
        return fromOwnPage("/auth/openid/start", body().put("tenant", ACME).put("provider", "corp"));
    }

    private static String cookie(Reply reply) {
        String set = reply.headers().firstValue("Set-Cookie").orElseThrow();
        return set.substring(0, set.indexOf(';'));
    }

    private ObjectNode loggedInThere(Reply started, String subject) {
        Map<String, String> back =
                provider.logIn(URI.create(started.json().at("/location").asText()), subject, grace.email(), true);
        return body().put("state", requireNonNull(back.get("state"))).put("code", requireNonNull(back.get("code")));
    }

    private static void refused(Reply reply, int status, String code) {
        assertThat(reply.json().at("/code").asText()).as(reply.text()).isEqualTo(code);
        assertThat(reply.status()).isEqualTo(status);
    }

    @Test
    void aPageLogsInThereAndComesBack() {
        Reply providers = node.send("POST", "/auth/openid/providers", body().put("tenant", ACME));
        assertThat(providers.json().at("/providers/0").asText()).isEqualTo("corp");
        Reply started = begin();
        assertThat(started.status()).as(started.text()).isEqualTo(200);
        assertThat(started.headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("__Host-insightdesk-openid=")
                .contains("; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/");

        Reply in = fromOwnPage("/auth/openid/finish", loggedInThere(started, "sub-1"), "Cookie", cookie(started));

        assertThat(in.status()).as(in.text()).isEqualTo(200);
        assertThat(in.json().at("/agentId").asText()).isEqualTo(grace.id().toString());
        assertThat(node.send("GET", "/me", null, "Authorization", AuthNode.bearer(in))
                        .status())
                .isEqualTo(200);
        assertThat(in.headers().firstValue("Set-Cookie").orElseThrow()).startsWith("__Host-insightdesk-openid=;");
    }

    @Test
    void theSessionCanBeInCookiesToo() {
        Reply started = begin();

        Reply in = fromOwnPage(
                "/auth/openid/finish", loggedInThere(started, "sub-1").put("cookies", true), "Cookie", cookie(started));

        assertThat(in.json().has("accessToken")).isFalse();
        assertThat(in.json().at("/csrfToken").asText()).isNotEmpty();
        assertThat(in.headers().allValues("Set-Cookie"))
                .anyMatch(set -> set.startsWith("__Host-insightdesk-access=ey"))
                .anyMatch(set -> set.startsWith("__Host-insightdesk-openid=;"));
    }

    /** THREATS: a login that somebody else began is not finished in a victim's browser, nor begun or finished from another page. */
    @Test
    void anotherBrowserOrAnotherPageFinishesNothing() {
        Reply attackers = begin();
        Reply victims = begin();
        ObjectNode prepared = loggedInThere(attackers, "sub-1");

        refused(fromOwnPage("/auth/openid/finish", prepared), 401, "openid_state_invalid");
        refused(fromOwnPage("/auth/openid/finish", prepared, "Cookie", cookie(victims)), 401, "openid_state_invalid");
        refused(
                node.send(
                        "POST",
                        "/auth/openid/finish",
                        prepared,
                        "Origin",
                        "https://evil.example",
                        "Cookie",
                        cookie(attackers)),
                403,
                "origin_not_allowed");
        refused(
                node.send(
                        "POST", "/auth/openid/start", body().put("tenant", ACME).put("provider", "corp")),
                403,
                "origin_not_allowed");
    }

    @Test
    void whatIsNotOfferedOrFailsHasItsOwnAnswer() {
        refused(
                fromOwnPage("/auth/openid/start", body().put("tenant", ACME).put("provider", "other")),
                401,
                "openid_not_offered");
        refused(
                fromOwnPage("/auth/openid/start", body().put("tenant", "nobody").put("provider", "corp")),
                401,
                "openid_not_offered");
        Reply started = begin();
        ObjectNode back = loggedInThere(started, "sub-1");
        provider.failure = 500;
        try {
            refused(
                    fromOwnPage("/auth/openid/finish", back, "Cookie", cookie(started)),
                    503,
                    "openid_provider_unavailable");
        } finally {
            provider.failure = 0;
        }
    }
}
