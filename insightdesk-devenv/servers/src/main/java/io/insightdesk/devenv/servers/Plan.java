package io.insightdesk.devenv.servers;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is to be started, with every override already in it.
 *
 * @param services which servers
 * @param images the image of each
 * @param ports the ports that are fixed
 * @param data where data are kept; null for not at all
 * @param externalS3 an S3 server that is there already; null for none
 * @param progress told what takes long
 * @param stack the name under which containers outlive this process; null if they do not
 */
record Plan(
        Set<Service> services,
        Map<Service, String> images,
        Map<ServerPort, Integer> ports,
        @Nullable Path data,
        @Nullable S3Endpoint externalS3,
        Consumer<String> progress,
        @Nullable String stack) {

    int port(ServerPort port) {
        return ports.getOrDefault(port, 0);
    }

    /** Says how another port is chosen, for the message when one is taken. */
    static String remedy(ServerPort port) {
        return "DevEnvironment.Builder.port(ServerPort." + port.name() + ", …), --port " + port.key() + "=… or "
                + port.variable() + "=…";
    }

    boolean kept() {
        return data != null;
    }
}
