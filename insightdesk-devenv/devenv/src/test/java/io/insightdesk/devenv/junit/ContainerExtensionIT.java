package io.insightdesk.devenv.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.insightdesk.Desk;
import io.insightdesk.devenv.servers.DevEnvironmentException;
import io.insightdesk.devenv.servers.EngineProbe;
import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.PostgresEndpoint;
import io.insightdesk.devenv.servers.S3Endpoint;
import io.insightdesk.devenv.servers.Service;
import io.insightdesk.devenv.servers.ValkeyEndpoint;
import io.insightdesk.ticket.NewTicket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ContainerExtensionIT {
    private static SharedServers.@Nullable Lease lease;

    @BeforeAll
    static void startWhereContainersRun() {
        assumeTrue(EngineProbe.run(EngineProbe.DEFAULT_LIMIT).answering().isPresent(), "no container engine answers");
        SharedServers.Lease taken = SharedServers.lease();
        lease = taken;
        try {
            assertThat(taken.servers().postgres(Mode.DOCKER)).isNotNull();
        } catch (DevEnvironmentException e) {
            abort("containers cannot be started here: " + e.getMessage());
        }
    }

    @AfterAll
    static void stop() {
        SharedServers.Lease taken = lease;
        if (taken != null) {
            taken.close();
        }
    }

    /** What each class saw. */
    private static final Set<Object> SEEN = ConcurrentHashMap.newKeySet();

    abstract static class LooksAround {
        @Test
        void allIsItsOwn(Desk desk, PostgresEndpoint postgres, ValkeyEndpoint valkey, S3Endpoint s3) {
            assertThat(desk.tickets()
                            .create(NewTicket.builder("Contained")
                                    .requester("ada@example.com", "Ada")
                                    .build())
                            .number())
                    .isEqualTo(1);
            assertThat(ValkeyConversation.ask(valkey, "DBSIZE")).isEqualTo(":0");
            assertThat(ValkeyConversation.ask(valkey, "SET key value")).isEqualTo("+OK");
            assertThat(SEEN.add(postgres)).isTrue();
            assertThat(SEEN.add(s3)).isTrue();
        }
    }

    @DevEnvironmentTest(
            mode = Mode.DOCKER,
            services = {Service.POSTGRES, Service.VALKEY, Service.MINIO})
    static class First extends LooksAround {}

    @DevEnvironmentTest(mode = Mode.DOCKER)
    static class Second extends LooksAround {}

    @Test
    void classesAreKeptApartInContainers() {
        InnerRun run = InnerRun.of(First.class, Second.class);

        assertThat(run.failures()).isEmpty();
        assertThat(run.succeeded()).isEqualTo(2);
        assertThat(SEEN).hasSize(4);
    }
}
