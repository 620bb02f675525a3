package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.ComposeFile;
import picocli.CommandLine.Command;

/** Prints the file that is checked in for those who prefer Compose. */
@Command(name = "compose", hidden = true, header = "Prints the servers as a file for Docker Compose.")
final class ComposeCommand extends StackCommand {
    @Override
    public Integer call() {
        console().line(ComposeFile.render().stripTrailing());
        return ExitCode.OK;
    }
}
