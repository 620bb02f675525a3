package io.insightdesk.devenv.command;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * InsightDesk itself on the servers of a stack: a process each for the API, the background work and the pages. Which of them
 * run is asked of the operating system and written down nowhere, so that it is true after any crash; that they should run,
 * their logs say, which go when they are ended.
 */
final class DeskServers {
    /** The property by which the script says where the packaged server is. */
    static final String JAR_PROPERTY = "insightdesk.desk.server";

    /** Has the stack, the role and the ports, and is the first argument: long command lines are cut off. */
    private static final String MARK = "insightdesk.devenv.server";

    private static final Duration READY_LIMIT = Duration.ofMinutes(3);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(45);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
    private static final int NEIGHBOURS = 50;
    private static final int MAIL_PORT = 2525;
    private static final int LOG_TAIL = 20;

    private final Checkout checkout;

    DeskServers(Checkout checkout) {
        this.checkout = checkout;
    }

    /** What a process is for. */
    enum Role {
        API(3001),
        WORKER(3002),
        WEB(3000);

        private final int wellKnown;

        Role(int wellKnown) {
            this.wellKnown = wellKnown;
        }

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Role> of(String key) {
            for (Role role : values()) {
                if (role.key().equals(key)) {
                    return Optional.of(role);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * A process that runs.
     *
     * @param role what for
     * @param port where it answers, at least about its health
     * @param mailPort where it takes mails; 0 if it does not
     * @param process the process
     */
    record Running(Role role, int port, int mailPort, ProcessHandle process) {
        URI uri() {
            return URI.create("http://localhost:" + port);
        }
    }

    /**
     * A process that should run, and how it is.
     *
     * @param role what for
     * @param uri where it answers; null if it does not run
     * @param ready whether it does its work
     * @param detail why not, and what to do
     */
    record Status(Role role, @Nullable URI uri, boolean ready, String detail) {}

    /** Returns those that run, in the order of their roles. */
    List<Running> running() {
        String mark = "-D" + MARK + "=" + checkout.stack() + ":";
        Map<Role, Running> found = new LinkedHashMap<>();
        for (Role role : Role.values()) {
            ProcessHandle.allProcesses()
                    .filter(process -> process.isAlive() && line(process).contains(mark + role.key() + ":"))
                    .map(process -> parse(role, process, mark))
                    .findFirst()
                    .ifPresent(one -> found.put(role, one));
        }
        return List.copyOf(found.values());
    }

    private static String line(ProcessHandle process) {
        return process.info().commandLine().orElse("");
    }

    private static Running parse(Role role, ProcessHandle process, String mark) {
        String line = line(process);
        String[] ports = line.substring(
                        line.indexOf(mark) + mark.length() + role.key().length() + 1)
                .split(" ", 2)[0]
                .split(":", -1);
        return new Running(role, Integer.parseInt(ports[0]), Integer.parseInt(ports[1]), process);
    }

    /** Whether they were started, and not ended since. */
    boolean wanted() {
        return Files.isDirectory(logs());
    }

    /** Asks each how it is; empty if they were not started. */
    List<Status> status() throws InterruptedException {
        if (!wanted()) {
            return List.of();
        }
        List<Running> running = running();
        List<Status> all = new ArrayList<>();
        for (Role role : Role.values()) {
            Optional<Running> one =
                    running.stream().filter(server -> server.role() == role).findFirst();
            if (one.isEmpty()) {
                all.add(new Status(
                        role,
                        null,
                        false,
                        "it has ended; «desk logs " + role.key() + "» says why, and"
                                + " «desk up --all» starts it anew"));
            } else {
                URI uri = one.get().uri();
                ServerHealth health = ServerHealth.ask(uri);
                all.add(new Status(role, uri, health.ready(), detail(health, uri)));
            }
        }
        return all;
    }

    private static String detail(ServerHealth health, URI uri) {
        if (health.ready()) {
            return "";
        }
        return (health.live() ? "not ready" : "does not answer")
                + (health.detail().isEmpty() ? "" : ": " + health.detail()) + "; «desk health " + uri + "» says more";
    }

    /**
     * Starts those that do not run, the API first: it brings the schema to the release, makes the demo data and the secrets
     * that all share.
     *
     * @param environment the environment variables of the command
     * @param stack addresses and keys of the servers they use
     * @return all of them
     * @throws CommandFailure if one does not get ready; the others run on
     */
    List<Running> start(Map<String, String> environment, Map<String, String> stack, Consumer<String> progress)
            throws InterruptedException {
        Path jar = jar();
        Map<Role, Running> servers = new LinkedHashMap<>();
        running().forEach(server -> servers.put(server.role(), server));
        Set<Integer> given = new HashSet<>();
        servers.values().forEach(server -> given.add(server.port()));
        Map<Role, Integer> ports = new LinkedHashMap<>();
        for (Role role : Role.values()) {
            Running known = servers.get(role);
            ports.put(role, known == null ? port(role.wellKnown, given) : known.port());
        }
        for (Role role : Role.values()) {
            if (servers.containsKey(role)) {
                continue;
            }
            progress.accept("Starting InsightDesk's " + role.key());
            int mailPort = role == Role.API ? port(MAIL_PORT, given) : 0;
            Map<String, String> settings = settings(ports, role, mailPort, stack);
            servers.put(role, await(launch(jar, role, ports.getOrDefault(role, 0), mailPort, environment, settings)));
        }
        return List.copyOf(servers.values());
    }

    /** Returns the settings that this one has of those that run. */
    Map<String, String> settings(Running server, Map<String, String> stack) {
        Map<Role, Integer> ports = new LinkedHashMap<>();
        for (Role role : Role.values()) {
            ports.put(role, role.wellKnown);
        }
        running().forEach(one -> ports.put(one.role(), one.port()));
        return settings(ports, server.role(), server.mailPort(), stack);
    }

    private static Map<String, String> settings(
            Map<Role, Integer> ports, Role role, int mailPort, Map<String, String> stack) {
        Map<String, String> settings = new LinkedHashMap<>(stack);
        settings.put("APP_ENV", "development");
        settings.put("APP_URL", "http://localhost:" + ports.get(Role.WEB));
        settings.put("API_URL", "http://localhost:" + ports.get(Role.API));
        settings.put("PORT", String.valueOf(ports.get(role)));
        settings.put("INSIGHTDESK_SMTP_PORT", String.valueOf(mailPort));
        return settings;
    }

    private static Path jar() {
        String jar = System.getProperty(JAR_PROPERTY);
        if (jar == null || !Files.isRegularFile(Path.of(jar))) {
            throw CommandFailure.wrong(
                    "The packaged server is not at hand, which «desk up --all» starts. The script ./desk of a checkout builds"
                            + " it; else package samples/standalone-server, and name its jar by -D" + JAR_PROPERTY
                            + "=….");
        }
        return Path.of(jar).toAbsolutePath();
    }

    private static int port(int wellKnown, Set<Integer> given) {
        for (int number = wellKnown; number < wellKnown + NEIGHBOURS; number++) {
            if (!given.contains(number) && Loopback.isFree(number)) {
                given.add(number);
                return number;
            }
        }
        throw CommandFailure.failed("No port from " + wellKnown + " to " + (wellKnown + NEIGHBOURS - 1)
                + " is free. End what listens there.");
    }

    private Running launch(
            Path jar,
            Role role,
            int port,
            int mailPort,
            Map<String, String> environment,
            Map<String, String> settings) {
        List<String> command = new ArrayList<>(KeeperLauncher.deafToTheTerminal(environment));
        command.add(KeeperLauncher.java());
        command.add("-D" + MARK + "=" + checkout.stack() + ":" + role.key() + ":" + port + ":" + mailPort);
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m", "-jar", jar.toString()));
        command.add(role.key());
        try {
            Files.createDirectories(logs());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(checkout.directory().toFile())
                    .redirectInput(new File(KeeperLauncher.isWindows() ? "NUL" : "/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(log(role).toFile());
            builder.environment().putAll(settings);
            return new Running(role, port, mailPort, builder.start().toHandle());
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "The server could not be started: " + e.getMessage() + ". Is " + logs() + " writable?", e);
        }
    }

    private Running await(Running server) throws InterruptedException {
        long begin = System.nanoTime();
        while (!ServerHealth.ask(server.uri()).ready()) {
            if (!server.process().isAlive()) {
                throw CommandFailure.failed("InsightDesk's " + server.role().key() + " ended while it was started. "
                        + log(server.role()) + " ends:\n" + tail(server.role()));
            }
            if (System.nanoTime() - begin > READY_LIMIT.toNanos()) {
                throw CommandFailure.failed("InsightDesk's " + server.role().key() + " is not ready after "
                        + READY_LIMIT.toMinutes() + " minutes; «desk logs "
                        + server.role().key()
                        + "» shows what it does.");
            }
            StackLock.pause();
        }
        return server;
    }

    private String tail(Role role) throws InterruptedException {
        List<String> lines = new ArrayList<>();
        new LogFile(log(role)).read(LOG_TAIL, false, lines::add);
        return String.join("\n", lines);
    }

    /** Ends them, in order: they finish what they are at. Returns whether there was one. */
    boolean stop(Consumer<String> progress) {
        List<Running> running = running();
        for (Running server : running) {
            progress.accept("Ending InsightDesk's " + server.role().key());
            server.process().destroy();
        }
        for (Running server : running) {
            if (!ends(server.process(), DRAIN_LIMIT)) {
                server.process().destroyForcibly();
                if (!ends(server.process(), KILL_LIMIT)) {
                    throw CommandFailure.failed("Process " + server.process().pid() + ", InsightDesk's "
                            + server.role().key() + ", cannot be ended. End it by hand, then try again.");
                }
            }
        }
        try {
            AtomicFiles.deleteTree(logs());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    logs() + " cannot be deleted: " + e.getMessage() + ". Delete it by hand.", e);
        }
        return !running.isEmpty();
    }

    private static boolean ends(ProcessHandle process, Duration limit) {
        try {
            process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }

    private Path logs() {
        return checkout.folder().resolve("servers");
    }

    Path log(Role role) {
        return logs().resolve(role.key() + ".log");
    }
}
