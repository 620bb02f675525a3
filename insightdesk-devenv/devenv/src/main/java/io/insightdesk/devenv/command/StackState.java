package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.Endpoints;
import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered about a stack between two commands.
 *
 * @param name the stack's name
 * @param up whether it was started and not ended since
 * @param mode how its servers run; null if it was never up
 * @param reason why they run so, in one line
 * @param ports the ports they have, or had and will have again
 * @param images the images that were asked for by name
 * @param programs what each server really is: an image or a program
 * @param keeper the process that runs embedded servers; null in containers
 * @param endpoints where the servers are; none if it is not up
 */
record StackState(
        String name,
        boolean up,
        @Nullable Mode mode,
        String reason,
        Map<ServerPort, Integer> ports,
        Map<Service, String> images,
        Map<Service, String> programs,
        @Nullable KeeperIdentity keeper,
        Endpoints endpoints) {
    static final Endpoints NOWHERE = new Endpoints(null, null, null, null);

    StackState {
        ports = copy(ServerPort.class, ports);
        images = copy(Service.class, images);
        programs = copy(Service.class, programs);
    }

    private static <K extends Enum<K>, V> Map<K, V> copy(Class<K> type, Map<K, V> map) {
        Map<K, V> copy = new EnumMap<>(type);
        copy.putAll(map);
        return Collections.unmodifiableMap(copy);
    }

    /** Returns what stays of it when it is ended and its data are kept. */
    StackState ended() {
        return new StackState(name, false, mode, reason, ports, Map.of(), Map.of(), null, NOWHERE);
    }
}
