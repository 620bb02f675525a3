package io.insightdesk.server;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;

/** Asks a running server, as a newcomer does: with what is in {@code dev.env}. */
final class Api {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final String url;
    private final String token;

    private Api(String url, String token) {
        this.url = url;
        this.token = token;
    }

    static Api of(Path devEnv) throws IOException {
        Map<String, String> variables = DotEnv.read(devEnv);
        return new Api(
                requireNonNull(variables.get("INSIGHTDESK_URL")), requireNonNull(variables.get("INSIGHTDESK_TOKEN")));
    }

    String token() {
        return token;
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return json(send(request(path).GET()), 200);
    }

    JsonNode post(String path, String body) throws IOException, InterruptedException {
        return json(
                send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body))),
                201);
    }

    /** Logs in; answers the status. */
    int login(String tenant, String email, String password) throws IOException, InterruptedException {
        String body = JSON.createObjectNode()
                .put("tenant", tenant)
                .put("email", email)
                .put("password", password)
                .toString();
        return send(HttpRequest.newBuilder(URI.create(url + "/api/v1/auth/login"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)))
                .statusCode();
    }

    HttpResponse<String> page(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url + path)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).header("Authorization", "Bearer " + token);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer, int expected) throws IOException {
        if (answer.statusCode() != expected) {
            throw new AssertionError("Expected " + expected + ", but " + answer.request() + " was answered with "
                    + answer.statusCode() + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }
}
