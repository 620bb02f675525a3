package io.insightdesk.devenv.command;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Shows how the command is used. Picocli's own would take the option {@code -h} a second time. */
@Command(name = "help", header = "Lists the commands, or shows how one is used.")
final class HelpPart extends StackCommand {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "The command to explain.")
    private List<String> names = List.of();

    @Override
    public Integer call() {
        CommandLine line = requireNonNull(spec, "spec").commandLine().getParent();
        for (String name : names) {
            CommandLine part = line.getSubcommands().get(name);
            if (part == null) {
                throw new UnmatchedArgumentException(line, List.of(name));
            }
            line = part;
        }
        line.usage(desk().surroundings().out());
        return ExitCode.OK;
    }
}
