package io.insightdesk.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    @Test
    void theMiddleOfAnEvenNumberIsBetweenTheTwo() {
        assertThat(Spread.of(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(new Spread(1, 2.5, 4));
        assertThat(Spread.of(List.of(7.0))).isEqualTo(new Spread(7, 7, 7));
    }

    @Test
    void aRatioAboveOneIsBetterWhicheverWayIsUp() {
        Spread ours = new Spread(9, 10, 11);
        Map<String, Spread> peers = Map.of("slow", new Spread(1, 40, 50), "quick", new Spread(1, 20, 50));
        Row time = new Row("m", "ms", Row.Better.LOWER, ours, peers, new Spread(4, 5, 6));
        assertThat(time.ratioToBestPeer()).isCloseTo(2, within(1e-9));
        assertThat(time.ratioToCeiling()).isCloseTo(0.5, within(1e-9));
        Row rate = new Row("m", "1/s", Row.Better.HIGHER, ours, peers, new Spread(4, 20, 6));
        assertThat(rate.ratioToBestPeer()).isCloseTo(0.25, within(1e-9));
        assertThat(rate.ratioToCeiling()).isCloseTo(0.5, within(1e-9));
        assertThat(new Row("m", "ms", Row.Better.LOWER, ours, Map.of(), null).ratioToBestPeer())
                .isNull();
    }

    @Test
    void theFileHasWhatThePageNeeds(@TempDir Path directory) throws Exception {
        Row row =
                new Row("x.y", "ms", Row.Better.LOWER, new Spread(1, 2, 3), Map.of("peer", new Spread(2, 4, 6)), null);
        Path file = directory.resolve("bench/x.json");
        Report report = Report.of("x", Map.of("engine", "1"), List.of(row));
        report.write(file);
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.path("rows").path(0).path("ours").toString()).isEqualTo("[1.0,2.0,3.0]");
        assertThat(json.path("rows").path(0).path("better").asText()).isEqualTo("lower");
        assertThat(json.path("rows").path(0).path("ratioToBestPeer").asDouble()).isEqualTo(2);
        assertThat(json.path("rows").path(0).path("ceiling").isNull()).isTrue();
        assertThat(report.table()).contains("x.y").contains("1.0 / 2.0 / 3.0").contains("peer 2.0 / 4.0 / 6.0");
    }
}
