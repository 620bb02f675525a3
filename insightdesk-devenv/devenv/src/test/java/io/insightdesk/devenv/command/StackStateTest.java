package io.insightdesk.devenv.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StackStateTest {
    static final StackState EMBEDDED = new StackState(
            "insightdesk-desk-0123abcd",
            true,
            Mode.EMBEDDED,
            "embedded, as asked for",
            Map.of(ServerPort.POSTGRES, 5433, ServerPort.VALKEY, 6379),
            Map.of(),
            Map.of(Service.POSTGRES, "PostgreSQL 17", Service.VALKEY, "Valkey 8"),
            new KeeperIdentity(4711, Instant.parse("2026-01-02T03:04:05.670Z")),
            EndpointPorts.endpoints("127.0.0.1", Map.of(ServerPort.POSTGRES, 5433, ServerPort.VALKEY, 6379)));

    static final StackState CONTAINERS = new StackState(
            "insightdesk-desk-0123abcd",
            true,
            Mode.DOCKER,
            "containers, «as asked for»",
            Map.of(ServerPort.MINIO, 9000, ServerPort.MINIO_CONSOLE, 9001),
            Map.of(Service.MINIO, "minio/minio:other"),
            Map.of(Service.MINIO, "minio/minio:other", Service.MAILHOG, "mailhog/mailhog:v1.0.1"),
            null,
            EndpointPorts.endpoints(
                    "10.0.0.1",
                    Map.of(ServerPort.MINIO, 9000, ServerPort.MAILHOG_SMTP, 1025, ServerPort.MAILHOG_HTTP, 8025)));

    @Test
    void whatIsWrittenIsRead() throws JsonProcessingException {
        assertThat(StateFile.parse(StateFile.format(EMBEDDED))).isEqualTo(EMBEDDED);
        assertThat(StateFile.parse(StateFile.format(CONTAINERS))).isEqualTo(CONTAINERS);
        assertThat(StateFile.parse(StateFile.format(EMBEDDED.ended()))).isEqualTo(EMBEDDED.ended());
    }

    @Test
    void anEndedStackRemembersItsPortsAlone() {
        StackState ended = EMBEDDED.ended();
        assertThat(ended.ports()).isEqualTo(EMBEDDED.ports());
        assertThat(ended.up()).isFalse();
        assertThat(ended.keeper()).isNull();
        assertThat(ended.endpoints().services()).isEmpty();
    }

    @Test
    void aFileOfAnotherFormatIsRefused() {
        assertThatThrownBy(() -> StateFile.parse("{\"format\": 2}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("format");
        assertThatThrownBy(() -> StateFile.parse("{\"format\": 1}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name");
    }

    @Test
    void anEmptyRequestIsContentWithWhatRuns() {
        StartRequest any = new StartRequest(Mode.AUTO, Set.of(), Map.of(), Map.of());
        assertThat(any.conflictWith(EMBEDDED)).isEmpty();
        assertThat(any.withDefaultsOf(CONTAINERS))
                .isEqualTo(new StartRequest(
                        Mode.DOCKER,
                        Set.of(Service.MINIO, Service.MAILHOG),
                        Map.of(),
                        Map.of(Service.MINIO, "minio/minio:other")));
    }

    @Test
    void everyDifferenceBetweenARequestAndWhatRunsIsNamed() {
        StartRequest other = new StartRequest(
                Mode.DOCKER,
                Set.of(Service.POSTGRES, Service.MINIO),
                Map.of(ServerPort.POSTGRES, 5432, ServerPort.VALKEY, 0),
                Map.of(Service.VALKEY, "valkey:9"));
        assertThat(other.conflictWith(EMBEDDED))
                .hasValue("it runs embedded, it has no minio, postgres listens on 5433, valkey is Valkey 8");
    }

    @Test
    void aRequestReachesTheKeeperAsItWas() {
        StartRequest request = new StartRequest(
                Mode.EMBEDDED,
                Set.of(Service.MINIO, Service.POSTGRES),
                Map.of(ServerPort.MINIO_CONSOLE, 9009),
                Map.of(Service.POSTGRES, "registry:5000/postgres:17"));
        assertThat(StartRequest.parse(request.toArguments())).isEqualTo(request);
    }

    @Test
    void addressesForPeopleHoldNoSecrets() {
        for (Service service : Service.values()) {
            assertThat(EndpointPorts.address(EMBEDDED.endpoints(), service)).doesNotContain(":insightdesk@");
            assertThat(EndpointPorts.address(CONTAINERS.endpoints(), service)).doesNotContain("secret");
        }
        assertThat(EndpointPorts.address(EMBEDDED.endpoints(), Service.POSTGRES))
                .isEqualTo("postgresql://127.0.0.1:5433/insightdesk");
    }

    @Test
    void portsLeadToEndpointsAndBack() {
        Map<ServerPort, Integer> ports = Map.of(
                ServerPort.POSTGRES,
                1,
                ServerPort.VALKEY,
                2,
                ServerPort.MINIO,
                3,
                ServerPort.MAILHOG_SMTP,
                4,
                ServerPort.MAILHOG_HTTP,
                5);
        assertThat(EndpointPorts.of(EndpointPorts.endpoints("127.0.0.1", ports)))
                .isEqualTo(ports);
    }

    @Test
    void settingsSurviveAShell() {
        assertThat(EnvFile.export(Map.of("KEY", "it's $HOME"))).isEqualTo("export KEY='it'\\''s $HOME'\n");
        assertThat(EnvFile.format(Map.of("KEY", "value"))).isEqualTo("KEY=value\n");
    }
}
