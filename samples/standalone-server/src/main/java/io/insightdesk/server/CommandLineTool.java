package io.insightdesk.server;

import io.insightdesk.error.InsightDeskException;
import io.insightdesk.error.InvalidInputException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * What can be asked of the packaged server besides running it: {@code config} and {@code admin}. Exit codes: 0 done, 1 failed or
 * found something wrong, 2 asked in the wrong way.
 */
@Command(
        name = "insightdesk",
        header = "Looks at the settings of an InsightDesk server, or does what only its operator may.",
        description =
                "Without a command, or with a role, the server starts: api, web, worker, all, migrate, verify_audit.",
        sortOptions = false,
        subcommands = {ConfigCommand.class, AdminCommand.class, CommandLineTool.Help.class},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed, or something is wrong", "2:asked in the wrong way"})
final class CommandLineTool implements Callable<Integer> {

    /** It failed, or found something wrong. */
    static final int FAILED = 1;

    private static final int WRONG = 2;
    private static final Set<String> NAMES = Set.of("config", "admin", "help", "--help", "-h", "--version", "-V");

    private final Map<String, String> environment;
    private final Path workingDirectory;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Shows how the command is used.")
    @SuppressWarnings("UnusedVariable") // Picocli acts on it by itself.
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Shows the version and the commit.")
    @SuppressWarnings("UnusedVariable") // Picocli acts on it by itself.
    private boolean version;

    private CommandLineTool(Map<String, String> environment, Path workingDirectory) {
        this.environment = environment;
        this.workingDirectory = workingDirectory;
    }

    /** Whether the arguments ask for something else than to run the server. */
    static boolean isMeant(List<String> arguments) {
        return !arguments.isEmpty() && NAMES.contains(arguments.get(0));
    }

    /** Does what is asked; answers the exit code. */
    static int run(
            List<String> arguments,
            Map<String, String> environment,
            Path workingDirectory,
            PrintWriter out,
            PrintWriter err) {
        CommandLine line = new CommandLine(new CommandLineTool(environment, workingDirectory));
        line.setOut(out);
        line.setErr(err);
        line.setUsageHelpAutoWidth(true);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        line.getCommandSpec().version(BuildInfo.ofThisJar().toString());
        line.setExecutionExceptionHandler((failure, where, result) -> {
            err.println(explain(failure));
            return FAILED;
        });
        int code = line.execute(arguments.toArray(String[]::new));
        out.flush();
        err.flush();
        return code;
    }

    private static String explain(Exception failure) {
        if (failure instanceof InvalidInputException invalid) {
            StringBuilder text = new StringBuilder("That cannot be:");
            invalid.violations().forEach(each -> text.append("\n  ").append(each.message()));
            return text.toString();
        }
        if (failure instanceof InsightDeskException
                || failure instanceof SettingsException
                || failure instanceof StartException) {
            return String.valueOf(failure.getMessage());
        }
        return "It failed: " + failure;
    }

    @Override
    public Integer call() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getErr());
        }
        return WRONG;
    }

    Map<String, String> environment() {
        return environment;
    }

    Path workingDirectory() {
        return workingDirectory;
    }

    /** Shows how the command is used. */
    @Command(name = "help", header = "Shows how the command is used.")
    static final class Help implements Runnable {

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public void run() {
            if (spec != null) {
                CommandLine parent = spec.commandLine().getParent();
                parent.usage(parent.getOut());
            }
        }
    }
}
