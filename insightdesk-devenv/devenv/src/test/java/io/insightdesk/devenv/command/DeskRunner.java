package io.insightdesk.devenv.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs the command for one directory, in this process or in one of its own. */
final class DeskRunner {
    private final Path directory;
    private final Map<String, String> environment = new HashMap<>(System.getenv());

    DeskRunner(Path directory) {
        this.directory = directory;
        environment.keySet().removeIf(name -> name.equals("DATABASE_URL") || name.equals("APP_ENV"));
    }

    /**
     * What a command said.
     *
     * @param exitCode its exit code
     * @param out its results
     * @param err its progress and complaints
     */
    record Result(int exitCode, String out, String err) {}

    Checkout checkout() {
        return Checkout.of(directory);
    }

    DeskRunner with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Result run(String... arguments) {
        return runWithInput("", Terminal.NONE, arguments);
    }

    Result runWithInput(String input, Terminal terminal, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.commandLine(new Surroundings(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        new BufferedReader(new StringReader(input)),
                        terminal,
                        environment,
                        directory))
                .execute(arguments);
        return new Result(exitCode, out.toString(), err.toString());
    }

    /** Starts the command as a shell would. */
    Process start(Path output, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.language=tr",
                "-D" + Surroundings.DIRECTORY_PROPERTY + "=" + directory,
                Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return builder.start();
    }
}
