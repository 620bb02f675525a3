package io.insightdesk.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.insightdesk.devenv.servers.S3Endpoint;
import io.insightdesk.devenv.servers.S3Server;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that keeps files in a bucket, and another that gives them out. */
class BucketServerIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void filesAreInTheBucketForAllServersAndTheirAbsenceIsSaid() throws Exception {
        TestDatabase database = new TestDatabase();
        database.migrate(directory);
        String token = database.tenantWithToken(directory);
        Map<String, String> settings = ServerProcess.settings(database.url());
        S3Server s3 = S3Server.start();
        try {
            S3Endpoint endpoint = s3.endpoint();
            settings.put("BLOB_STORE", "s3");
            settings.put("S3_BUCKET", endpoint.bucket());
            settings.put("S3_REGION", endpoint.region());
            settings.put("S3_ENDPOINT", endpoint.uri().toString());
            settings.put("S3_PATH_STYLE", "true");
            settings.put("S3_ACCESS_KEY", endpoint.accessKey());
            settings.put("S3_SECRET_KEY", endpoint.secretKey());
            try (ServerProcess one = ServerProcess.start(directory, settings, "api");
                    ServerProcess two = ServerProcess.start(directory, settings, "api")) {
                HttpResponse<String> made = client.send(
                        request(one, token, "/api/v1/attachments?filename=note.txt")
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString("kept in a bucket"))
                                .build(),
                        BodyHandlers.ofString());
                assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
                String id = JSON.readTree(made.body()).get("id").asText();

                HttpResponse<String> read = client.send(
                        request(two, token, "/api/v1/attachments/" + id + "/content")
                                .GET()
                                .build(),
                        BodyHandlers.ofString());

                assertThat(read.statusCode()).as(read.body()).isEqualTo(200);
                assertThat(read.body()).isEqualTo("kept in a bucket");
                assertThat(database.query("select count(*)::text from insightdesk.blob_chunk"))
                        .as("in the database")
                        .isEqualTo("0");
                assertThat(files(one)).isEqualTo("up");

                s3.close();

                assertThat(files(one)).isEqualTo("degraded");
                assertThat(one.get("/health/ready").statusCode()).isEqualTo(200);
            }
        } finally {
            s3.close();
        }
    }

    private static String files(ServerProcess server) throws IOException, InterruptedException {
        return JSON.readTree(server.get("/health/ready").body())
                .at("/checks/files/status")
                .asText();
    }

    private static HttpRequest.Builder request(ServerProcess server, String token, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + token);
    }
}
