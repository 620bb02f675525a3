package io.insightdesk.devenv.command;

import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** Prints what lets a shell complete the command. */
@Command(
        name = "completion",
        header = "Prints a script that lets bash and zsh complete this command.",
        description = {"In the shell: source <(desk completion)", ""})
final class CompletionCommand extends StackCommand {
    @Override
    public Integer call() {
        console()
                .line(AutoComplete.bash("desk", Main.commandLine(desk().surroundings()))
                        .stripTrailing());
        return ExitCode.OK;
    }
}
