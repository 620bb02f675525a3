package io.insightdesk.devenv.command;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command of which all others are parts; by itself it shows what there is. */
@Command(
        name = "desk",
        header =
                "The development environment of InsightDesk: PostgreSQL, Valkey, MinIO and MailHog, with nothing to configure.",
        synopsisHeading = "%nUsage: ",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        parameterListHeading = "%n",
        descriptionHeading = "%n",
        sortOptions = false,
        footerHeading = "%nOf a server, and of where it runs (each with --help):%n",
        footer = {
            "  deploy          Brings a pushed commit to staging or production, or back; deploy status ENV.",
            "  logs tail ENV   What the servers of an environment log: --since --tenant --trace --level --role.",
            "  preflight ENV   Looks whether a first deployment can succeed.",
            "  support-bundle  Facts for a report of a fault, masked.",
            "  config, admin   Settings, tenants, agents, tokens and keys of a server.",
            "  bench           Benchmarks.",
            "  verify-all      Everything that CI does, and what takes long."
        },
        mixinStandardHelpOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all is well", "1:something failed, or is not healthy", "2:the request has to be corrected"},
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            ShellCommand.class,
            EnvCommand.class,
            DatabaseCommand.class,
            HealthCommand.class,
            DoctorCommand.class,
            ComposeCommand.class,
            CompletionCommand.class,
            WarmUpCommand.class,
            HelpPart.class
        })
final class DeskCommand implements Runnable {
    private final Surroundings surroundings;

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
            names = "--directory",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description =
                    "The checkout whose servers are meant; the script takes its own, else it is the current directory.")
    private @Nullable Path directory;

    @Option(
            names = "--no-color",
            scope = ScopeType.INHERIT,
            description = "No colours; so does the variable NO_COLOR, and so does an output that is no terminal.")
    private boolean noColor;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Shows the log and, after a failure, where it happened.")
    private boolean verbose;

    DeskCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(surroundings.out());
        }
    }

    Surroundings surroundings() {
        return surroundings;
    }

    boolean isVerbose() {
        return verbose;
    }

    Console console() {
        Terminal terminal = noColor ? surroundings.terminal().withoutColours() : surroundings.terminal();
        return new Console(surroundings.out(), surroundings.err(), terminal);
    }

    Checkout checkout() {
        return Checkout.of(directory == null ? surroundings.directory() : directory);
    }

    Stack stack() {
        return new Stack(checkout(), console(), surroundings.environment());
    }
}
