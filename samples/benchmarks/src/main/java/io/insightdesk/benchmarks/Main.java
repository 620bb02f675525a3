package io.insightdesk.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Runs a benchmark: prints a table, and writes {@code target/bench/NAME.json}. */
public final class Main {
    private static final Map<String, Supplier<Benchmark>> BENCHMARKS =
            new TreeMap<>(Map.of("devenv", DevenvBenchmark::new));

    private Main() {}

    /**
     * Runs a benchmark.
     *
     * @param arguments its name, and {@code --quick} for fewer runs
     */
    public static void main(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        boolean quick = words.contains("--quick");
        List<String> names =
                words.stream().filter(word -> !word.startsWith("--")).toList();
        String name = names.size() == 1 ? names.get(0) : "";
        Supplier<Benchmark> maker = BENCHMARKS.get(name);
        if (maker == null) {
            System.err.println("Usage: desk bench NAME [--quick], where NAME is one of " + BENCHMARKS.keySet());
            System.exit(2);
            return;
        }
        Benchmark benchmark = maker.get();
        List<Row> rows = benchmark.run(new Progress(System.err, quick));
        Report report = Report.of(name, benchmark.versions(), rows);
        Path file = Path.of("target", "bench", name + ".json");
        report.write(file);
        System.out.println(report.table());
        System.out.println("Written to " + file.toAbsolutePath());
        System.exit(0);
    }
}
