package io.insightdesk.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one benchmark, as a table and as JSON.
 *
 * @param name the benchmark's name
 * @param date when it ran
 * @param machine on what
 * @param versions what ran
 * @param rows the figures
 */
record Report(String name, Instant date, String machine, Map<String, String> versions, List<Row> rows) {

    static Report of(String name, Map<String, String> versions, List<Row> rows) {
        Runtime runtime = Runtime.getRuntime();
        String machine = runtime.availableProcessors() + " cores, " + System.getProperty("os.arch") + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", Java "
                + System.getProperty("java.version");
        return new Report(name, Instant.now().truncatedTo(ChronoUnit.SECONDS), machine, versions, rows);
    }

    void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Files.writeString(file, mapper.writeValueAsString(json()) + "\n");
    }

    private Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("date", date.toString());
        json.put("machine", machine);
        json.put("versions", versions);
        json.put("rows", rows.stream().map(Report::json).toList());
        return json;
    }

    private static Map<String, @Nullable Object> json(Row row) {
        Map<String, Object> peers = new LinkedHashMap<>();
        row.peers().forEach((peer, spread) -> peers.put(peer, numbers(spread)));
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("metric", row.metric());
        json.put("unit", row.unit());
        json.put("better", row.better().name().toLowerCase(Locale.ROOT));
        json.put("ours", numbers(row.ours()));
        json.put("peers", peers);
        Spread ceiling = row.ceiling();
        json.put("ceiling", ceiling == null ? null : numbers(ceiling));
        json.put("ratioToBestPeer", rounded(row.ratioToBestPeer()));
        json.put("ratioToCeiling", rounded(row.ratioToCeiling()));
        return json;
    }

    private static List<Double> numbers(Spread spread) {
        return List.of(round(spread.min()), round(spread.median()), round(spread.max()));
    }

    private static @Nullable Double rounded(@Nullable Double value) {
        return value == null ? null : round(value);
    }

    private static double round(double value) {
        double step = Math.abs(value) < 100 ? 100 : 1;
        return Math.round(value * step) / step;
    }

    /** Returns the figures for people: min / median / max. */
    String table() {
        List<String[]> lines = new ArrayList<>();
        lines.add(new String[] {"metric", "unit", "ours", "peers", "ceiling", "× best peer", "of ceiling"});
        for (Row row : rows) {
            Spread ceiling = row.ceiling();
            lines.add(new String[] {
                row.metric(),
                row.unit(),
                text(row.ours()),
                String.join(
                        ", ",
                        row.peers().entrySet().stream()
                                .map(peer -> peer.getKey() + " " + text(peer.getValue()))
                                .toList()),
                ceiling == null ? "" : text(ceiling),
                text(row.ratioToBestPeer()),
                text(row.ratioToCeiling())
            });
        }
        StringBuilder table = new StringBuilder();
        for (String[] line : lines) {
            for (int column = 0; column < line.length; column++) {
                int at = column;
                int width = lines.stream()
                        .mapToInt(cells -> cells[at].length())
                        .max()
                        .orElse(0);
                table.append(line[column]).append(" ".repeat(width - line[column].length() + 2));
            }
            while (table.charAt(table.length() - 1) == ' ') {
                table.setLength(table.length() - 1);
            }
            table.append('\n');
        }
        return table + "\n" + machine + ", " + date + "\n" + versions + "\n";
    }

    private static String text(Spread spread) {
        return number(spread.min()) + " / " + number(spread.median()) + " / " + number(spread.max());
    }

    private static String text(@Nullable Double ratio) {
        return ratio == null ? "" : String.format(Locale.ROOT, "%.2f", ratio);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.1f" : "%,.0f", value);
    }
}
