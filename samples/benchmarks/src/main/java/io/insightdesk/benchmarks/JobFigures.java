package io.insightdesk.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the runs gave, by metric and engine. An engine that was not measured has no figures, and an empty cell in the table. */
final class JobFigures {
    private final String ours;
    private final String ceiling;
    private final Map<String, Metric> metrics = new LinkedHashMap<>();

    private record Metric(String unit, Row.Better better, Map<String, List<Double>> values) {}

    /**
     * Makes figures of nothing.
     *
     * @param ours the engine that is compared
     * @param ceiling the engine that is no engine
     */
    JobFigures(String ours, String ceiling) {
        this.ours = ours;
        this.ceiling = ceiling;
    }

    /** Notes the figure of one run. */
    void add(String metric, String unit, Row.Better better, String engine, double value) {
        metrics.computeIfAbsent(metric, name -> new Metric(unit, better, new LinkedHashMap<>()))
                .values()
                .computeIfAbsent(engine, name -> new ArrayList<>())
                .add(value);
    }

    /** Notes the median and the tail of one run's values. */
    void addPercentiles(String metric, String unit, String engine, List<Double> values) {
        for (int percent : new int[] {50, 95, 99}) {
            add(metric + ".p" + percent, unit, Row.Better.LOWER, engine, percentile(values, percent));
        }
    }

    /** The least value that so many of a hundred do not exceed. */
    static double percentile(List<Double> values, int percent) {
        List<Double> sorted = values.stream().sorted().toList();
        int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
        return sorted.get(Math.max(rank, 1) - 1);
    }

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        metrics.forEach((name, metric) -> {
            Map<String, Spread> peers = new LinkedHashMap<>();
            metric.values().forEach((engine, values) -> {
                if (!engine.equals(ours) && !engine.equals(ceiling)) {
                    peers.put(engine, Spread.of(values));
                }
            });
            rows.add(new Row(
                    name,
                    metric.unit(),
                    metric.better(),
                    Spread.of(metric.values().getOrDefault(ours, List.of())),
                    peers,
                    spread(metric.values().get(ceiling))));
        });
        return rows;
    }

    private static @Nullable Spread spread(@Nullable List<Double> values) {
        return values == null ? null : Spread.of(values);
    }
}
