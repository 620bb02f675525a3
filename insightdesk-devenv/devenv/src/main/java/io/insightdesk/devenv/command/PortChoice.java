package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Gives each port of a stack its number: the one that was asked for, else the one that it had before, else the one that
 * everybody expects, else the next one that is free.
 */
final class PortChoice {
    /** Beyond that any port is as good. */
    private static final int NEIGHBOURS = 200;

    private final Map<ServerPort, Integer> asked;
    private final Map<ServerPort, Integer> remembered;
    private final Set<ServerPort> held;
    private final IntPredicate free;

    /**
     * Knows what there is to choose from.
     *
     * @param asked numbers that are not to be changed
     * @param remembered numbers that other programs may have written down
     * @param held ports that the stack itself listens on now, so that they only look taken
     * @param free whether a number can be listened on
     */
    PortChoice(
            Map<ServerPort, Integer> asked,
            Map<ServerPort, Integer> remembered,
            Set<ServerPort> held,
            IntPredicate free) {
        this.asked = asked;
        this.remembered = remembered;
        this.held = held;
        this.free = free;
    }

    /** Returns a number for each port of these services; 0, any free one, only if no neighbour is free. */
    Map<ServerPort, Integer> choose(Set<Service> services) {
        Map<ServerPort, Integer> chosen = new EnumMap<>(ServerPort.class);
        Set<Integer> given = new HashSet<>(asked.values());
        for (ServerPort port : ServerPort.values()) {
            if (services.contains(port.service())) {
                Integer number = asked.get(port);
                if (number == null) {
                    number = number(port, given);
                    given.add(number);
                }
                chosen.put(port, number);
            }
        }
        return chosen;
    }

    private int number(ServerPort port, Set<Integer> given) {
        Integer before = remembered.get(port);
        if (before != null && (held.contains(port) || usable(before, given))) {
            return before;
        }
        if (usable(port.wellKnown(), given)) {
            return port.wellKnown();
        }
        Set<Integer> expected = new HashSet<>(remembered.values());
        Arrays.stream(ServerPort.values()).map(ServerPort::wellKnown).forEach(expected::add);
        OptionalInt neighbour = IntStream.rangeClosed(port.wellKnown() + 1, port.wellKnown() + NEIGHBOURS)
                .filter(number -> !expected.contains(number) && usable(number, given))
                .findFirst();
        return neighbour.orElse(0);
    }

    private boolean usable(int number, Set<Integer> given) {
        return !given.contains(number) && free.test(number);
    }
}
