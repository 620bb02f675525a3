package io.insightdesk.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.insightdesk.devenv.command.Main;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code desk up --all}: the packaged server's roles as processes on the servers of development. */
class DeskUpIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    /** How a command ended, and what it wrote to the standard output. */
    private record Ran(int code, String out) {}

    @AfterEach
    void leaveNothing() throws Exception {
        String mark = "insightdesk.devenv.server=" + stack() + ":";
        // Its data go with the directory; the engine, which --volumes asks, is not on the class path of this module.
        assertThat(desk("down").code()).isZero();
        assertThat(ProcessHandle.allProcesses()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains(mark)))
                .isEmpty();
    }

    @Test
    void theRolesComeUpServeAndGo() throws Exception {
        Ran up = up();
        assertThat(up.code()).isZero();
        assertThat(up.out()).contains("  api  ", "  worker  ", "  web  ", ".insightdesk/dev.env");
        Map<String, String> settings = DotEnv.read(directory.resolve(".insightdesk/dev.env"));
        HttpResponse<String> tickets = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(settings.get("INSIGHTDESK_URL") + "/api/v1/tickets?limit=1"))
                                .header("Authorization", "Bearer " + settings.get("INSIGHTDESK_TOKEN"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(JSON.readTree(tickets.body()).path("items")).hasSize(1);
        Ran shell = desk("shell", "web", "--", "sh", "-c", "echo asks $API_URL");
        assertThat(shell.out()).contains("asks " + settings.get("INSIGHTDESK_URL"));
        assertThat(desk("logs", "worker").out()).contains("The server is ready as worker");

        process("worker").destroyForcibly();
        Ran status = desk("status");
        assertThat(status.code()).isEqualTo(1);
        assertThat(status.out()).contains("worker: it has ended; «desk logs worker» says why");
        ProcessHandle api = process("api");

        assertThat(up().code()).isZero();

        assertThat(process("api")).isEqualTo(api);
        JsonNode again = JSON.readTree(desk("status", "--json").out()).path("servers");
        assertThat(again).hasSize(3).allMatch(server -> server.path("ready").asBoolean());
    }

    private Ran up() throws Exception {
        return desk(
                "up",
                "--all",
                "--mode",
                "embedded",
                "--with",
                "postgres,mailhog",
                "--port",
                "postgres=0",
                "--port",
                "mailhog-smtp=0",
                "--port",
                "mailhog-http=0");
    }

    private ProcessHandle process(String role) throws Exception {
        String mark = "insightdesk.devenv.server=" + stack() + ":" + role + ":";
        return ProcessHandle.allProcesses()
                .filter(process -> process.isAlive()
                        && process.info().commandLine().orElse("").contains(mark))
                .findFirst()
                .orElseThrow();
    }

    private String stack() throws Exception {
        return JSON.readTree(desk("status", "--json").out()).path("stack").asText();
    }

    private Ran desk(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dinsightdesk.desk.directory=" + directory,
                "-Dinsightdesk.desk.server="
                        + Path.of("target", "insightdesk-server.jar").toAbsolutePath(),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        // To a file: whoever is started and stays has the other end of a pipe.
        Path out = Files.createTempFile("desk", ".out");
        Path err = Files.createTempFile("desk", ".err");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().keySet().removeIf(name -> name.equals("DATABASE_URL") || name.equals("APP_ENV"));
            builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
            Process process = builder.start();
            assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
            String said = Files.readString(out, StandardCharsets.UTF_8);
            assertThat(process.exitValue())
                    .as(said + Files.readString(err, StandardCharsets.UTF_8))
                    .isIn(0, 1);
            return new Ran(process.exitValue(), said);
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
