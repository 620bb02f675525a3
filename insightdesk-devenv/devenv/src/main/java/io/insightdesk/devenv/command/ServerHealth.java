package io.insightdesk.devenv.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How a server of InsightDesk says it is.
 *
 * @param live whether its process answers
 * @param ready whether it takes requests
 * @param detail why not; empty if all is well
 * @param checks how each thing is that it depends on
 */
record ServerHealth(boolean live, boolean ready, String detail, List<Check> checks) {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    ServerHealth {
        checks = List.copyOf(checks);
    }

    /**
     * Something that the server depends on.
     *
     * @param name its name
     * @param status {@code UP}, {@code DEGRADED} or {@code DOWN}
     * @param detail what is wrong; empty if nothing is
     */
    record Check(String name, String status, String detail) {}

    /** Asks the server at that address, which may have a path. */
    static ServerHealth ask(URI server) throws InterruptedException {
        return ask(server, null);
    }

    /**
     * Asks the server at that address, which may have a path.
     *
     * @param authority certificates in PEM that are trusted instead of Java's; null for Java's
     */
    static ServerHealth ask(URI server, @Nullable Path authority) throws InterruptedException {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(LIMIT)
                .followRedirects(HttpClient.Redirect.NORMAL);
        if (authority != null) {
            builder.sslContext(trusting(authority));
        }
        HttpClient client = builder.build();
        try {
            HttpResponse<String> live = get(client, server, "health/live");
            if (live.statusCode() != 200) {
                return new ServerHealth(
                        false,
                        false,
                        "/health/live answered " + live.statusCode()
                                + "; is this the address of an InsightDesk server?",
                        List.of());
            }
            HttpResponse<String> ready = get(client, server, "health/ready");
            return read(ready.statusCode(), ready.body());
        } catch (ConnectException e) {
            return new ServerHealth(
                    false, false, "nobody listens at " + server + "; is the server started?", List.of());
        } catch (IOException e) {
            String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            return new ServerHealth(false, false, message, List.of());
        }
    }

    private static SSLContext trusting(Path authority) {
        try (InputStream pem = Files.newInputStream(authority)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("authority-" + ++number, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw CommandFailure.wrong(authority + " holds no certificates in PEM that can be read: " + e.getMessage());
        }
    }

    private static HttpResponse<String> get(HttpClient client, URI server, String path)
            throws IOException, InterruptedException {
        String base = server.toString();
        URI uri = URI.create(base.endsWith("/") ? base + path : base + "/" + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Accept", "application/json")
                .timeout(LIMIT)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    static ServerHealth read(int status, String body) {
        if (status != 200 && status != 503) {
            return new ServerHealth(true, false, "/health/ready answered " + status, List.of());
        }
        try {
            JsonNode answer = JSON.readTree(body);
            if (!answer.path("status").isTextual()) {
                return new ServerHealth(true, false, "/health/ready answered without a status", List.of());
            }
            List<Check> checks = new ArrayList<>();
            answer.path("checks")
                    .properties()
                    .forEach(check -> checks.add(new Check(
                            check.getKey(),
                            check.getValue().path("status").asText("?"),
                            check.getValue().path("detail").asText(""))));
            return new ServerHealth(true, status == 200, "", checks);
        } catch (JsonProcessingException e) {
            return new ServerHealth(
                    true, false, "/health/ready did not answer in JSON; is this an InsightDesk server?", List.of());
        }
    }

    String json() {
        var root = JSON.createObjectNode().put("live", live).put("ready", ready).put("detail", detail);
        var all = root.putObject("checks");
        checks.forEach(check ->
                all.putObject(check.name()).put("status", check.status()).put("detail", check.detail()));
        return root.toPrettyString();
    }
}
