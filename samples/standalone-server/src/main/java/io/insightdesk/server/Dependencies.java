package io.insightdesk.server;

import io.insightdesk.Health.Check;
import io.insightdesk.Health.Status;
import io.insightdesk.InsightDesk;
import io.insightdesk.key.Secret;
import io.insightdesk.storage.S3BlobStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What servers depend on, by role. */
final class Dependencies {

    private static final Logger log = LoggerFactory.getLogger(Dependencies.class);

    private Dependencies() {}

    /** The library's own checks: database, clocks, background work, Valkey. They need a connection of the pool. */
    static Dependency helpDesk(InsightDesk insightDesk, boolean valkeyExpected) {
        return new Dependency("database", Status.DOWN, "The database did not answer in time.", () -> {
            List<Check> checks = insightDesk.health().checks();
            if (!valkeyExpected
                    || checks.stream().anyMatch(check -> check.name().equals("valkey"))) {
                return checks;
            }
            return Stream.concat(
                            checks.stream(),
                            Stream.of(
                                    new Check(
                                            "valkey",
                                            Status.DEGRADED,
                                            "No Valkey is configured (VALKEY_URL); servers wake each other by PostgreSQL alone.")))
                    .toList();
        });
    }

    /** The database by a connection of its own, which tells a pool that is used up from a database that is away. */
    static Dependency databaseItself(DatabaseUrl database, Duration timeout) {
        return new Dependency("database", Status.DOWN, "The database did not answer in time.", () -> {
            try (Connection connection = connect(database, timeout)) {
                return List.of(
                        connection.isValid(seconds(timeout))
                                ? new Check(
                                        "database",
                                        Status.DEGRADED,
                                        "The database answers, but no connection of the pool was free in time.")
                                : new Check("database", Status.DOWN, "The database does not answer."));
            } catch (SQLException e) {
                return List.of(new Check("database", Status.DOWN, "The database does not answer."));
            }
        });
    }

    private static Connection connect(DatabaseUrl database, Duration timeout) throws SQLException {
        Properties properties = new Properties();
        String user = database.user();
        if (user != null) {
            properties.setProperty("user", user);
        }
        Secret password = database.password();
        if (password != null) {
            properties.setProperty("password", password.reveal());
        }
        String limit = Integer.toString(seconds(timeout));
        properties.setProperty("loginTimeout", limit);
        properties.setProperty("connectTimeout", limit);
        properties.setProperty("socketTimeout", limit);
        properties.setProperty("ApplicationName", "insightdesk health");
        return DriverManager.getConnection(database.jdbcUrl(), properties);
    }

    private static int seconds(Duration timeout) {
        return Math.max(1, (int) timeout.toSeconds());
    }

    /** The directory of files; without it, tickets and mails go on. */
    static Dependency files(Path directory) {
        String broken = "The directory of files (BLOB_DIRECTORY) cannot be written to.";
        return new Dependency(
                "files",
                Status.DEGRADED,
                "The directory of files (BLOB_DIRECTORY) did not answer in time.",
                () -> List.of(
                        // The store makes it when it first needs it.
                        Files.isWritable(Files.exists(directory) ? directory : existing(directory))
                                ? new Check("files", Status.UP, "")
                                : new Check("files", Status.DEGRADED, broken)));
    }

    /** The bucket of files; without it, tickets and mails go on. */
    static Dependency files(S3BlobStore bucket) {
        return new Dependency("files", Status.DEGRADED, "The bucket (S3_BUCKET) did not answer in time.", () -> {
            try {
                bucket.check();
                return List.of(new Check("files", Status.UP, ""));
            } catch (IOException e) {
                log.debug("The bucket cannot be used", e);
                return List.of(new Check("files", Status.DEGRADED, "The bucket (S3_BUCKET) cannot be used."));
            }
        });
    }

    private static Path existing(Path directory) {
        Path parent = directory.toAbsolutePath();
        while (parent.getParent() != null && !Files.exists(parent)) {
            parent = parent.getParent();
        }
        return parent;
    }

    /** The API, for those who only show pages about it: they can say so when it is away. */
    static Dependency api(URI api, HttpClient client, Duration timeout) {
        return new Dependency("api", Status.DEGRADED, "The API did not answer in time.", () -> {
            HttpRequest request = HttpRequest.newBuilder(URI.create(api + "/health/ready"))
                    .timeout(timeout)
                    .build();
            try {
                int status = client.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                // 404 and the like: somebody answers there who does not show how it is doing.
                return List.of(
                        status < 500
                                ? new Check("api", Status.UP, "")
                                : new Check(
                                        "api", Status.DEGRADED, "The API is not ready: it answers " + status + "."));
            } catch (IOException e) {
                return List.of(new Check("api", Status.DEGRADED, "The API does not answer."));
            }
        });
    }
}
