package io.insightdesk.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JobFiguresTest {
    @Test
    void aPercentileIsOneOfTheValues() {
        List<Double> values =
                IntStream.rangeClosed(1, 200).mapToObj(Double::valueOf).toList();
        assertThat(JobFigures.percentile(values, 50)).isEqualTo(100);
        assertThat(JobFigures.percentile(values, 99)).isEqualTo(198);
        assertThat(JobFigures.percentile(List.of(7.0), 50)).isEqualTo(7);
    }

    @Test
    void anEngineThatWasNotMeasuredIsLeftOut() {
        JobFigures figures = new JobFigures("us", "bare");
        figures.add("a", "jobs/s", Row.Better.HIGHER, "us", 2);
        figures.add("a", "jobs/s", Row.Better.HIGHER, "them", 1);
        figures.add("b", "jobs/s", Row.Better.HIGHER, "us", 3);
        figures.add("b", "jobs/s", Row.Better.HIGHER, "bare", 4);
        assertThat(figures.rows())
                .containsExactly(
                        new Row(
                                "a",
                                "jobs/s",
                                Row.Better.HIGHER,
                                new Spread(2, 2, 2),
                                Map.of("them", new Spread(1, 1, 1)),
                                null),
                        new Row("b", "jobs/s", Row.Better.HIGHER, new Spread(3, 3, 3), Map.of(), new Spread(4, 4, 4)));
    }

    @Test
    void theCommandSaysHowManyRows() {
        assertThat(Main.Options.parse(List.of("jobs", "--quick", "--rows", "5")))
                .isEqualTo(new Main.Options("jobs", true, 5));
        assertThat(Main.Options.parse(List.of("--quick", "jobs"))).isEqualTo(new Main.Options("jobs", true, 1_000_000));
        assertThat(Main.Options.parse(List.of("jobs", "--rows"))).isNull();
        assertThat(Main.Options.parse(List.of("jobs", "more"))).isNull();
    }
}
