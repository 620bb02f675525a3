package io.insightdesk.benchmarks;

import static java.util.Objects.requireNonNull;

import io.insightdesk.devenv.servers.DevEnvironment;
import io.insightdesk.devenv.servers.EngineProbe;
import io.insightdesk.devenv.servers.Health;
import io.insightdesk.devenv.servers.Images;
import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import io.insightdesk.devenv.servers.ValkeyServer;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How long one waits for the development environment: the command, the servers by themselves, the database of a test class.
 * Containers are measured where an engine answers; their images must be here, and none is pulled.
 */
final class DevenvBenchmark implements Benchmark {
    private static final String COMPOSE = "docker compose up --wait";

    private static final int CLASSES = 10;
    private static final int MORE_CLASSES = 40;

    private final Path checkout = Path.of(requireNonNull(
            System.getProperty("insightdesk.checkout"), "-Dinsightdesk.checkout is the directory of ./desk"));
    private final boolean containers = !"embedded".equalsIgnoreCase(System.getenv("INSIGHTDESK_DEVENV_MODE"))
            && EngineProbe.run(EngineProbe.DEFAULT_LIMIT).answering().isPresent();

    @Override
    public Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put(
                "engine",
                EngineProbe.run(EngineProbe.DEFAULT_LIMIT)
                        .answering()
                        .map(EngineProbe.Attempt::detail)
                        .orElse("none"));
        for (Service service : Service.values()) {
            versions.put(service.key(), Images.of(service));
        }
        versions.put("embedded valkey", ValkeyServer.describeProgram().orElse("none"));
        versions.put("data", "thrown away, so without fsync; kept by desk up and compose, so with it");
        return versions;
    }

    @Override
    public List<Row> run(Progress progress) throws Exception {
        List<Row> rows = new ArrayList<>();
        rows.add(lower("devenv.embedded.ready", measure(progress, "embedded servers", this::embedded), Map.of()));
        rows.add(command(progress, "embedded"));
        if (containers) {
            rows.addAll(containersAndCompose(progress));
        } else {
            progress.say("No container engine answers: containers are not measured");
        }
        rows.addAll(warm(progress));
        rows.addAll(tests(progress));
        return rows;
    }

    private List<Row> containersAndCompose(Progress progress) throws Exception {
        Map<String, Run> all = new LinkedHashMap<>();
        all.put(COMPOSE, this::compose);
        all.put("containers", this::containers);
        all.put("desk up --mode docker", () -> up("docker"));
        Map<String, Spread> spreads = inTurns(progress, all);
        Map<String, Spread> peer = Map.of(COMPOSE, spread(spreads, COMPOSE));
        return List.of(
                lower("devenv.containers.ready", spread(spreads, "containers"), peer),
                lower("devenv.up.cold.docker", spread(spreads, "desk up --mode docker"), peer));
    }

    private static Spread spread(Map<String, Spread> all, String what) {
        return requireNonNull(all.get(what), what);
    }

    private static Row lower(String metric, Spread ours, Map<String, Spread> peers) {
        return new Row(metric, "ms", Row.Better.LOWER, ours, peers, null);
    }

    /** One measured run; it returns how many milliseconds it took. */
    private interface Run {
        double millis() throws Exception;
    }

    private static Spread measure(Progress progress, String what, Run run) throws Exception {
        return spread(inTurns(progress, Map.of(what, run)), what);
    }

    /** Each once, and all of them again: what the machine does besides hits all of them. */
    private static Map<String, Spread> inTurns(Progress progress, Map<String, Run> all) throws Exception {
        Map<String, List<Double>> values = new LinkedHashMap<>();
        for (int i = 1; i <= progress.runs(); i++) {
            for (Map.Entry<String, Run> one : all.entrySet()) {
                double millis = one.getValue().millis();
                progress.say(String.format(
                        Locale.ROOT, "%s, run %d of %d: %.0f ms", one.getKey(), i, progress.runs(), millis));
                values.computeIfAbsent(one.getKey(), any -> new ArrayList<>()).add(millis);
            }
        }
        Map<String, Spread> spreads = new LinkedHashMap<>();
        values.forEach((what, millis) -> spreads.put(what, Spread.of(millis)));
        return spreads;
    }

    private double embedded() throws Exception {
        return ready(Mode.EMBEDDED);
    }

    private double containers() throws Exception {
        return ready(Mode.DOCKER);
    }

    private static double ready(Mode mode) throws Exception {
        long begin = System.nanoTime();
        try (DevEnvironment environment = DevEnvironment.builder().mode(mode).start()) {
            double millis = (System.nanoTime() - begin) / 1e6;
            requireHealthy(environment);
            return millis;
        }
    }

    private static void requireHealthy(DevEnvironment environment) {
        List<Health> all = Health.of(environment.endpoints(), Duration.ofSeconds(5));
        if (!all.stream().allMatch(Health::healthy)) {
            throw new IllegalStateException("Ready, but not healthy: " + all);
        }
    }

    private double compose() throws Exception {
        List<String> compose = List.of(
                "docker",
                "compose",
                "-p",
                "insightdesk-bench",
                "-f",
                checkout.resolve("docker-compose.yml").toString());
        Map<String, String> ports = new LinkedHashMap<>();
        for (ServerPort port : ServerPort.values()) {
            ports.put(port.variable(), Integer.toString(freePort()));
        }
        try {
            return Spread.millis(() -> process(ports, compose, "up", "--wait"));
        } finally {
            process(ports, compose, "down", "--volumes");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** {@code desk up} in a directory of its own, with a second process and all that a user waits for. */
    private Row command(Progress progress, String mode) throws Exception {
        return lower("devenv.up.cold." + mode, measure(progress, "desk up --mode " + mode, () -> up(mode)), Map.of());
    }

    private double up(String mode) throws Exception {
        Path directory = Files.createTempDirectory("insightdesk-bench-");
        try {
            return Spread.millis(() -> desk(directory, "up", "--mode", mode));
        } finally {
            desk(directory, "down", "--volumes");
        }
    }

    private List<Row> warm(Progress progress) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (String mode : containers ? List.of("embedded", "docker") : List.of("embedded")) {
            Path directory = Files.createTempDirectory("insightdesk-bench-");
            desk(directory, "up", "--mode", mode);
            try {
                rows.add(lower(
                        "devenv.up.warm." + mode,
                        measure(
                                progress,
                                "desk up again (" + mode + ")",
                                () -> Spread.millis(() -> desk(directory, "up"))),
                        Map.of()));
            } finally {
                desk(directory, "down", "--volumes");
            }
        }
        return rows;
    }

    private String desk(Path directory, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(checkout.resolve("desk").toString(), "--directory", directory.toString()));
        command.addAll(List.of(arguments));
        return process(Map.of(), command);
    }

    /** Test runs in a JVM of their own: the first class of a suite, and what each further class adds. */
    private List<Row> tests(Progress progress) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (String mode : containers ? List.of("embedded", "docker") : List.of("embedded")) {
            Map<String, String> environment = Map.of("INSIGHTDESK_DEVENV_MODE", mode);
            Spread first = measure(progress, "first test (" + mode + ")", () -> suite(environment, "ours", 1));
            Map<String, Spread> peers = new LinkedHashMap<>();
            if (mode.equals("docker")) {
                peers.put(
                        "Testcontainers by hand",
                        measure(
                                progress,
                                "first test, Testcontainers by hand",
                                () -> suite(environment, "by-hand", 1)));
            }
            rows.add(lower("devenv.test.first." + mode, first, peers));
            rows.add(lower(
                    "devenv.test.class." + mode,
                    measure(
                            progress,
                            "each further test class (" + mode + ")",
                            () -> (suite(environment, "ours", CLASSES + MORE_CLASSES)
                                            - suite(environment, "ours", CLASSES))
                                    / MORE_CLASSES),
                    Map.of()));
        }
        return rows;
    }

    private double suite(Map<String, String> environment, String which, int classes) throws Exception {
        List<String> command = List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                TestSuite.class.getName(),
                which,
                Integer.toString(classes));
        return Spread.millis(() -> process(environment, command));
    }

    private static String process(Map<String, String> environment, List<String> command, String... more)
            throws Exception {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        File output = File.createTempFile("insightdesk-bench-", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(all)
                    .redirectErrorStream(true)
                    .redirectOutput(output)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(5, TimeUnit.MINUTES);
            String said = Files.readString(output.toPath(), StandardCharsets.UTF_8);
            if (!ended || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(String.join(" ", all) + " failed: " + said);
            }
            return said;
        } finally {
            Files.delete(output.toPath());
        }
    }
}
