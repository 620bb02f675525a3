package io.insightdesk.devenv.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailCatcherIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String RICH = """
            From: =?UTF-8?Q?M=C3=BCller?= <m@x.test>
            To: desk@y.test
            Subject: =?UTF-8?B?R3LDvMOfZQ==?= <b>
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=out

            --out
            Content-Type: multipart/alternative; boundary=in

            --in
            Content-Type: text/plain; charset=iso-8859-1
            Content-Transfer-Encoding: quoted-printable

            Gr=FC=DFe
            --in
            Content-Type: text/html; charset=utf-8

            <script>alert(1)</script><img src="cid:logo"><p>HTML</p>
            --in--
            --out
            Content-Type: image/png; name=logo.png
            Content-ID: <logo>
            Content-Transfer-Encoding: base64

            iVBORw0KGgo=
            --out--
            """;

    @TempDir
    Path temp;

    private final HttpClient http = HttpClient.newHttpClient();
    private MailCatcher catcher = MailCatcher.start();

    @AfterEach
    void close() {
        catcher.close();
    }

    @Test
    void awaitMailReturnsWhenTheMailComes() throws Exception {
        CompletableFuture<CaughtMail> awaited =
                CompletableFuture.supplyAsync(() -> catcher.awaitMail("Desk@y.test", LIMIT));
        assertThat(send("m@x.test", "desk@y.test", RICH)).startsWith("250");

        CaughtMail mail = awaited.get(20, TimeUnit.SECONDS);
        assertThat(mail.from()).isEqualTo("m@x.test");
        assertThat(mail.recipients()).containsExactly("desk@y.test");
        assertThat(mail.subject()).isEqualTo("Gr\u00fc\u00dfe <b>");
        assertThat(mail.text()).isEqualToIgnoringNewLines("Gr\u00fc\u00dfe");
        assertThat(mail.header("from")).contains("M\u00fcller <m@x.test>");
        assertThatThrownBy(() -> catcher.awaitMail("else@y.test", Duration.ofMillis(50)))
                .isInstanceOf(MailNotReceivedException.class)
                .hasMessageContaining("else@y.test")
                .hasMessageContaining("desk@y.test");
    }

    @Test
    void mailHogsInterfaceListsSearchesShowsAndDeletes() throws Exception {
        send("a@x.test", "b@y.test", "Subject: first\n\nneedle");
        send("m@x.test", "desk@y.test", RICH);

        String list = get("/api/v2/messages?start=0&limit=1");
        assertThat(list)
                .startsWith("{\"total\":2,\"count\":1,\"start\":0,\"items\":[{\"ID\":\"")
                .contains("\"From\":{\"Relays\":null,\"Mailbox\":\"m\",\"Domain\":\"x.test\",\"Params\":\"\"}")
                .contains("\"MIME\":{\"Parts\":[{\"Headers\":{\"Content-Type\":[\"multipart/alternative")
                .contains("\"Raw\":{\"From\":\"m@x.test\",\"To\":[\"desk@y.test\"],\"Data\":\"From: ")
                .contains("\"Helo\":\"client.test\"");
        assertThat(get("/api/v2/messages?start=1")).contains("\"count\":1").contains("\"Subject\":[\"first\"]");
        assertThat(get("/api/v2/search?kind=containing&query=NEEDLE")).startsWith("{\"total\":1,");
        assertThat(get("/api/v2/search?kind=to&query=desk%40y")).startsWith("{\"total\":1,");
        assertThat(get("/api/v2/search?kind=from&query=x.test")).startsWith("{\"total\":2,");
        assertThat(response("GET", "/api/v2/search?kind=odd&query=x").statusCode())
                .isEqualTo(400);

        String id = catcher.mailsTo("b@y.test").get(0).id();
        assertThat(get("/api/v1/messages/" + id)).startsWith("{\"ID\":\"" + id).contains("\"Body\":\"needle\\r\\n\"");
        assertThat(response("DELETE", "/api/v1/messages/" + id).statusCode()).isEqualTo(200);
        assertThat(response("GET", "/api/v1/messages/" + id).statusCode()).isEqualTo(404);
        assertThat(response("DELETE", "/api/v1/messages").statusCode()).isEqualTo(200);
        assertThat(catcher.mails()).isEmpty();
    }

    @Test
    void thePageRunsOnlyItsOwnScriptAndAMailsHtmlNone() throws Exception {
        send("m@x.test", "desk@y.test", RICH);
        String id = catcher.mails().get(0).id();

        HttpResponse<String> page = response("GET", "/");
        assertThat(page.body()).contains("app.js").doesNotContain("http://").doesNotContain("https://");
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy)
                        .contains("default-src 'none'")
                        .contains("script-src 'self'")
                        .doesNotContain("unsafe"));
        assertThat(get("/app.js")).doesNotContain("innerHTML");
        assertThat(get("/style.css")).contains("color-scheme");
        assertThat(get("/mails")).contains("\"subject\":\"Gr\u00fc\u00dfe <b>\"");
        assertThat(get("/mails/" + id)).contains("\"name\":\"logo.png\"").contains("\"html\":true");
        HttpResponse<String> html = response("GET", "/mails/" + id + "/html");
        assertThat(html.body()).contains("src=\"data:image/png;base64,iVBORw0KGgo=\"");
        assertThat(html.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy)
                        .startsWith("sandbox ")
                        .doesNotContain("allow-scripts")
                        .contains("default-src 'none'"));
        assertThat(get("/mails/" + id + "/raw")).startsWith("From: ");
        HttpResponse<String> part = response("GET", "/mails/" + id + "/parts/2");
        assertThat(part.headers().firstValue("Content-Disposition")).hasValue("attachment; filename=\"logo.png\"");
        assertThat(response("GET", "/mails/" + id + "/parts/x").statusCode()).isEqualTo(400);
        assertThat(response("GET", "/etc/passwd").statusCode()).isEqualTo(404);
        assertThat(response("POST", "/").statusCode()).isEqualTo(405);
    }

    @Test
    void mailsOnDiskSurviveARestart() throws Exception {
        byte[] raw;
        try (MailCatcher first = MailCatcher.builder().directory(temp).start()) {
            try (Smtp client = new Smtp(first.smtpPort())) {
                client.send("", "desk@y.test", RICH);
                client.send("a@x.test", "gone@y.test", "Subject: gone\n\n");
            }
            raw = first.mails().get(0).raw();
            http.send(
                    HttpRequest.newBuilder(first.httpUrl()
                                    .resolve("/api/v1/messages/"
                                            + first.mails().get(1).id()))
                            .DELETE()
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        }
        try (MailCatcher second = MailCatcher.builder().directory(temp).start()) {
            assertThat(second.mails()).singleElement().satisfies(mail -> {
                assertThat(mail.from()).isEmpty();
                assertThat(mail.recipients()).isEqualTo(List.of("desk@y.test"));
                assertThat(mail.raw()).isEqualTo(raw);
            });
            second.clear();
        }
        try (MailCatcher third = MailCatcher.builder().directory(temp).start()) {
            assertThat(third.mails()).isEmpty();
        }
    }

    @Test
    void onlyTheNewestAreKept() throws Exception {
        try (Smtp client = new Smtp(catcher.smtpPort())) {
            for (int i = 0; i <= MailCatcher.MAX_MAILS; i++) {
                client.send("a@x.test", "b@y.test", "Subject: " + i + "\n\n");
            }
        }
        assertThat(catcher.mails()).hasSize(MailCatcher.MAX_MAILS);
        assertThat(catcher.mails().get(0).subject()).isEqualTo("1");
    }

    @Test
    void failuresHappenOnceAndInOrder() throws Exception {
        catcher.rejectNext(451, "greylisted");
        catcher.rejectNext(550, "never");
        assertThat(send("a@x.test", "b@y.test", "Subject: 1\n\n")).isEqualTo("451 greylisted");
        assertThat(send("a@x.test", "b@y.test", "Subject: 2\n\n")).isEqualTo("550 never");
        catcher.failAfterData(452, "disk full");
        assertThat(send("a@x.test", "b@y.test", "Subject: 3\n\n")).isEqualTo("452 disk full");
        assertThat(catcher.mails()).isEmpty();
        assertThat(send("a@x.test", "b@y.test", "Subject: 4\n\n")).startsWith("250");
        assertThat(catcher.mails())
                .singleElement()
                .satisfies(mail -> assertThat(mail.subject()).isEqualTo("4"));
    }

    @Test
    void aDroppedConnectionDoublesTheMailOfASenderThatTriesAgain() throws Exception {
        catcher.dropConnectionAfterData();
        String mail = "Message-ID: <1@x.test>\nSubject: twice\n\n";
        assertThatThrownBy(() -> send("a@x.test", "b@y.test", mail)).isInstanceOf(IOException.class);
        assertThat(send("a@x.test", "b@y.test", mail)).startsWith("250");

        List<CaughtMail> both = catcher.awaitMails("b@y.test", 2, LIMIT);
        assertThat(both)
                .hasSize(2)
                .allSatisfy(one -> assertThat(one.header("Message-ID")).hasValue("<1@x.test>"));
        assertThat(both.get(0).raw()).isEqualTo(both.get(1).raw());
    }

    @Test
    void aBrokenMailIsKeptAndShown() throws Exception {
        for (String broken : List.of(
                "Content-Type: multipart/mixed\n\nno boundary",
                "Content-Type: text/plain; charset=no-such\nContent-Transfer-Encoding: odd\n\nhi",
                "Content-Type: ;;;\nSubject: =?x?y?z\n\nhi",
                "no header at all")) {
            assertThat(send("a@x.test", "b@y.test", broken)).startsWith("250");
        }
        for (CaughtMail mail : catcher.mails()) {
            assertThat(response("GET", "/mails/" + mail.id()).statusCode()).isEqualTo(200);
            assertThat(response("GET", "/api/v1/messages/" + mail.id()).statusCode())
                    .isEqualTo(200);
        }
        assertThat(catcher.mails().get(1).text()).isEqualToIgnoringNewLines("hi");
    }

    private String send(String from, String to, String content) throws IOException {
        try (Smtp client = new Smtp(catcher.smtpPort())) {
            return client.send(from, to, content);
        }
    }

    private String get(String path) throws Exception {
        HttpResponse<String> response = response("GET", path);
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return response.body();
    }

    private HttpResponse<String> response(String method, String path) throws Exception {
        URI uri = catcher.httpUrl().resolve(path);
        return http.send(
                HttpRequest.newBuilder(uri)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
