package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.conversation.Attachment;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.storage.FileScanner;
import io.insightdesk.storage.ScanResult;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Files that a scanner looks at, over HTTP: as a body and in a form. */
@DevEnvironmentTest
class FileScanApiIT {

    private static final FileScanner WORDS = new FileScanner() {
        @Override
        public ScanResult scan(InputStream content) throws IOException {
            String text = new String(content.readAllBytes(), StandardCharsets.UTF_8);
            if (text.contains("away")) {
                throw new IOException("nobody there");
            }
            return text.contains("evil") ? ScanResult.infected("Words.Evil") : ScanResult.CLEAN;
        }
    };

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void whatIsFoundIsAProblemOfItsOwnAndNobodyGetsTheFile(DataSource dataSource) throws Exception {
        try (ApiFixture api =
                new ApiFixture(dataSource, ApiOptions.builder().build(), builder -> builder.fileScanner(WORDS))) {
            HttpRequest.Builder raw = HttpRequest.newBuilder(
                            URI.create(api.server.address() + "/api/v1/attachments?filename=notes.txt"))
                    .header("Authorization", "Bearer " + api.adminToken)
                    .header("Content-Type", "text/plain");

            HttpResponse<String> good = send(raw.POST(BodyPublishers.ofString("good")));
            assertThat(good.statusCode()).as(good.body()).isEqualTo(201);
            assertThat(good.body()).contains("\"scan\":\"clean\"", "\"finding\":null");

            HttpResponse<String> bad = send(raw.POST(BodyPublishers.ofString("evil")));
            assertThat(bad.statusCode()).as(bad.body()).isEqualTo(422);
            assertThat(bad.body()).contains("\"code\":\"file_infected\"", "Words.Evil");

            HttpResponse<String> away = send(raw.POST(BodyPublishers.ofString("away")));
            assertThat(away.statusCode()).as(away.body()).isEqualTo(503);
            assertThat(away.headers().firstValue("Retry-After")).isPresent();
            assertThat(away.body()).contains("\"code\":\"scanner_unavailable\"").doesNotContain("nobody there");

            HttpResponse<String> form =
                    send(HttpRequest.newBuilder(URI.create(api.server.address() + "/api/v1/attachments"))
                            .header("Authorization", "Bearer " + api.adminToken)
                            .header("Content-Type", "multipart/form-data; boundary=b")
                            .POST(BodyPublishers.ofString("""
                            --b\r
                            Content-Disposition: form-data; name="files"; filename="a.txt"\r
                            \r
                            good\r
                            --b\r
                            Content-Disposition: form-data; name="files"; filename="b.txt"\r
                            \r
                            evil\r
                            --b--\r
                            """)));
            assertThat(form.statusCode()).as(form.body()).isEqualTo(422);
            assertThat(form.body()).contains("\"code\":\"file_infected\"");

            Attachment kept = api.system.attachments().upload("late.txt", "text/plain", InputStream.nullInputStream());
            try (Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(
                        "update insightdesk.attachment set scan = 'infected', scan_finding = 'Late' where id = '"
                                + kept.id() + "'");
            }
            String address = api.server.address() + "/api/v1/attachments/" + kept.id();
            HttpResponse<String> content = send(HttpRequest.newBuilder(URI.create(address + "/content"))
                    .header("Authorization", "Bearer " + api.adminToken));
            assertThat(content.statusCode()).as(content.body()).isEqualTo(403);
            assertThat(content.body()).contains("\"code\":\"attachment_withheld\"");
            HttpResponse<String> listed = send(
                    HttpRequest.newBuilder(URI.create(address)).header("Authorization", "Bearer " + api.adminToken));
            assertThat(listed.body()).contains("\"scan\":\"infected\"", "\"finding\":\"Late\"");
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
