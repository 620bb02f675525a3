package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts the servers, or says that they run. */
@Command(
        name = "up",
        header = "Starts the servers and says where they are.",
        description = {
            "They run on after the command has ended, and keep their data. Once they run, the command only shows them.",
            "Ports are the well-known ones where they are free, else the next ones; they stay the same from then on.",
            ""
        })
final class UpCommand extends StackCommand {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "auto",
            completionCandidates = Candidates.Modes.class,
            description = "auto (containers where an engine answers), docker or embedded.")
    private String mode = "auto";

    @Option(
            names = "--with",
            split = ",",
            paramLabel = "SERVICE",
            completionCandidates = Candidates.Services.class,
            description = "Only these of postgres, valkey, minio and mailhog.")
    private List<String> with = List.of();

    @Option(
            names = "--port",
            paramLabel = "NAME=PORT",
            description = "Listens there. Names: postgres, valkey, minio, minio-console, mailhog-smtp, mailhog-http.")
    private Map<String, String> ports = Map.of();

    @Option(names = "--image", paramLabel = "SERVICE=IMAGE", description = "Runs the service from this image.")
    private Map<String, String> images = Map.of();

    @Option(
            names = "--all",
            description =
                    "Starts InsightDesk on them, too: a process each for the API, the background work and the pages.")
    private boolean all;

    @Option(names = "--json", description = "Writes JSON.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        StartRequest request = request();
        Console console = console();
        Stack stack = stack();
        long begin = System.nanoTime();
        boolean already = stack.up(request, new ProgressLines(console));
        StackState state = stack.require();
        List<DeskServers.Running> servers =
                all ? startServers(stack, state, console) : servers().running();
        if (json) {
            console.line(StackReport.json(
                    stack.checkout(),
                    state,
                    List.of(),
                    servers.stream()
                            .map(server -> new DeskServers.Status(server.role(), server.uri(), true, ""))
                            .toList()));
            return ExitCode.OK;
        }
        long millis = (System.nanoTime() - begin) / 1_000_000;
        console.line(console.styled(Console.Style.GOOD, already ? "The servers are up" : "The servers are ready")
                + (already ? "" : " after " + millis / 1000 + "." + millis % 1000 / 100 + " s") + ": "
                + state.reason());
        StackReport.addresses(console, state, servers);
        console.line("Settings: " + stack.checkout().envFile()
                + console.styled(Console.Style.FAINT, "  (eval \"$(desk env --export)\" sets them in a shell)"));
        if (!servers.isEmpty()) {
            console.line("Address and token of the API: .insightdesk/dev.env");
        }
        return ExitCode.OK;
    }

    private List<DeskServers.Running> startServers(Stack stack, StackState state, Console console)
            throws InterruptedException {
        if (state.endpoints().postgres() == null) {
            throw CommandFailure.wrong(
                    "This stack has no postgres, which InsightDesk needs. End it and start it with one: desk down,"
                            + " desk up --all.");
        }
        try (StackLock lock = stack.lock()) {
            Objects.requireNonNull(lock);
            return servers()
                    .start(
                            desk().surroundings().environment(),
                            state.endpoints().environment(),
                            new ProgressLines(console));
        }
    }

    private StartRequest request() {
        try {
            Set<Service> services = new LinkedHashSet<>();
            with.forEach(key -> services.add(Service.of(key.strip())));
            Map<ServerPort, Integer> numbers = new EnumMap<>(ServerPort.class);
            ports.forEach((key, number) -> numbers.put(ServerPort.of(key), AskedPorts.number(number, "--port " + key)));
            Map<Service, String> names = new EnumMap<>(Service.class);
            images.forEach((key, image) -> names.put(Service.of(key), image));
            return new StartRequest(Mode.of(mode), services, numbers, names);
        } catch (IllegalArgumentException e) {
            CommandLine line = spec == null ? new CommandLine(this) : spec.commandLine();
            throw new ParameterException(line, String.valueOf(e.getMessage()), e);
        }
    }
}
