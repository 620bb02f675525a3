package io.insightdesk.devenv.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.devenv.servers.Service;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShellClientTest {
    @Test
    void theClientOnThePathIsToldWhereWithoutASecretOnItsCommandLine() {
        ShellClient.Call call = new ShellClient(Set.of("psql", "docker")::contains, "stack-postgres", true)
                .call(Service.POSTGRES, StackStateTest.EMBEDDED.endpoints(), List.of("-c", "select 1"));
        assertThat(call.command()).containsExactly("psql", "-c", "select 1");
        assertThat(call.environment())
                .containsEntry("PGPORT", "5433")
                .containsEntry("PGUSER", "insightdesk")
                .containsEntry("PGPASSWORD", "insightdesk");
    }

    @Test
    void redisCliWillDoWhereThereIsNoValkeyCli() {
        ShellClient.Call call = new ShellClient(Set.of("redis-cli")::contains, null, true)
                .call(Service.VALKEY, StackStateTest.EMBEDDED.endpoints(), List.of());
        assertThat(call.command()).containsExactly("redis-cli", "-h", "127.0.0.1", "-p", "6379", "-n", "0");
    }

    @Test
    void withoutAClientTheOneInTheContainerIsUsed() {
        ShellClient.Call call = new ShellClient(Set.of("docker")::contains, "stack-postgres", false)
                .call(Service.POSTGRES, StackStateTest.EMBEDDED.endpoints(), List.of("-l"));
        assertThat(call.command())
                .containsExactly(
                        "docker",
                        "exec",
                        "-i",
                        "stack-postgres",
                        "psql",
                        "-U",
                        "insightdesk",
                        "-d",
                        "insightdesk",
                        "-l");
    }

    @Test
    void theKeyOfTheS3ServerIsHandedOnInTheEnvironment() {
        ShellClient.Call call = new ShellClient(Set.of("docker")::contains, "stack-minio", true)
                .call(Service.MINIO, StackStateTest.CONTAINERS.endpoints(), List.of("ls", "insightdesk"));
        assertThat(call.command())
                .startsWith("docker", "exec", "-it", "-e", "MC_HOST_insightdesk", "stack-minio", "sh", "-c")
                .endsWith("mc", "ls", "insightdesk");
        assertThat(call.environment())
                .isEqualTo(Map.of("MC_HOST_insightdesk", "http://insightdesk:insightdesk-secret@127.0.0.1:9000"));
    }

    @Test
    void whereNothingCanBeUsedItIsSaidWhatToInstall() {
        assertThatThrownBy(() -> new ShellClient(program -> false, null, true)
                        .call(Service.POSTGRES, StackStateTest.EMBEDDED.endpoints(), List.of()))
                .hasMessage("There is no client on the PATH. Install psql (package postgresql-client).");
        assertThatThrownBy(() -> new ShellClient(program -> false, "stack-valkey", true)
                        .call(Service.VALKEY, StackStateTest.EMBEDDED.endpoints(), List.of()))
                .hasMessageContaining("no docker command")
                .hasMessageEndingWith("or the docker command.");
        assertThatThrownBy(() -> new ShellClient(program -> true, null, true)
                        .call(Service.MAILHOG, StackStateTest.CONTAINERS.endpoints(), List.of()))
                .hasMessageContaining("Its page shows");
    }
}
