package io.insightdesk.devenv.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a command runs.
 *
 * @param out results
 * @param err progress and complaints
 * @param in answers to questions
 * @param terminal which of these a person sees
 * @param environment the environment variables
 * @param directory the checkout that is meant when none is named
 */
record Surroundings(
        PrintWriter out,
        PrintWriter err,
        BufferedReader in,
        Terminal terminal,
        Map<String, String> environment,
        Path directory) {
    /** The script sets it, so that the command means the same checkout in all of its folders. */
    static final String DIRECTORY_PROPERTY = "insightdesk.desk.directory";

    Surroundings {
        environment = Map.copyOf(environment);
    }

    static Surroundings ofThisProcess() {
        // A C locale says ASCII, but the terminals around it understand UTF-8.
        boolean windows = System.getProperty("os.name", "").startsWith("Windows");
        Charset charset = windows ? Charset.defaultCharset() : StandardCharsets.UTF_8;
        return new Surroundings(
                new PrintWriter(System.out, true, charset),
                new PrintWriter(System.err, true, charset),
                new BufferedReader(new InputStreamReader(System.in, charset)),
                Terminal.ofThisProcess(),
                System.getenv(),
                Path.of(System.getProperty(DIRECTORY_PROPERTY, "")));
    }

    /** Returns the next line that was typed; empty at the end of the input. */
    String readLine() {
        try {
            String line = in.readLine();
            return line == null ? "" : line.strip();
        } catch (IOException e) {
            throw CommandFailure.failed("The answer cannot be read: " + e.getMessage() + ". Say --yes instead.", e);
        }
    }
}
