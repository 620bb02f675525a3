package io.insightdesk.devenv.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortChoiceTest {
    private static final Set<Service> ALL = EnumSet.allOf(Service.class);

    @Test
    void theFirstStackTakesThePortsThatEverybodyExpects() {
        Map<ServerPort, Integer> chosen =
                choice(Map.of(), Map.of(), Set.of(), Set.of()).choose(ALL);
        for (ServerPort port : ServerPort.values()) {
            assertThat(chosen).containsEntry(port, port.wellKnown());
        }
    }

    @Test
    void aTakenPortGivesWayToTheNextFreeOne() {
        assertThat(choice(Map.of(), Map.of(), Set.of(), Set.of(5432, 5433)).choose(Set.of(Service.POSTGRES)))
                .containsExactly(Map.entry(ServerPort.POSTGRES, 5434));
    }

    @Test
    void theNextFreePortIsNeverOneThatAnotherServerWants() {
        Map<ServerPort, Integer> chosen =
                choice(Map.of(), Map.of(), Set.of(), Set.of(9000)).choose(ALL);
        assertThat(chosen).containsEntry(ServerPort.MINIO, 9002).containsEntry(ServerPort.MINIO_CONSOLE, 9001);
    }

    @Test
    void portsStayAsTheyWere() {
        assertThat(choice(Map.of(), Map.of(ServerPort.POSTGRES, 5440), Set.of(), Set.of())
                        .choose(Set.of(Service.POSTGRES)))
                .containsEntry(ServerPort.POSTGRES, 5440);
    }

    @Test
    void aRememberedPortThatSomebodyTookIsReplaced() {
        assertThat(choice(Map.of(), Map.of(ServerPort.POSTGRES, 5440), Set.of(), Set.of(5440))
                        .choose(Set.of(Service.POSTGRES)))
                .containsEntry(ServerPort.POSTGRES, 5432);
    }

    @Test
    void aPortThatTheStackItselfHoldsIsNotTaken() {
        assertThat(choice(Map.of(), Map.of(ServerPort.POSTGRES, 5440), Set.of(ServerPort.POSTGRES), Set.of(5440))
                        .choose(Set.of(Service.POSTGRES)))
                .containsEntry(ServerPort.POSTGRES, 5440);
    }

    @Test
    void aPortThatWasAskedForIsTakenAsItIs() {
        Map<ServerPort, Integer> chosen = choice(
                        Map.of(ServerPort.VALKEY, 5432), Map.of(ServerPort.VALKEY, 6380), Set.of(), Set.of())
                .choose(ALL);
        assertThat(chosen).containsEntry(ServerPort.VALKEY, 5432).containsEntry(ServerPort.POSTGRES, 5433);
    }

    @Test
    void withoutAFreeNeighbourAnyPortWillDo() {
        assertThat(new PortChoice(Map.of(), Map.of(), Set.of(), port -> false).choose(Set.of(Service.POSTGRES)))
                .containsEntry(ServerPort.POSTGRES, 0);
    }

    @Test
    void anOptionOutweighsThePropertyAndThePropertyTheVariable() {
        Map<String, String> variables = new HashMap<>();
        variables.put("INSIGHTDESK_DEVENV_POSTGRES_PORT", "1");
        variables.put("INSIGHTDESK_DEVENV_VALKEY_PORT", "2");
        variables.put("INSIGHTDESK_DEVENV_MINIO_PORT", " 3 ");
        variables.put("INSIGHTDESK_DEVENV_MINIO_CONSOLE_PORT", "");
        Map<String, String> properties =
                Map.of("insightdesk.devenv.postgres.port", "4", "insightdesk.devenv.valkey.port", "5");
        assertThat(AskedPorts.of(Map.of(ServerPort.POSTGRES, 6), properties::get, variables::get))
                .containsOnly(
                        Map.entry(ServerPort.POSTGRES, 6),
                        Map.entry(ServerPort.VALKEY, 5),
                        Map.entry(ServerPort.MINIO, 3));
    }

    @Test
    void whatIsNoPortIsQuotedWithWhereItWasWritten() {
        assertThatThrownBy(() -> AskedPorts.number("65536", "--port postgres"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--port postgres is «65536»; a port is a number from 0 (any free one) to 65535.");
    }

    private static PortChoice choice(
            Map<ServerPort, Integer> asked,
            Map<ServerPort, Integer> remembered,
            Set<ServerPort> held,
            Set<Integer> taken) {
        return new PortChoice(asked, remembered, held, port -> !taken.contains(port));
    }
}
