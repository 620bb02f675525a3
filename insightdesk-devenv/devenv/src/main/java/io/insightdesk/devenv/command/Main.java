package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.DevEnvironmentException;
import io.insightdesk.devenv.servers.PortTakenException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code desk}: {@code java -cp … io.insightdesk.devenv.command.Main help} lists what it can do. It starts the
 * servers of the current directory, shows and ends them, looks after their database, and says why something does not work.
 *
 * <p>Its exit code is 0 when all is well, 1 when something failed or is not healthy, and 2 when the request has to be
 * corrected. Results go to the standard output, progress and complaints to the standard error.
 *
 * @since 0.1.0
 */
public final class Main {
    private Main() {}

    /**
     * Runs one command and ends this process with its exit code.
     *
     * @param arguments the command and its options
     */
    public static void main(String[] arguments) {
        Logging.ofCommand(isVerbose(arguments));
        Surroundings surroundings = Surroundings.ofThisProcess();
        int exitCode = commandLine(surroundings).execute(arguments);
        surroundings.out().flush();
        surroundings.err().flush();
        System.exit(exitCode);
    }

    /** Read before the rest is, because logging is set up before the first class that logs. */
    private static boolean isVerbose(String[] arguments) {
        return Arrays.stream(arguments).takeWhile(word -> !word.equals("--")).anyMatch("--verbose"::equals);
    }

    /** Makes the command as it runs in these surroundings. */
    static CommandLine commandLine(Surroundings surroundings) {
        DeskCommand desk = new DeskCommand(surroundings);
        CommandLine line = new CommandLine(desk);
        line.setOut(surroundings.out());
        line.setErr(surroundings.err());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.setColorScheme(colours(surroundings));
        line.setParameterExceptionHandler((failure, arguments) -> {
            CommandLine where = failure.getCommandLine();
            PrintWriter err = where.getErr();
            err.println("desk: " + explain(failure));
            if (!UnmatchedArgumentException.printSuggestions(failure, err)) {
                err.println("«" + where.getCommandSpec().qualifiedName() + " --help» tells how.");
            }
            err.flush();
            return ExitCode.WRONG;
        });
        line.setExecutionExceptionHandler((failure, where, result) -> failed(desk, failure, result));
        return line;
    }

    private static String explain(ParameterException failure) {
        if (failure instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            String word = unmatched.getUnmatched().get(0);
            return unmatched.getCommandLine().getSubcommands().isEmpty()
                    ? "«" + word + "» is one word too many."
                    : "There is no command " + word + ".";
        }
        return String.valueOf(failure.getMessage());
    }

    private static Help.ColorScheme colours(Surroundings surroundings) {
        Terminal terminal = surroundings.terminal();
        return Help.defaultColorScheme(terminal.output() && terminal.colours() ? Help.Ansi.ON : Help.Ansi.OFF);
    }

    private static int failed(DeskCommand desk, Exception failure, ParseResult result) {
        Console console = desk.console();
        String message = String.valueOf(failure.getMessage());
        int exitCode = ExitCode.FAILED;
        boolean expected = true;
        if (failure instanceof CommandFailure known) {
            exitCode = known.exitCode();
        } else if (failure instanceof PortTakenException) {
            exitCode = ExitCode.WRONG;
        } else if (!(failure instanceof DevEnvironmentException || failure instanceof UncheckedIOException)) {
            expected = false;
            message = failure + ". That is a mistake of the command; please report it with what --verbose adds.";
        }
        console.note(console.styledNote(Console.Style.BAD, "desk: ") + message);
        if (desk.isVerbose()) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            console.note(trace.toString());
        } else if (!expected) {
            console.note("«desk --verbose " + String.join(" ", names(result)) + "» shows where it happened.");
        }
        return exitCode;
    }

    private static List<String> names(ParseResult result) {
        return result.asCommandLineList().stream()
                .skip(1)
                .map(CommandLine::getCommandName)
                .toList();
    }
}
