package io.insightdesk.devenv.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.devenv.servers.DevEnvironmentException;
import io.insightdesk.devenv.servers.ValkeyEndpoint;
import org.junit.jupiter.api.Test;

class SharedServersTest {
    @Test
    void aLogicalDatabaseIsHandedOutToOneAtATimeAndTheFirstToNobody() {
        try (SharedServers servers = new SharedServers()) {
            assertThat(servers.takeValkeyDatabase()).isEqualTo(1);
            assertThat(servers.takeValkeyDatabase()).isEqualTo(2);
            servers.giveBackValkeyDatabase(1);
            assertThat(servers.takeValkeyDatabase()).isEqualTo(1);
            assertThat(servers.takeValkeyDatabase()).isEqualTo(3);
        }
    }

    @Test
    void whenAllLogicalDatabasesAreTakenItSaysWhatToDo() {
        try (SharedServers servers = new SharedServers()) {
            for (int number = 1; number < ValkeyEndpoint.DATABASES; number++) {
                assertThat(servers.takeValkeyDatabase()).isEqualTo(number);
            }
            assertThatThrownBy(servers::takeValkeyDatabase)
                    .isInstanceOf(DevEnvironmentException.class)
                    .hasMessageContaining("1023")
                    .hasMessageContaining("allowOpenConnections");
        }
    }

    @Test
    void allRunsInThisJvmShareTheServersUntilTheLastIsOver() {
        try (SharedServers.Lease first = SharedServers.lease();
                SharedServers.Lease second = SharedServers.lease()) {
            assertThat(first.servers()).isSameAs(second.servers());
        }
    }

    @Test
    void closingServersOfWhichNoneStartedStartsNone() {
        SharedServers servers = new SharedServers();
        servers.close();
        assertThat(servers.started()).isEmpty();
    }
}
