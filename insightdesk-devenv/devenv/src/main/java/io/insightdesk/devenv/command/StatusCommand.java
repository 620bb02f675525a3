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
    public Integer call() throws InterruptedException {
        Console console = console();
        Stack stack = stack();
        Optional<StackState> found = stack.find();
        if (found.isEmpty()) {
            if (json) {
                console.line(StackReport.json(
                        stack.checkout(),
                        StateFile.read(stack.checkout().stateFile())
                                .orElseGet(() -> none(stack.checkout().stack())),
                        List.of(),
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
        List<DeskServers.Status> servers = servers().status();
        if (json) {
            console.line(StackReport.json(stack.checkout(), found.get(), services, servers));
        } else {
            StackReport.status(console, found.get(), services, servers);
        }
        boolean well = services.stream().allMatch(Stack.ServiceStatus::healthy)
                && servers.stream().allMatch(DeskServers.Status::ready);
        return well ? ExitCode.OK : ExitCode.FAILED;
    }

    private static StackState none(String name) {
        return new StackState(
                name, false, null, "never started", Map.of(), Map.of(), Map.of(), null, StackState.NOWHERE);
    }
}
