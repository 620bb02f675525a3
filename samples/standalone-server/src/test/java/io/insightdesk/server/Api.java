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
        return post(path, body, 201);
    }

    JsonNode post(String path, String body, int expected) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        if (body.isEmpty()) {
            return json(send(request.POST(BodyPublishers.noBody())), expected);
        }
        return json(
                send(request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body))), expected);
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

    /** Posts what a page of the server's own origin does, with a cookie that the browser kept. */
    HttpResponse<String> postFromOwnPage(String path, String body, String cookie)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Content-Type", "application/json")
                .header("Origin", url)
                .POST(BodyPublishers.ofString(body));
        return send(cookie.isEmpty() ? request : request.header("Cookie", cookie));
    }

    /** Asks as somebody who has logged in. */
    JsonNode getAs(HttpResponse<String> login, String path) throws IOException, InterruptedException {
        String access = json(login, 200).get("accessToken").asText();
        return json(
                send(HttpRequest.newBuilder(URI.create(url + path)).header("Authorization", "Bearer " + access)), 200);
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
