package io.insightdesk.jaxrs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.zaxxer.hikari.HikariDataSource;
import io.insightdesk.InsightDesk;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Files in forms (RFC 7578), and the threat that a form is built to exhaust whoever reads it. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttachmentFormsIT {
    private static final String TYPE = "multipart/form-data; boundary=-b-o-u-n-d-";
    private static final String LINE = "---b-o-u-n-d-";

    private ApiFixture api;

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        api = new ApiFixture(dataSource);
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private static byte[] form(String... parts) {
        StringBuilder form = new StringBuilder();
        for (String part : parts) {
            form.append(LINE).append("\r\n").append(part).append("\r\n");
        }
        return form.append(LINE).append("--\r\n").toString().getBytes(UTF_8);
    }

    private static String file(String name, String type, String content) {
        return "Content-Disposition: form-data; name=\"files\"; filename=\"" + name + "\"\r\nContent-Type: " + type
                + "\r\n\r\n" + content;
    }

    private Reply send(byte[] form, String... headers) {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = TYPE;
        return api.send("POST", "/attachments", form, all);
    }

    private String content(JsonNode file) {
        return api.get(file.at("/url").asText()).text();
    }

    private long count(String table) throws Exception {
        try (Connection connection = api.pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from insightdesk." + table)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void theFilesOfAFormAreStoredAndNamedByAMessage() throws Exception {
        byte[] noise = new byte[300_000];
        new Random(7).nextBytes(noise);
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.write((LINE + "\r\n"
                        + file(
                                "bericht für \uD83D\uDD25.txt",
                                "text/plain; charset=utf-8",
                                "Grüße\r\n--nicht die Grenze\r\n")
                        + "\r\n" + LINE
                        + "\r\nContent-Disposition: form-data; name=a; filename=\"..\\\\..\\\\%22quoted%22.bin\"\r\n\r\n")
                .getBytes(UTF_8));
        form.write(noise);
        form.write(("\r\n" + LINE + "--\r\n").getBytes(UTF_8));

        Reply stored = send(form.toByteArray());

        assertThat(stored.status()).as(stored.text()).isEqualTo(201);
        JsonNode items = stored.json().at("/items");
        assertThat(items).hasSize(2);
        assertThat(items.at("/0/filename").asText()).isEqualTo("bericht für \uD83D\uDD25.txt");
        assertThat(items.at("/0/contentType").asText()).isEqualTo("text/plain");
        assertThat(content(items.at("/0"))).isEqualTo("Grüße\r\n--nicht die Grenze\r\n");
        assertThat(items.at("/1/filename").asText()).endsWith("\"quoted\".bin");
        assertThat(items.at("/1/contentType").asText()).isEqualTo("application/octet-stream");
        assertThat(api.get(items.at("/1/url").asText()).bytes()).isEqualTo(noise);

        Reply ticket = api.post(
                "/tickets",
                "{\"subject\":\"x\",\"requester\":{\"email\":\"f@forms.example\"},\"message\":{\"attachmentIds\":["
                        + items.at("/0/id") + "," + items.at("/1/id") + "]}}");
        assertThat(ticket.status()).as(ticket.text()).isEqualTo(201);
    }

    @Test
    void anEmptyFileIsAFileAndAMailInAFormIsNotTakenApart() {
        Reply stored = send(form(
                file("empty.txt", "text/plain", ""),
                file(
                        "mail.eml",
                        "message/rfc822",
                        "Subject: x\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n--q--")));
        assertThat(stored.status()).as(stored.text()).isEqualTo(201);
        assertThat(stored.json().at("/items/0/size").asLong()).isZero();
        assertThat(content(stored.json().at("/items/1")))
                .startsWith("Subject: x")
                .endsWith("--q--");
    }

    @Test
    void aRepeatedFormIsStoredOnceWhateverItsBoundary() {
        byte[] form = form(file("a.txt", "text/plain", "aaa"), file("b.txt", "text/plain", "bbb"));
        Reply first = send(form, "Idempotency-Key", "form-1");
        assertThat(first.status()).as(first.text()).isEqualTo(201);
        byte[] again = new String(form, UTF_8).replace("-b-o-u-n-d-", "another").getBytes(UTF_8);
        Reply second = api.send(
                "POST",
                "/attachments",
                again,
                "Content-Type",
                "multipart/form-data; boundary=another",
                "Idempotency-Key",
                "form-1");
        assertThat(second.status()).as(second.text()).isEqualTo(201);
        assertThat(second.json()).isEqualTo(first.json());
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        for (byte[] other : List.of(
                form(file("a.txt", "text/plain", "aaab"), file("b.txt", "text/plain", "bb")),
                form(file("a.txt", "text/plain", "aaa")),
                form(file("a.txt", "text/plain", "aaa"), file("c.txt", "text/plain", "bbb")))) {
            assertThat(send(other, "Idempotency-Key", "form-1").status()).isEqualTo(422);
        }
    }

    @Test
    void whatIsNoFormOfFilesIsRefusedAndLeavesNothing() throws Exception {
        long attachments = count("attachment");
        long linked = count("blob where state = 'stored'");
        String good = file("good.txt", "text/plain", "good");
        Map<String, byte[]> bad = new LinkedHashMap<>();
        bad.put("no file", form());
        bad.put("nothing", new byte[0]);
        bad.put("no form", "hello".getBytes(UTF_8));
        bad.put("cut off in a file", (LINE + "\r\n" + good).getBytes(UTF_8));
        bad.put(
                "cut off in the second",
                new String(form(good, good), UTF_8)
                        .replaceAll("--\r\n$", "")
                        .substring(0, form(good, good).length - 30)
                        .getBytes(UTF_8));
        bad.put("cut off in a header", (LINE + "\r\nContent-Disposition: form-da").getBytes(UTF_8));
        bad.put("no end", (LINE + "\r\n" + good + "\r\n" + LINE + "\r\n").getBytes(UTF_8));
        bad.put("a field that is no file", form(good, "Content-Disposition: form-data; name=\"subject\"\r\n\r\nhello"));
        bad.put("no disposition", form("Content-Type: text/plain\r\n\r\nhello"));
        bad.put("another disposition", form("Content-Disposition: attachment; filename=a\r\n\r\nhello"));
        bad.put("no name", form(file("", "text/plain", "x")));
        bad.put("only a path", form(file("a/", "text/plain", "x")));
        bad.put("a wrong type", form(file("a.txt", "nonsense", "x")));
        bad.put("a name that is too long", form(file("n".repeat(300), "text/plain", "x")));
        bad.put(
                "a transfer encoding",
                form("Content-Transfer-Encoding: base64\r\n" + file("a.txt", "text/plain", "aGVsbG8=")));
        bad.put(
                "nested",
                form(
                        good,
                        "Content-Disposition: form-data; name=x; filename=y\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n"
                                + "--i\r\nContent-Disposition: attachment; filename=deep\r\n\r\nx\r\n--i--"));
        bad.put("a long header", form(good, "X-Long: " + "a".repeat(100_000) + "\r\n" + good));
        bad.put("many headers", form(good, "X-A: a\r\n".repeat(500) + good));
        bad.put("a folded header without end", form("X-A: a\r\n" + " b\r\n".repeat(5_000) + good));
        bad.put("a long start", ("x".repeat(500_000) + "\r\n" + new String(form(good), UTF_8)).getBytes(UTF_8));
        bad.put("an endless line end", (LINE + "\r\n" + good + "\r\n" + LINE + " ".repeat(400_000)).getBytes(UTF_8));
        String[] many = new String[5_000];
        java.util.Arrays.fill(many, good);
        bad.put("thousands of parts", form(many));
        String[] empty = new String[20_000];
        java.util.Arrays.fill(empty, "");
        bad.put("thousands of empty parts", form(empty));
        List<String> wrong = new ArrayList<>();
        bad.forEach((what, body) -> {
            Reply refused = send(body);
            if (refused.status() < 400
                    || refused.status() >= 500
                    || !refused.header("Content-Type").startsWith("application/problem+json")) {
                wrong.add(what + " -> " + refused.status() + " " + refused.text());
            }
        });
        for (String type : List.of(
                "multipart/form-data",
                "multipart/form-data; boundary=",
                "multipart/form-data; boundary=other",
                "multipart/form-data; boundary=\"" + "b".repeat(5000) + "\"",
                "multipart/form-data; boundary=\"\u0001\"".replace("\u0001", "%"),
                "multipart/mixed; boundary=-b-o-u-n-d-",
                "multipart/form-datax; boundary=-b-o-u-n-d-")) {
            Reply refused = api.send("POST", "/attachments", form(good), "Content-Type", type);
            if (refused.status() < 400 || refused.status() >= 500) {
                wrong.add(type + " -> " + refused.status() + " " + refused.text());
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(send(form(many)).json().at("/code").asText()).isEqualTo("too_many_files");
        assertThat(api.send("POST", "/attachments?filename=x", form(good), "Content-Type", TYPE)
                        .json()
                        .at("/errors/0/code")
                        .asText())
                .isEqualTo("not_allowed");
        assertThat(send(form(good), "Authorization", "Bearer " + api.viewerToken)
                        .status())
                .isEqualTo(403);
        assertThat(count("attachment")).isEqualTo(attachments);
        assertThat(count("blob where state = 'stored'")).isEqualTo(linked);
        assertThat(send(form(good)).status()).as("all is well after that").isEqualTo(201);
    }

    @Test
    void aFileThatIsTooLargeEndsItsFormAndTheFilesBeforeIt(DataSource dataSource) throws Exception {
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setDataSource(dataSource);
            pool.setMaximumPoolSize(3);
            try (InsightDesk small = InsightDesk.builder()
                            .dataSource(pool)
                            .maxAttachmentBytes(1000)
                            .build();
                    RestServer server = new RestServer()
                            .mount("/small", new InsightDeskApplication(small))
                            .start()) {
                long before = count("blob where state = 'stored'");
                byte[] form = form(file("a.txt", "text/plain", "a"), file("b.txt", "text/plain", "b".repeat(1001)));
                HttpRequest request = HttpRequest.newBuilder(URI.create(server.address() + "/small/attachments"))
                        .header("Authorization", "Bearer " + api.adminToken)
                        .header("Content-Type", TYPE)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(form))
                        .build();
                HttpResponse<String> refused =
                        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
                assertThat(refused.statusCode()).isEqualTo(413);
                assertThat(refused.body()).contains("attachment_too_large").contains("1000 bytes");
                assertThat(count("blob where state = 'stored'")).isEqualTo(before);
            }
        }
    }

    /** The connection of the caller breaks in the middle of the second file. */
    @Test
    void aFormWhoseSenderGoesAwayLeavesNothing() throws Exception {
        long attachments = count("attachment");
        long stored = count("blob where state = 'stored'");
        long all = count("blob");
        URI address = URI.create(api.server.address());
        String begun = LINE + "\r\n" + file("a.txt", "text/plain", "a") + "\r\n" + LINE + "\r\n"
                + file("b.txt", "text/plain", "b".repeat(100_000));
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /api/v1/attachments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + api.adminToken
                            + "\r\nContent-Type: " + TYPE + "\r\nContent-Length: 5000000\r\n\r\n" + begun)
                    .getBytes(ISO_8859_1));
            out.flush();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(count("blob")).isGreaterThan(all));
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), ISO_8859_1);
            assertThat(answer).startsWith("HTTP/1.1 400");
        }
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(count("attachment")).isEqualTo(attachments);
            assertThat(count("blob where state = 'stored'")).isEqualTo(stored);
        });
    }
}
