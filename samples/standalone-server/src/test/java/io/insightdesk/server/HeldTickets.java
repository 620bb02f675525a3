package io.insightdesk.server;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Locks the tickets, so that requests for a new one take as long as a test wants. */
final class HeldTickets implements AutoCloseable {

    private static final String NEW_TICKET = """
            {"subject": "Slow", "message": {"text": "Still there?"},
             "requester": {"email": "ada@example.com", "name": "Ada"}}""";

    private final TestDatabase database;
    private final Connection connection;

    private HeldTickets(TestDatabase database, Connection connection) {
        this.database = database;
        this.connection = connection;
    }

    static HeldTickets of(TestDatabase database) throws SQLException {
        Connection connection = database.connect();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("lock table insightdesk.ticket in access exclusive mode");
        }
        return new HeldTickets(database, connection);
    }

    CompletableFuture<HttpResponse<String>> request(int port, String token) {
        return HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/tickets"))
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(NEW_TICKET))
                                .build(),
                        BodyHandlers.ofString());
    }

    /** Waits until somebody waits for the tickets. */
    void awaitBlocked() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !database.query("select pid from pg_locks where not granted"
                                + " and relation = 'insightdesk.ticket'::regclass")
                        .isEmpty());
    }

    void release() throws SQLException {
        connection.rollback();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
