package io.insightdesk.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.devenv.servers.PostgresServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A database for servers in processes of their own, and the operator's commands on it. */
final class TestDatabase {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final PostgresServer server;
    private final String name;

    TestDatabase() {
        this(PostgresServer.shared(), "server_" + COUNT.incrementAndGet());
        server.createDatabase(name);
    }

    /** One that is there already. */
    TestDatabase(PostgresServer server, String name) {
        this.server = server;
        this.name = name;
    }

    String url() {
        return url(server.port());
    }

    /** The same database behind another port, such as a proxy's. */
    String url(int port) {
        return "postgres://" + PostgresServer.SUPERUSER + "@127.0.0.1:" + port + "/" + name;
    }

    Connection connect() throws SQLException {
        return server.dataSource(name).getConnection();
    }

    String query(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            StringBuilder text = new StringBuilder();
            while (row.next()) {
                text.append(text.length() == 0 ? "" : ",").append(row.getString(1));
            }
            return text.toString();
        }
    }

    void migrate(Path directory) {
        StandaloneServer.migrate(SettingsReader.read(ServerProcess.settings(url()), List.of("migrate"), directory));
    }

    /** Runs a command of the packaged server, which has to succeed; answers what it prints. */
    String admin(Path directory, Map<String, String> settings, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = CommandLineTool.run(
                List.of(arguments), settings, directory, new PrintWriter(out), new PrintWriter(err));
        assertThat(code).as(err.toString()).isZero();
        return out.toString().strip();
    }

    /** Makes a tenant with an administrator, and answers a token that may do everything there. */
    String tenantWithToken(Path directory) {
        Map<String, String> settings = ServerProcess.settings(url());
        admin(directory, settings, "admin", "tenant", "create", "acme", "--name", "Acme");
        admin(
                directory,
                settings,
                "admin",
                "agent",
                "create",
                "grace@example.com",
                "--tenant",
                "acme",
                "--name",
                "Grace");
        return admin(
                directory,
                settings,
                "admin",
                "token",
                "create",
                "--tenant",
                "acme",
                "--name",
                "test",
                "--role",
                "owner",
                "--agent",
                "grace@example.com");
    }
}
