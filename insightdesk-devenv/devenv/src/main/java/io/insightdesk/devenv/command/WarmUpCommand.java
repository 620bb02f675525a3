package io.insightdesk.devenv.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.insightdesk.devenv.servers.Health;
import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Loads what the quick commands need, for the script to have Java write it down in the form that loads fastest. */
@Command(name = "warm-up", hidden = true, header = "Loads the classes of the quick commands.")
final class WarmUpCommand extends StackCommand {
    private static final Duration LIMIT = Duration.ofMillis(200);

    @Override
    public Integer call() throws JsonProcessingException {
        Map<ServerPort, Integer> ports = new EnumMap<>(ServerPort.class);
        Map<Service, String> programs = new EnumMap<>(Service.class);
        for (ServerPort port : ServerPort.values()) {
            // Nobody listens there, which is found out at once.
            ports.put(port, 1);
            programs.put(port.service(), "none");
        }
        StackState state = new StackState(
                "none",
                true,
                Mode.EMBEDDED,
                "none",
                ports,
                Map.of(),
                programs,
                KeeperIdentity.ofThisProcess(),
                EndpointPorts.endpoints("127.0.0.1", ports));
        List<Health> answers = Health.of(state.endpoints(), LIMIT);
        StackReport.addresses(console(), state, List.of());
        console().line(StackReport.json(answers));
        console().line(StateFile.parse(StateFile.format(state)).name());
        return ExitCode.OK;
    }
}
