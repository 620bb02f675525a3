package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What whoever runs the library looks at. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperationsIT {
    private ApiFixture api;

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        api = new ApiFixture(dataSource);
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @Test
    void readinessTellsEachCheckToWhoeverAsks() {
        Reply ready = api.look("/health/ready");

        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.header("Cache-Control")).isEqualTo("no-store");
        assertThat(ready.json().at("/status").asText()).isEqualTo("up");
        JsonNode database = ready.json().at("/checks/database");
        assertThat(database.at("/status").asText()).isEqualTo("up");
    }

    @Test
    void livenessAndStartAskNothing() {
        for (String which : new String[] {"live", "started"}) {
            Reply reply = api.look("/health/" + which);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.json().at("/status").asText()).isEqualTo("up");
        }
    }

    @Test
    void metricsAreInPrometheusTextFormat() {
        assertThat(api.get("/tickets").status()).isEqualTo(200);

        Reply metrics = api.look("/metrics");

        assertThat(metrics.status()).isEqualTo(200);
        assertThat(metrics.header("Content-Type")).startsWith("text/plain").contains("version=0.0.4");
        assertThat(metrics.text()).contains("# TYPE insightdesk_");
    }

    @Test
    void whatIsNotThereIsAProblem() {
        Reply reply = api.look("/health/nonsense");

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
    }
}
