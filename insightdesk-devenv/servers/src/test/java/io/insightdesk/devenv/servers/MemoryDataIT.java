package io.insightdesk.devenv.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryDataIT {
    @TempDir
    Path memory;

    @TempDir
    Path disk;

    @TempDir
    Path kept;

    @Test
    void memoryIsTakenWhereItIsAllowedThereAndLarge() throws IOException {
        assertThat(MemoryData.directory(true, memory, 1, disk)).isEqualTo(memory);
        assertThat(MemoryData.directory(false, memory, 1, disk)).isEqualTo(disk);
        assertThat(MemoryData.directory(true, memory, Long.MAX_VALUE, disk)).isEqualTo(disk);
        assertThat(MemoryData.directory(true, memory.resolve("missing"), 1, disk))
                .isEqualTo(disk);
    }

    @Test
    void itIsAllowedUnlessTheUserSaysNo() {
        assertThat(MemoryData.isAllowed(said(null))).isTrue();
        assertThat(MemoryData.isAllowed(said("true"))).isTrue();
        assertThat(MemoryData.isAllowed(said("false"))).isFalse();
        assertThatThrownBy(() -> MemoryData.isAllowed(said("perhaps")))
                .isInstanceOf(DevEnvironmentException.class)
                .hasMessageContaining("INSIGHTDESK_DEVENV_POSTGRES_MEMORY")
                .hasMessageContaining("perhaps");
    }

    private static Overrides said(@Nullable String value) {
        Map<String, String> variables = value == null ? Map.of() : Map.of("INSIGHTDESK_DEVENV_POSTGRES_MEMORY", value);
        return new Overrides(name -> null, variables::get);
    }

    @Test
    void aThrowAwayServerIsInMemoryAndOneWhoseDataAreKeptIsNot() throws Exception {
        assumeTrue(
                MemoryData.directory(true, MemoryData.DIRECTORY, MemoryData.ROOM, disk)
                        .equals(MemoryData.DIRECTORY),
                "this machine has no room in memory");
        Path data;
        try (PostgresServer server = PostgresServer.builder().start()) {
            data = Path.of(setting(server, "data_directory"));
            assertThat(data).startsWith(MemoryData.DIRECTORY).exists();
            assertThat(setting(server, "fsync")).isEqualTo("off");
            assertThat(setting(server, "max_wal_size")).isEqualTo("256MB");
        }
        assertThat(Files.exists(data.getParent())).isFalse();
        try (PostgresServer server = PostgresServer.builder().durable(true).start()) {
            assertThat(setting(server, "data_directory"))
                    .as("commits that wait for the disk need one")
                    .doesNotStartWith(MemoryData.DIRECTORY.toString());
        }
        try (PostgresServer server =
                PostgresServer.builder().dataDirectory(kept).start()) {
            assertThat(kept.resolve("data").resolve("PG_VERSION")).exists();
            assertThat(setting(server, "fsync")).isEqualTo("on");
            assertThat(setting(server, "full_page_writes")).isEqualTo("on");
            assertThat(setting(server, "max_wal_size")).isEqualTo("1GB");
        }
    }

    private static String setting(PostgresServer server, String name) throws SQLException {
        try (Connection connection = server.dataSource("postgres").getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show " + name)) {
            row.next();
            return row.getString(1);
        }
    }
}
