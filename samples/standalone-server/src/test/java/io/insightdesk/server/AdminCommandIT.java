package io.insightdesk.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminCommandIT {

    @TempDir
    private Path directory;

    private final TestDatabase database = new TestDatabase();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void migrate() {
        database.migrate(directory);
    }

    @Test
    void aTenantItsOwnerAndATokenAreMadeAndTheTokenLetsIn() throws Exception {
        String token = database.tenantWithToken(directory);

        assertThat(token).matches("idk_[0-9A-Za-z]{92}");
        Map<String, String> settings = ServerProcess.settings(database.url());
        assertThat(database.admin(directory, settings, "admin", "tenant", "list"))
                .startsWith("acme\t")
                .endsWith("\tactive\tAcme");
        try (ServerProcess api = ServerProcess.start(directory, settings, "api")) {
            assertThat(api.getAs(token, "/api/v1/agents").body()).contains("grace@example.com", "\"owner\"");
        }
    }

    @Test
    void whatCannotBeIsToldWithoutATrace() {
        database.tenantWithToken(directory);

        assertThat(run("admin", "tenant", "create", "acme", "--name", "Again")).isEqualTo(1);
        assertThat(err.toString()).contains("acme").doesNotContain("\tat ");
        assertThat(run("admin", "agent", "create", "x@example.com", "--tenant", "nobody", "--name", "X"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("nobody");
        assertThat(run("admin", "token", "create", "--tenant", "acme", "--name", "x", "--role", "emperor"))
                .isEqualTo(1);
    }

    @Test
    void anOldSchemaIsNeverTouched() {
        TestDatabase empty = new TestDatabase();
        StringWriter said = new StringWriter();

        int code = CommandLineTool.run(
                List.of("admin", "tenant", "list"),
                ServerProcess.settings(empty.url()),
                directory,
                new PrintWriter(new StringWriter()),
                new PrintWriter(said));

        assertThat(code).isEqualTo(1);
        assertThat(said.toString()).contains("Run the role migrate once");
    }

    @Test
    void secretsAreEncryptedAnewUnderTheCurrentKey() throws Exception {
        database.tenantWithToken(directory);
        Map<String, String> settings = ServerProcess.settings(database.url());
        settings.put("ENCRYPTION_KEY", Base64.getEncoder().encodeToString(new byte[32]));

        assertThat(database.admin(directory, settings, "admin", "keys", "status"))
                .isEqualTo("0");
        assertThat(database.admin(directory, settings, "admin", "keys", "rotate"))
                .isEqualTo("0");
        assertThat(run("admin", "keys", "rotate")).as("without a key").isEqualTo(1);
        assertThat(err.toString()).contains("key");
    }

    private int run(String... arguments) {
        return CommandLineTool.run(
                List.of(arguments),
                ServerProcess.settings(database.url()),
                directory,
                new PrintWriter(new StringWriter()),
                new PrintWriter(err));
    }
}
