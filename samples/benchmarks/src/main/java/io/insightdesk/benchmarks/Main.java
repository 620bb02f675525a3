package io.insightdesk.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs a benchmark: prints a table, and writes {@code target/bench/NAME.json}. */
public final class Main {
    private static final long QUICK_ROWS = 1_000_000;
    private static final long ROWS = 10_000_000;

    private static final Map<String, Function<Options, Benchmark>> BENCHMARKS = new TreeMap<>(Map.of(
            "devenv", options -> new DevenvBenchmark(),
            "jobs", options -> new JobsBenchmark(options.quick(), options.rows())));

    /**
     * What the command says.
     *
     * @param name the benchmark
     * @param quick fewer runs, and smaller ones
     * @param rows how many rows there are where there are to be many
     */
    record Options(String name, boolean quick, long rows) {
        /** Reads {@code NAME [--quick] [--rows N]} in any order; null where it is something else. */
        static @Nullable Options parse(List<String> words) {
            List<String> rest = new ArrayList<>(words);
            boolean quick = rest.remove("--quick");
            long rows = quick ? QUICK_ROWS : ROWS;
            int at = rest.indexOf("--rows");
            if (at >= 0) {
                if (at + 1 == rest.size() || !rest.get(at + 1).matches("[0-9]{1,12}")) {
                    return null;
                }
                rest.remove(at);
                rows = Long.parseLong(rest.remove(at));
            }
            return rest.size() == 1 ? new Options(rest.get(0), quick, rows) : null;
        }
    }

    private Main() {}

    /**
     * Runs a benchmark.
     *
     * @param arguments its name, {@code --quick} for fewer runs, and {@code --rows N}
     */
    public static void main(String[] arguments) throws Exception {
        Options options = Options.parse(List.of(arguments));
        Function<Options, Benchmark> maker = options == null ? null : BENCHMARKS.get(options.name());
        if (options == null || maker == null) {
            System.err.println(
                    "Usage: desk bench NAME [--quick] [--rows N], where NAME is one of " + BENCHMARKS.keySet());
            System.exit(2);
            return;
        }
        Benchmark benchmark = maker.apply(options);
        List<Row> rows = benchmark.run(new Progress(System.err));
        Report report = Report.of(options.name(), benchmark.versions(), rows);
        Path file = Path.of("target", "bench", options.name() + ".json");
        report.write(file);
        System.out.println(report.table());
        System.out.println("Written to " + file.toAbsolutePath());
        System.exit(0);
    }
}
