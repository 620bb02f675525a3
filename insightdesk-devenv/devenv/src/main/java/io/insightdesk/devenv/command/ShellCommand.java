package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.Service;
import java.io.IOException;
import java.util.List;
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
            ""
        })
final class ShellCommand extends StackCommand {
    @Parameters(
            index = "0",
            paramLabel = "SERVICE",
            completionCandidates = Candidates.Services.class,
            description = "postgres, valkey, minio or mailhog.")
    private @Nullable String service;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "ARGS", description = "Passed on, after --.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() throws InterruptedException {
        Stack stack = stack();
        StackState state = stack.require();
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
        try {
            ProcessBuilder builder = new ProcessBuilder(call.command()).inheritIO();
            builder.environment().putAll(call.environment());
            return builder.start().waitFor();
        } catch (IOException e) {
            throw CommandFailure.failed(
                    call.command().get(0) + " could not be started: " + e.getMessage() + ". Does it run by itself?", e);
        }
    }
}
