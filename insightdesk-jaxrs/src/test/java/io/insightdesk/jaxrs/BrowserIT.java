package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.limit.AddressRange;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a browser is told: which pages may call, and what it must not do with an answer. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserIT {
    private static final String APP = "https://app.example.com";

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private ApiFixture api;

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        api = new ApiFixture(
                dataSource,
                ApiOptions.builder()
                        .requestLimits(RequestLimits.none())
                        .trustedProxies(List.of(AddressRange.of("127.0.0.1")))
                        .problemPages("https://help.example.com/problems/")
                        .cors(new Cors(Set.of(APP, "http://localhost:3000"), true, Duration.ofMinutes(5)))
                        .build());
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @Test
    void aPreflightOfAnAllowedOriginIsAnsweredWithoutAToken() {
        Reply answer = api.send(
                "OPTIONS",
                "/tickets",
                (String) null,
                "Authorization",
                "",
                "Origin",
                APP,
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "authorization, content-type");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(APP);
        assertThat(answer.header("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(answer.header("Access-Control-Allow-Methods")).contains("PATCH");
        assertThat(answer.header("Access-Control-Allow-Headers")).contains("Authorization", "Idempotency-Key");
        assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("300");
        assertThat(answer.headers().allValues("Vary")).contains("Origin");
    }

    @Test
    void anAnswerToAnAllowedOriginCanBeReadThereAlsoWhenItIsAnError() {
        for (String path : List.of("/me", "/nowhere", "/me?colour=red")) {
            Reply answer = api.get(path, "Origin", APP);
            assertThat(answer.header("Access-Control-Allow-Origin")).as(path).isEqualTo(APP);
            assertThat(answer.header("Access-Control-Expose-Headers")).contains("ETag", "RateLimit");
        }
        Reply refused = api.get("/me", "Origin", APP, "Authorization", "");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.header("Access-Control-Allow-Origin")).isEqualTo(APP);
    }

    /** Threat: a page of somebody else calls with the cookies of whoever looks at it. */
    @Test
    void otherOriginsGetNothing() {
        for (String origin : List.of(
                "https://evil.example", "https://app.example.com.evil.example", "http://app.example.com", "null")) {
            Reply answer = api.get("/me", "Origin", origin);
            assertThat(answer.headers().map().keySet())
                    .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("access-control"));
            assertThat(answer.headers().allValues("Vary")).contains("Origin");
            Reply preflight = api.send(
                    "OPTIONS",
                    "/tickets",
                    (String) null,
                    "Authorization",
                    "",
                    "Origin",
                    origin,
                    "Access-Control-Request-Method",
                    "POST");
            assertThat(preflight.status()).isEqualTo(403);
            assertThat(preflight.json().at("/code").asText()).isEqualTo("origin_not_allowed");
            assertThat(preflight.header("Access-Control-Allow-Origin")).isEmpty();
        }
    }

    @Test
    void rulesThatLetEverybodyInWithCookiesCannotBeMade() {
        assertThatThrownBy(() -> new Cors(Set.of("*"), true, Cors.DEFAULT_MAX_AGE))
                .isInstanceOf(IllegalArgumentException.class);
        for (String none : List.of("app.example.com", "https://app.example.com/", "https://*.example.com", "null")) {
            assertThatThrownBy(() -> Cors.allow(none)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(Cors.closed().allows(APP)).isFalse();
        assertThat(Cors.allow("*").allows(APP)).isTrue();
    }

    @Test
    void everyAnswerTellsABrowserToDoNothingWithIt() {
        for (String path : List.of("/me", "/nowhere", "/me?colour=red", "/tickets", "/openapi.json")) {
            Reply answer = api.get(path);
            assertThat(answer.header("X-Content-Type-Options")).as(path).isEqualTo("nosniff");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(answer.header("Content-Security-Policy"))
                    .isEqualTo("default-src 'none'; base-uri 'none'; frame-ancestors 'none'");
            assertThat(answer.header("Cache-Control"))
                    .isEqualTo(path.equals("/openapi.json") ? "public, max-age=300" : "no-store");
            assertThat(answer.header("Strict-Transport-Security")).isEmpty();
        }
        Reply encrypted = api.get("/me", "X-Forwarded-Proto", "https", "X-Forwarded-For", "192.0.2.1");
        assertThat(encrypted.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
    }

    @Test
    void aProblemNamesThePageOfTheHost() {
        assertThat(api.get("/nowhere").json().at("/type").asText())
                .isEqualTo("https://help.example.com/problems/no_such_resource");
    }

    @Test
    void methodsAndTypesThatAreNotThereAreProblems() {
        Reply method = api.send("DELETE", "/me", (String) null);
        assertThat(method.status()).isEqualTo(405);
        assertThat(method.json().at("/code").asText()).isEqualTo("method_not_allowed");
        assertThat(method.header("Allow")).contains("GET");
        Reply accept = api.get("/me", "Accept", "image/png");
        assertThat(accept.status()).isEqualTo(406);
        assertThat(accept.json().at("/code").asText()).isEqualTo("not_acceptable");
        Reply type = api.send("POST", "/tickets", "hello", "Content-Type", "text/plain");
        assertThat(type.status()).isEqualTo(415);
        assertThat(type.json().at("/code").asText()).isEqualTo("unsupported_media_type");
        Reply deep = api.post("/tickets", "[".repeat(40));
        assertThat(deep.status()).isEqualTo(400);
        assertThat(deep.json().at("/detail").asText()).contains("32 levels");
    }
}
