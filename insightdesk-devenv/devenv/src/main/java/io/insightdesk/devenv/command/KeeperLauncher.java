package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.Mode;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Starts a keeper as a process that does not end with this one, and waits until it says that all is well. */
final class KeeperLauncher {
    /** The property by which the script says where a keeper's classes are to be written down. */
    private static final String ARCHIVES = "insightdesk.desk.archives";

    private static final int LOG_TAIL = 800;
    private static final Duration ATTACH_LIMIT = Duration.ofMinutes(10);

    private final Checkout checkout;
    private final KeeperReport report;

    KeeperLauncher(Checkout checkout) {
        this.checkout = checkout;
        this.report = new KeeperReport(checkout.reportFile());
    }

    /** Starts a keeper and waits for it, for as long as it lives: images may take their time. */
    void launch(StartRequest request, Map<String, String> environment, Consumer<String> progress) {
        try {
            Files.createDirectories(checkout.folder());
            report.begin();
            Process process = builder(request, environment).start();
            await(process::isAlive, progress);
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "The process that starts the servers could not be started: " + e.getMessage() + ". Is "
                            + checkout.folder() + " writable, and does " + java() + " run?",
                    e);
        }
    }

    /** Waits for a keeper that an earlier command started and did not wait for. */
    void attach(Consumer<String> progress) {
        long begin = System.nanoTime();
        await(
                () -> {
                    if (System.nanoTime() - begin > ATTACH_LIMIT.toNanos()) {
                        throw CommandFailure.failed(
                                "The servers were started by an earlier command and are not ready after "
                                        + ATTACH_LIMIT.toMinutes()
                                        + " minutes. «desk down» ends that; then try again.");
                    }
                    return StackLock.isHeld(checkout.keeperLockFile());
                },
                progress);
    }

    /** Whether the keeper lives. */
    private interface Alive {
        boolean isAlive();
    }

    private void await(Alive keeper, Consumer<String> progress) {
        Thread hint = new Thread(() ->
                System.err.println("The servers go on starting: «desk status» shows them, «desk down» ends them."));
        Runtime.getRuntime().addShutdownHook(hint);
        try {
            int seen = 0;
            while (true) {
                boolean alive = keeper.isAlive();
                List<String> lines = report.lines();
                for (String line : lines.subList(Math.min(seen, lines.size()), lines.size())) {
                    if (KeeperReport.isReady(line)) {
                        return;
                    }
                    if (KeeperReport.isFailure(line)) {
                        throw KeeperReport.failure(line);
                    }
                    progress.accept(KeeperReport.progressOf(line));
                }
                seen = lines.size();
                if (!alive) {
                    forgetClasses();
                    throw CommandFailure.failed("The process that starts the servers ended without a word. "
                            + checkout.keeperLog() + " ends: " + tail() + " «desk doctor» looks closer.");
                }
                StackLock.pause();
            }
        } finally {
            Runtime.getRuntime().removeShutdownHook(hint);
        }
    }

    private String tail() {
        try (RandomAccessFile log = new RandomAccessFile(checkout.keeperLog().toFile(), "r")) {
            byte[] end = new byte[(int) Math.min(LOG_TAIL, log.length())];
            log.seek(log.length() - end.length);
            log.readFully(end);
            return new String(end, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "(it cannot be read: " + e.getMessage() + ")";
        }
    }

    private ProcessBuilder builder(StartRequest request, Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>(deafToTheTerminal(environment));
        command.add(java());
        command.add("-D" + KeeperIdentity.PROPERTY + "=" + checkout.stack());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m"));
        command.addAll(classArchive(System.getProperty(ARCHIVES), request.mode()));
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("insightdesk.devenv.") && !name.equals(KeeperIdentity.PROPERTY))
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        command.add(Keeper.class.getName());
        command.add(checkout.directory().toString());
        command.addAll(request.toArguments());
        Path log = checkout.keeperLog();
        Files.deleteIfExists(log);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(checkout.directory().toFile())
                .redirectInput(new File(isWindows() ? "NUL" : "/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        // Not an argument: what identifies the process must not be cut off behind a long class path.
        builder.environment().put("CLASSPATH", absoluteClassPath());
        builder.environment().putAll(forContainers(environment, Files.exists(Path.of("/.dockerenv"))));
        return builder;
    }

    /** What a command begins with that is to outlive this one. */
    static List<String> deafToTheTerminal(Map<String, String> environment) {
        List<String> command = new ArrayList<>();
        if (!isWindows()) {
            // In a session of its own where that can be had, and in any case deaf to Ctrl-C and to a closed terminal.
            if (onPath("setsid", environment)) {
                command.add("setsid");
            }
            command.addAll(List.of("sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh"));
        }
        return command;
    }

    /**
     * The first keeper of a build writes down its classes when it ends, in two seconds for which only {@code down} of embedded
     * servers has to wait; that saves the next ones half a second each. Java writes the head of the file last, and passes over
     * one without a head or of another Java.
     *
     * @param folder where the files are; null to do without
     */
    static List<String> classArchive(@Nullable String folder, Mode mode) {
        if (folder == null) {
            return List.of();
        }
        Path archive = archive(folder, mode);
        String option = Files.exists(archive) ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=";
        return List.of("-Xlog:disable", option + archive);
    }

    /** A file that a power failure damaged brings Java down; the next keeper then does without. */
    private static void forgetClasses() {
        String folder = System.getProperty(ARCHIVES);
        if (folder == null) {
            return;
        }
        try {
            for (Mode mode : Mode.values()) {
                Files.deleteIfExists(archive(folder, mode));
            }
        } catch (IOException e) {
            throw CommandFailure.failed(
                    folder + " cannot be written: " + e.getMessage() + ". Delete its files keeper-*.jsa.", e);
        }
    }

    private static Path archive(String folder, Mode mode) {
        return Path.of(folder, "keeper-" + mode.key() + ".jsa");
    }

    /** What Testcontainers needs to let containers outlive it, and to find its way out of a container. */
    static Map<String, String> forContainers(Map<String, String> environment, boolean withinContainer) {
        Map<String, String> more = new TreeMap<>();
        more.put("TESTCONTAINERS_RYUK_DISABLED", "true");
        more.put("TESTCONTAINERS_REUSE_ENABLE", "true");
        String engine = environment.getOrDefault("DOCKER_HOST", "");
        boolean local = engine.isEmpty() || engine.startsWith("unix:");
        if (withinContainer && local && !environment.containsKey("TESTCONTAINERS_HOST_OVERRIDE")) {
            more.put("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1");
        }
        return more;
    }

    private static String absoluteClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", isWindows() ? "java.exe" : "java")
                .toString();
    }

    static boolean isWindows() {
        return System.getProperty("os.name", "").startsWith("Windows");
    }

    static boolean onPath(String program, Map<String, String> environment) {
        return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, isWindows() ? program + ".exe" : program)));
    }
}
