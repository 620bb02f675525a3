package io.insightdesk.devenv.command;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParentCommand;

/** What the parts of the command have in common. */
abstract class StackCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable DeskCommand desk;

    DeskCommand desk() {
        return requireNonNull(desk, "desk");
    }

    Console console() {
        return desk().console();
    }

    Stack stack() {
        return desk().stack();
    }

    DeskServers servers() {
        return new DeskServers(desk().checkout());
    }
}
