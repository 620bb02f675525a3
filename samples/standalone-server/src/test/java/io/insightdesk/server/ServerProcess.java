package io.insightdesk.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a JVM of its own, as staging runs it. Closing it kills it. */
final class ServerProcess implements AutoCloseable {

    static final String METRICS_TOKEN = "0123456789abcdef-metrics";

    private static final Pattern READY = Pattern.compile("ready as [a-z]+ on port ([0-9]+)");

    private final Process process;
    private final Path log;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private ServerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** The settings of staging for a database that a URL leads to, on any port. */
    static Map<String, String> settings(String databaseUrl) {
        Map<String, String> settings = new HashMap<>();
        settings.put("APP_ENV", "staging");
        settings.put("HOST", "127.0.0.1");
        settings.put("PORT", "0");
        settings.put("API_URL", "http://localhost:3001");
        settings.put("APP_URL", "http://localhost:3000");
        settings.put("DATABASE_URL", databaseUrl);
        settings.put("MAIL_ENABLED", "false");
        settings.put("BLOB_STORE", "database");
        settings.put("JWT_SECRET", "0123456789abcdef0123456789abcdef");
        settings.put("METRICS_TOKEN", METRICS_TOKEN);
        settings.put("DRAIN_DELAY", "0s");
        return settings;
    }

    static ServerProcess start(Path directory, Map<String, String> settings, String... arguments) {
        return startCommand(
                directory,
                settings,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        // The tests' own configuration of Logback, which is on this class path, must not have it talk
                        // of itself.
                        "-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName()),
                arguments);
    }

    static ServerProcess startCommand(
            Path directory, Map<String, String> settings, List<String> command, String... arguments) {
        try {
            Path log = Files.createTempFile(directory, "server", ".log");
            ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
            builder.command().addAll(List.of(arguments));
            only(builder.environment(), settings);
            builder.directory(directory.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
            return new ServerProcess(builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes all settings of whoever runs the tests away, and puts others in their place. */
    static void only(Map<String, String> environment, Map<String, String> settings) {
        for (Setting setting : Setting.values()) {
            environment.remove(setting.name());
            environment.remove(setting.name() + "_FILE");
        }
        environment.remove("NODE_ENV");
        environment.putAll(settings);
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it says that it is ready; answers its port. */
    int port() {
        await().atMost(Duration.ofMinutes(2)).until(() -> {
            assertThat(process.isAlive()).as(log()).isTrue();
            return READY.matcher(log()).find();
        });
        Matcher port = READY.matcher(log());
        assertThat(port.find()).isTrue();
        return Integer.parseInt(port.group(1));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return get(port(), path);
    }

    HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                BodyHandlers.ofString());
    }

    HttpResponse<String> getAs(String token, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                        .header("Authorization", "Bearer " + token)
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the end; answers the exit code. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(log()).isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
