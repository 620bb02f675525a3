package io.insightdesk.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A process of Node.js, with which one talks in lines. It does not outlive this JVM: it ends when its input does, and is killed
 * when the JVM is told to end.
 */
final class JavaScriptProcess implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(JavaScriptProcess.class.getName());
    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private final Process process;
    private final OutputStream input;
    private final Path log;
    private final Thread reader;
    private final Thread killAtExit;

    private JavaScriptProcess(Process process, Path log, Consumer<String> lines) {
        this.process = process;
        this.input = process.getOutputStream();
        this.log = log;
        this.reader = new Thread(() -> read(lines), "reader of process " + process.pid());
        this.killAtExit = new Thread(process::destroyForcibly, "end of process " + process.pid());
    }

    /**
     * Starts it.
     *
     * @param command the program and its arguments
     * @param directory where it works
     * @param environment what it finds in its environment beside what is in ours
     * @param lines is given each line that it says, by one thread
     */
    static JavaScriptProcess start(
            List<String> command, Path directory, Map<String, String> environment, Consumer<String> lines)
            throws IOException {
        Path log = directory.resolve("node.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        JavaScriptProcess started = new JavaScriptProcess(builder.start(), log, lines);
        Runtime.getRuntime().addShutdownHook(started.killAtExit);
        started.reader.setDaemon(true);
        started.reader.start();
        return started;
    }

    private void read(Consumer<String> lines) {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.accept(line);
            }
        } catch (IOException e) {
            // A process that was killed leaves a stream that is closed.
            LOG.log(System.Logger.Level.DEBUG, "The output ended", e);
        }
    }

    /** Says a line to it. */
    void say(String line) throws IOException {
        input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    /** Has something done as soon as it has ended, however it ends. */
    void whenEnded(Runnable action) {
        CompletableFuture<Void> unused = process.onExit().thenRun(action);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Where what it writes to its error stream is added. */
    Path log() {
        return log;
    }

    /** Waits until it ends by itself. */
    void awaitEnd(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("The process has not ended after " + limit + "; see " + log);
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException("The process ended with " + process.exitValue() + "; see " + log);
        }
    }

    /** Tells it to end, waits until it has, and kills it when that takes too long. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
            reader.join();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(killAtExit);
        } catch (IllegalStateException e) {
            // The JVM is going down, and the hook with it.
            LOG.log(System.Logger.Level.DEBUG, "Closed while the JVM ends", e);
        }
    }
}
