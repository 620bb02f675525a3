package io.insightdesk.devenv.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ends the servers. */
@Command(
        name = "down",
        header = "Ends the servers; their data stay.",
        description = {"The next «up» finds the data and the ports again.", ""})
final class DownCommand extends StackCommand {
    @Option(names = "--volumes", description = "Deletes their data, too; nothing of the servers is left.")
    private boolean volumes;

    @Override
    public Integer call() {
        Console console = console();
        Stack stack = stack();
        boolean had = stack.down(volumes);
        if (!had) {
            console.line("No servers were up for " + stack.checkout().directory() + ".");
        } else if (volumes) {
            console.line("The servers are stopped and their data deleted.");
        } else {
            console.line("The servers are stopped; their data stay (desk down --volumes deletes them).");
        }
        return ExitCode.OK;
    }
}
