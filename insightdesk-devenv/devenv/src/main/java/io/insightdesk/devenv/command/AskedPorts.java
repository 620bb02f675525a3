package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.ServerPort;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The ports that somebody chose: by an option, by a system property, or by an environment variable. */
final class AskedPorts {
    private AskedPorts() {}

    static Map<ServerPort, Integer> of(
            Map<ServerPort, Integer> options,
            UnaryOperator<@Nullable String> property,
            UnaryOperator<@Nullable String> variable) {
        Map<ServerPort, Integer> asked = new EnumMap<>(ServerPort.class);
        for (ServerPort port : ServerPort.values()) {
            String said =
                    property.apply(port.variable().toLowerCase(Locale.ROOT).replace('_', '.'));
            if (said == null || said.isBlank()) {
                said = variable.apply(port.variable());
            }
            if (said != null && !said.isBlank()) {
                asked.put(port, number(said.strip(), port.variable()));
            }
        }
        asked.putAll(options);
        return asked;
    }

    /** Reads a port number; {@code source} is where the user wrote it. */
    static int number(String said, String source) {
        if (said.matches("[0-9]{1,5}") && Integer.parseInt(said) <= 65535) {
            return Integer.parseInt(said);
        }
        throw new IllegalArgumentException(
                source + " is «" + said + "»; a port is a number from 0 (any free one) to 65535.");
    }
}
