package io.insightdesk.devenv.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/** Runs a server with kept data until it is killed. */
final class KeptServerMain {
    private KeptServerMain() {}

    public static void main(String[] args) throws SQLException, IOException {
        PostgresServer server =
                PostgresServer.builder().dataDirectory(Path.of(args[0])).start();
        try (var connection = server.dataSource("postgres").getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create table survives as select 1 as id");
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // Until the test kills this process.
        }
    }
}
