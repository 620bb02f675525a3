package io.insightdesk.devenv.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The programs of PostgreSQL on one directory: {@code data} (the cluster), {@code postgres.log} and the lock. Not
 * thread-safe.
 */
final class PostgresProcess {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresProcess.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration FAST_STOP_LIMIT = Duration.ofSeconds(10);
    private static final long POLL_MILLIS = 10;
    private static final int LOG_TAIL = 2000;

    private final Path home;
    private final Path directory;
    private final Path data;
    private final Path log;
    private final UnprivilegedUser user = new UnprivilegedUser();
    private @Nullable Process process;

    PostgresProcess(Path home, Path directory) {
        this.home = home;
        this.directory = directory;
        this.data = directory.resolve("data");
        this.log = directory.resolve("postgres.log");
    }

    Path log() {
        return log;
    }

    /** Makes the cluster if there is none; one that was only half made is made anew. */
    void initialise(boolean durable) throws IOException {
        user.requireAccess(data);
        if (Files.exists(data.resolve("PG_VERSION"))) {
            user.own(data);
            requireSameVersion();
            return;
        }
        if (Files.exists(data) && !isEmpty(data)) {
            throw new PostgresServerException("The directory " + data
                    + " is neither empty nor a PostgreSQL cluster. Empty it, or choose another with"
                    + " PostgresServer.Builder.dataDirectory(Path).");
        }
        // Made beside and moved when complete, so that a kill in between leaves nothing that looks like a cluster.
        Path making = directory.resolve("data.new");
        Directories.delete(making);
        Files.createDirectory(making);
        user.own(making);
        List<String> command = new ArrayList<>(List.of(
                program("initdb"),
                "-D",
                user.pathFor(making),
                "--username=" + PostgresServer.SUPERUSER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions"));
        if (!durable) {
            command.add("--no-sync");
        }
        run("initdb", making, command);
        Files.deleteIfExists(data);
        Files.move(making, data);
    }

    private void requireSameVersion() throws IOException {
        String version = Files.readString(data.resolve("PG_VERSION")).strip();
        if (!version.equals(PostgresServer.MAJOR_VERSION)) {
            throw new PostgresServerException("The data in " + data + " were made by PostgreSQL " + version
                    + ", this is " + PostgresServer.MAJOR_VERSION
                    + ". Delete the directory, or dump and restore its databases with the old version.");
        }
    }

    /** Ends what a killed run may have left: a server that still runs, or a pid file that points to nothing of ours. */
    void endLeftover() throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        Optional<ProcessHandle> leftover = leftover(pidFile);
        if (leftover.isPresent()) {
            ProcessHandle server = leftover.get();
            LOG.info("A PostgreSQL of an earlier run (process {}) still runs in {}; stopping it", server.pid(), data);
            // It may already be on its way down because its owner died.
            if (!ended(server, Duration.ofMillis(500))) {
                pgCtlStop("fast");
            }
            if (!ended(server, FAST_STOP_LIMIT)) {
                pgCtlStop("immediate");
            }
            if (!ended(server, FAST_STOP_LIMIT)) {
                throw new PostgresServerException("PostgreSQL of an earlier run (process " + server.pid()
                        + ") still runs in " + data + " and does not stop. Kill it, then start again.");
            }
        } else {
            // A pid that another program has now would keep the server from starting.
            Files.deleteIfExists(pidFile);
        }
    }

    private static Optional<ProcessHandle> leftover(Path pidFile) throws IOException {
        try {
            List<String> lines = Files.readAllLines(pidFile, StandardCharsets.UTF_8);
            if (lines.size() < 3) {
                return Optional.empty();
            }
            long pid = Long.parseLong(lines.get(0).strip());
            long startedAt = Long.parseLong(lines.get(2).strip());
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> isPostgres(process.info(), startedAt));
        } catch (NoSuchFileException | NumberFormatException e) {
            // None, or cut off while it was written: no server got that far.
            return Optional.empty();
        }
    }

    private static boolean isPostgres(ProcessHandle.Info info, long startedAt) {
        if (info.command().isPresent()) {
            Path name = Path.of(info.command().get()).getFileName();
            return name != null && name.toString().startsWith("postgres");
        }
        // Another user's process hides its name; a server writes its pid file within seconds of its start.
        return info.startInstant().isPresent()
                && Math.abs(info.startInstant().get().getEpochSecond() - startedAt) <= 5;
    }

