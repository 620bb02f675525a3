package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.devenv.junit.DevEnvironmentTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** A request over which the database takes too long. */
@DevEnvironmentTest
class SlowStatementIT {

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void whatTakesTooLongIsAProblemThatSaysWhenToTryAgain(DataSource dataSource) throws Exception {
        try (ApiFixture api = new ApiFixture(
                dataSource,
                ApiOptions.builder().build(),
                builder -> builder.statementTimeout(Duration.ofMillis(500)))) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(api.server.address() + "/api/v1/tickets"))
                    .header("Authorization", "Bearer " + api.adminToken)
                    .timeout(Duration.ofSeconds(20))
                    .build();
            try (Connection other = dataSource.getConnection()) {
                other.setAutoCommit(false);
                try (Statement statement = other.createStatement()) {
                    statement.execute("lock table insightdesk.ticket in access exclusive mode");
                }
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
                assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
                assertThat(answer.body())
                        .contains("\"code\":\"statement_timeout\"")
                        .doesNotContain("select");
                other.rollback();
            }
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
    }
}
