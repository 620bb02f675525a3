package io.insightdesk.devenv.command;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows how the servers are. */
@Command(
        name = "status",
        header = "Shows whether the servers run and do their work.",
        description = {"The exit code is 1 if one of them does not, or if there are none.", ""})
final class StatusCommand extends StackCommand {
    @Option(names = "--json", description = "Writes JSON, with the settings of a server that uses these.")
    private boolean json;

    @Override
    public Integer call() {
        Console console = console();
        Stack stack = stack();
        Optional<StackState> found = stack.find();
        if (found.isEmpty()) {
            if (json) {
                console.line(StackReport.json(
                        stack.checkout(),
                        StateFile.read(stack.checkout().stateFile())
                                .orElseGet(() -> none(stack.checkout().stack())),
                        List.of()));
            } else {
                boolean starting = new KeeperProcess(stack.checkout()).isAlive();
                console.line(
                        starting
                                ? "The servers of " + stack.checkout().directory() + " are being started."
                                : "No servers are up for " + stack.checkout().directory() + ". «desk up» starts them.");
            }
            return ExitCode.FAILED;
        }
        List<Stack.ServiceStatus> services = stack.status(found.get());
        if (json) {
            console.line(StackReport.json(stack.checkout(), found.get(), services));
        } else {
            StackReport.status(console, found.get(), services);
        }
        return services.stream().allMatch(Stack.ServiceStatus::healthy) ? ExitCode.OK : ExitCode.FAILED;
    }

    private static StackState none(String name) {
        return new StackState(
                name, false, null, "never started", Map.of(), Map.of(), Map.of(), null, StackState.NOWHERE);
    }
}