    private void pgCtlStop(String mode) {
        try {
            run(
                    "pg_ctl",
                    data,
                    List.of(program("pg_ctl"), "stop", "-D", user.pathFor(data), "-m", mode, "-w", "-t", "5"));
        } catch (PostgresServerException e) {
            // The caller looks whether the server is gone, whatever pg_ctl says.
            LOG.debug("pg_ctl stop -m {} failed", mode, e);
        }
    }

    /** Starts the server and waits until it takes connections. */
    void start(int port, Map<String, String> settings) throws IOException {
        endLeftover();
        long logStart = Files.exists(log) ? Files.size(log) : 0;
        Path path = Path.of(user.pathFor(data));
        List<String> command = new ArrayList<>(List.of(program("postgres"), "-D", path.toString(), "-p", "" + port));
        settings.forEach((name, value) -> {
            command.add("-c");
            command.add(name + "=" + value);
        });
        Process started = builder(data, Programs.untilPipeCloses(command))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process = started;
        long begin = System.nanoTime();
        while (!ready()) {
            if (!started.isAlive()) {
                throw failure("PostgreSQL did not start on port " + port, logStart);
            }
            if (System.nanoTime() - begin > START_LIMIT.toNanos()) {
                stop();
                throw failure("PostgreSQL was not ready after " + START_LIMIT.toSeconds() + " s", logStart);
            }
            pause();
        }
    }

    private boolean ready() throws IOException {
        try {
            List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"), StandardCharsets.UTF_8);
            return lines.size() >= 8 && lines.get(7).strip().equals("ready");
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Stops the server as fast as is clean: sessions are ended, nothing committed is lost. */
    void stop() {
        Process running = process;
        if (running == null) {
            return;
        }
        try {
            if (Ports.isWindows()) {
                pgCtlStop("fast");
            } else {
                running.getOutputStream().close();
            }
        } catch (IOException e) {
            // The pipe is broken because the server is gone already.
            LOG.debug("The server's watcher was gone", e);
        }
        if (!ended(running.toHandle(), FAST_STOP_LIMIT)) {
            LOG.warn("PostgreSQL in {} did not stop within {} s; killing it", data, FAST_STOP_LIMIT.toSeconds());
            kill();
        }
        process = null;
    }

    /** Ends the server as a crash would: no shutdown, no checkpoint. */
    void kill() {
        Process running = process;
        if (running == null) {
            return;
        }
        List<ProcessHandle> all = running.descendants().toList();
        all.forEach(ProcessHandle::destroyForcibly);
        ended(running.toHandle(), FAST_STOP_LIMIT);
        for (ProcessHandle child : all) {
            ended(child, FAST_STOP_LIMIT);
        }
        process = null;
    }

    private void run(String what, Path workingDirectory, List<String> command) {
        try {
            Path output = Files.createTempFile(directory, what, ".log");
            try {
                Process done = builder(workingDirectory, command)
                        .redirectOutput(output.toFile())
                        .start();
                done.getOutputStream().close();
                if (!done.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    done.destroyForcibly();
                    throw new PostgresServerException(what + " did not end within " + START_LIMIT.toSeconds() + " s");
                }
                if (done.exitValue() != 0) {
                    throw new PostgresServerException(
                            what + " failed with exit code " + done.exitValue() + ": " + tail(output, 0));
                }
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresServerException("Interrupted while waiting for " + what, e);
        }
    }

    private ProcessBuilder builder(Path workingDirectory, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(user.command(workingDirectory, command));
        builder.directory(workingDirectory.toFile());
        builder.redirectErrorStream(true);
        // Settings of the user's own PostgreSQL must not reach this one.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        return builder;
    }

    private String program(String name) {
        return home.resolve("bin")
                .resolve(Ports.isWindows() ? name + ".exe" : name)
                .toString();
    }

    private PostgresServerException failure(String what, long logStart) {
        return new PostgresServerException(what + ". End of " + log + ": " + tail(log, logStart));
    }

    private static String tail(Path file, long from) {
        try {
            byte[] all = Files.readAllBytes(file);
            int start = (int) Math.max(from, all.length - (long) LOG_TAIL);
            return new String(all, start, all.length - start, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "(cannot be read: " + e.getMessage() + ")";
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    private static boolean ended(ProcessHandle handle, Duration limit) {
        long begin = System.nanoTime();
        while (handle.isAlive()) {
            if (System.nanoTime() - begin > limit.toNanos()) {
                return false;
            }
            pause();
        }
        return true;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresServerException("Interrupted while waiting for PostgreSQL", e);
        }
    }
}
