package io.insightdesk.devenv.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerHealthTest {
    @Test
    void eachDependencyIsListedInTheOrderOfTheAnswer() {
        ServerHealth health = ServerHealth.read(
                503,
                "{\"status\":\"DOWN\",\"checks\":{\"database\":{\"status\":\"DOWN\",\"detail\":\"refused\"},"
                        + "\"clock\":{\"status\":\"UP\"}}}");
        assertThat(health.live()).isTrue();
        assertThat(health.ready()).isFalse();
        assertThat(health.checks())
                .containsExactly(
                        new ServerHealth.Check("database", "DOWN", "refused"),
                        new ServerHealth.Check("clock", "UP", ""));
    }

    @Test
    void aServerThatAnswersWithTwoHundredIsReady() {
        assertThat(ServerHealth.read(200, "{\"status\":\"DEGRADED\",\"checks\":{}}")
                        .ready())
                .isTrue();
    }

    @Test
    void whatIsNoInsightDeskServerIsNotReady() {
        assertThat(ServerHealth.read(200, "<html>").detail()).contains("InsightDesk server?");
        assertThat(ServerHealth.read(200, "{}").ready()).isFalse();
        assertThat(ServerHealth.read(404, "").detail()).contains("404");
    }
}
