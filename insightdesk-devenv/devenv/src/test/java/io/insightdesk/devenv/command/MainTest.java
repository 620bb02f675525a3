package io.insightdesk.devenv.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What can be answered without a disk: use, mistakes in typing, colours. */
class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void withoutACommandAndByHelpAllCommandsAreListed() {
        for (String[] arguments : new String[][] {{}, {"help"}, {"--help"}}) {
            out.getBuffer().setLength(0);
            assertThat(run(Terminal.NONE, arguments)).isZero();
            assertThat(out.toString())
                    .contains("up", "down", "status", "logs", "shell", "env", "db", "health", "doctor", "completion")
                    .contains("the request has to be corrected")
                    .doesNotContain("warm-up")
                    .doesNotContain("compose");
        }
    }

    @Test
    void helpExplainsACommandAndItsParts() {
        assertThat(run(Terminal.NONE, "help", "db", "seed")).isZero();
        assertThat(out.toString()).contains("--size", "1,000,000 tickets");
    }

    @Test
    void anUnknownCommandIsAnsweredWithTheNearest() {
        assertThat(run(Terminal.NONE, "stauts")).isEqualTo(2);
        assertThat(err.toString()).contains("There is no command stauts.").contains("desk status");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void helpOfAnUnknownCommandIsAMistake() {
        assertThat(run(Terminal.NONE, "help", "bench")).isEqualTo(2);
        assertThat(err.toString()).contains("There is no command bench.");
    }

    @Test
    void wrongOptionsAreExplainedWithoutTouchingAnything() {
        assertWrong("There is no mode cloud", "up", "--mode", "cloud");
        assertWrong("There is no service mysql", "up", "--with", "postgres,mysql");
        assertWrong("There is no port http", "up", "--port", "http=80");
        assertWrong("--port postgres is «x»", "up", "--port", "postgres=x");
        assertWrong("There is no size huge", "db", "seed", "--size", "huge");
        assertWrong("migrate, seed or reset", "db");
        assertWrong("is no address of a server", "health", "ftp://example.com");
        assertWrong("--json", "env", "--json", "--export");
        assertWrong("There is no directory /no/such/place", "--directory", "/no/such/place", "status");
    }

    @Test
    void theCompletionKnowsCommandsAndServices() {
        assertThat(run(Terminal.NONE, "completion")).isZero();
        assertThat(out.toString()).startsWith("#!").contains("doctor").contains("mailhog");
    }

    @Test
    void coloursAreOnlyForScreens() {
        assertThat(run(new Terminal(true, true, true, true), "help")).isZero();
        assertThat(out.toString()).contains("\u001b[");
        out.getBuffer().setLength(0);
        assertThat(run(new Terminal(true, false, true, true), "help")).isZero();
        assertThat(out.toString()).doesNotContain("\u001b[");
    }

    @Test
    void noColorIsRespectedAndATerminalIsKnownStreamByStream() {
        assertThat(Terminal.detect("12", Map.of(), false)).isEqualTo(new Terminal(false, true, true, true));
        assertThat(Terminal.detect("none", Map.of(), true)).isEqualTo(new Terminal(false, false, false, true));
        assertThat(Terminal.detect(null, Map.of("NO_COLOR", "1"), true))
                .isEqualTo(new Terminal(true, true, true, false));
        assertThat(Terminal.detect(null, Map.of("NO_COLOR", ""), true).colours())
                .isTrue();
        assertThat(Terminal.detect(null, Map.of("TERM", "dumb"), true).colours())
                .isFalse();
    }

    @Test
    void onAScreenALineOfProgressGivesWayToTheNext() {
        Console console = new Console(new PrintWriter(out), new PrintWriter(err), new Terminal(true, true, true, true));
        console.progress("Pulling: 1 of 2 MB");
        console.progress("Pulling: 2 of 2 MB");
        console.line("Ready");
        assertThat(err.toString()).doesNotContain("\n").contains("\r\u001b[K");
        assertThat(out.toString()).isEqualTo("Ready" + System.lineSeparator());
    }

    @Test
    void inALogProgressOfTheSameKindIsNotRepeatedEverySecond() {
        Console console = new Console(new PrintWriter(out), new PrintWriter(err), Terminal.NONE);
        ProgressLines lines = new ProgressLines(console);
        lines.accept("Pulling postgres:17: 1 of 200 MB");
        lines.accept("Starting valkey");
        lines.accept("Pulling postgres:17: 2 of 200 MB");
        assertThat(err.toString().lines()).containsExactly("Pulling postgres:17: 1 of 200 MB", "Starting valkey");
    }

    private void assertWrong(String message, String... arguments) {
        err.getBuffer().setLength(0);
        assertThat(run(Terminal.NONE, arguments)).as(err.toString()).isEqualTo(2);
        assertThat(err.toString()).contains(message);
        assertThat(out.toString()).isEmpty();
    }

    private int run(Terminal terminal, String... arguments) {
        return Main.commandLine(new Surroundings(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        new BufferedReader(new StringReader("")),
                        terminal,
                        Map.of("APP_ENV", "development"),
                        Path.of("/no/such/place")))
                .execute(arguments);
    }
}
