package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.Service;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Opens the client of a server. */
@Command(
        name = "shell",
        header = "Opens the client of a server, or runs one of its commands.",
        description = {
            "postgres: psql, valkey: valkey-cli or redis-cli, minio: mc, mailhog: sh. It is the one on the PATH if there is one,",
            "else the one in the container. What follows -- is passed on: desk shell postgres -- -c 'select 1'",
            "api, worker, web: a shell with the settings of that process, or what follows -- run with them.",
            ""
        })
final class ShellCommand extends StackCommand {
    @Parameters(
            index = "0",
            paramLabel = "SERVICE",
            completionCandidates = Candidates.Everything.class,
            description = "postgres, valkey, minio, mailhog, api, worker or web.")
    private @Nullable String service;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "ARGS", description = "Passed on, after --.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() throws InterruptedException {
        Stack stack = stack();
        StackState state = stack.require();
        Optional<DeskServers.Role> role = DeskServers.Role.of(String.valueOf(service));
        if (role.isPresent()) {
            return shellOf(role.get(), state);
        }
        Service one = ServiceName.parse(String.valueOf(service));
        if (!state.endpoints().services().contains(one)) {
            throw CommandFailure.wrong("This stack has no " + one.key() + ". «desk status» shows what it has.");
        }
        Terminal terminal = console().terminal();
        ShellClient.Call call = new ShellClient(
                        program -> KeeperLauncher.onPath(
                                program, desk().surroundings().environment()),
                        state.mode() == Mode.DOCKER ? stack.checkout().stack() + "-" + one.key() : null,
                        terminal.input() && terminal.output())
                .call(one, state.endpoints(), arguments);
        if (call.hint() != null && terminal.errors()) {
            console().note(console().styledNote(Console.Style.FAINT, call.hint()));
        }
        return run(call.command(), call.environment());
    }

    private int shellOf(DeskServers.Role role, StackState state) throws InterruptedException {
        DeskServers.Running server = servers().running().stream()
                .filter(one -> one.role() == role)
                .findFirst()
                .orElseThrow(
                        () -> CommandFailure.failed("No " + role.key() + " runs. «desk up --all» starts InsightDesk."));
        String shell = desk().surroundings().environment().getOrDefault("SHELL", "sh");
        return run(
                arguments.isEmpty() ? List.of(shell) : arguments,
                servers().settings(server, state.endpoints().environment()));
    }

    private static int run(List<String> command, Map<String, String> environment) throws InterruptedException {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
            builder.environment().putAll(environment);
            return builder.start().waitFor();
        } catch (IOException e) {
            throw CommandFailure.failed(
                    command.get(0) + " could not be started: " + e.getMessage() + ". Does it run by itself?", e);
        }
    }
}
