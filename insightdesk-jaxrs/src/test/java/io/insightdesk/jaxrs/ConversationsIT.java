package io.insightdesk.jaxrs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is said on tickets, and who says it. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConversationsIT {
    private ApiFixture api;

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        api = new ApiFixture(dataSource);
    }

    private String ticket() {
        return made(
                        "/tickets",
                        "{\"subject\":\"Lamp\",\"message\":{\"text\":\"It is dark.\"},\"requester\":{\"email\":\"bo@example.com\"}}")
                .at("/id")
                .asText();
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private JsonNode made(String path, @Nullable String body, String... headers) {
        Reply reply = api.post(path, body, headers);
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return reply.json();
    }

    @Test
    void anAnswerAndANoteAreReadBackByWhoMayAndTheTicketListsWhatHappened() {
        String ticket = ticket();
        JsonNode answer = made(
                "/tickets/" + ticket + "/messages",
                "{\"html\":\"<p>Try the <b>switch</b>.</p><script>alert(1)</script>\",\"cc\":[\"boss@example.com\"]}",
                "Authorization",
                "Bearer " + api.agentToken);
        assertThat(answer.fieldNames())
                .toIterable()
                .contains(
                        "id",
                        "ticketId",
                        "kind",
                        "author",
                        "subject",
                        "text",
                        "html",
                        "newText",
                        "attachments",
                        "mail",
                        "createdAt");
        assertThat(answer.at("/kind").asText()).isEqualTo("agent");
        assertThat(answer.at("/author/email").asText()).isEqualTo("ann@acme.example");
        assertThat(answer.at("/html").asText()).contains("<b>switch</b>").doesNotContain("script");
        assertThat(answer.at("/text").asText()).isEqualTo("Try the switch.");

        JsonNode note = made("/tickets/" + ticket + "/notes", "{\"text\":\"He always forgets the switch.\"}");
        assertThat(note.at("/kind").asText()).isEqualTo("note");

        List<String> kinds = new ArrayList<>();
        api.get("/tickets/" + ticket + "/messages")
                .json()
                .at("/items")
                .forEach(message -> kinds.add(message.at("/kind").asText()));
        assertThat(kinds).containsExactly("customer", "agent", "note");
        assertThat(api.get("/tickets/" + ticket + "/notes").json().at("/items")).hasSize(1);
        assertThat(api.get("/messages/" + note.at("/id").asText()).json()).isEqualTo(note);
        List<Long> sequence = new ArrayList<>();
        api.get("/tickets/" + ticket + "/events")
                .json()
                .at("/items")
                .forEach(event -> sequence.add(event.at("/ticketSeq").asLong()));
        assertThat(sequence).isSorted().doesNotHaveDuplicates().startsWith(1L).hasSizeGreaterThan(3);

        Reply refused = api.post(
                "/tickets/" + ticket + "/notes", "{\"text\":\"x\"}", "Authorization", "Bearer " + api.viewerToken);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
    }

    /** THREATS: type lies of uploads. */
    @Test
    void aFileIsRecordedAsWhatItIsWhateverItIsCalled() {
        byte[] page = "<!DOCTYPE html><script>alert(1)</script>".getBytes(UTF_8);
        Reply uploaded = api.send("POST", "/attachments?filename=cat.png", page, "Content-Type", "image/png");
        assertThat(uploaded.status()).as(uploaded.text()).isEqualTo(201);
        assertThat(uploaded.json().at("/contentType").asText()).isEqualTo("text/html");
        assertThat(uploaded.json().at("/claimedType").asText()).isEqualTo("image/png");
        String id = uploaded.json().at("/id").asText();
        JsonNode message =
                made("/tickets/" + ticket() + "/notes", "{\"text\":\"A cat\",\"attachmentIds\":[\"" + id + "\"]}");
        assertThat(message.at("/attachments/0/contentType").asText()).isEqualTo("text/html");
        assertThat(message.at("/attachments/0/claimedType").asText()).isEqualTo("image/png");
        Reply read = api.get("/attachments/" + id + "/content");
        assertThat(read.bytes()).isEqualTo(page);
        assertThat(read.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(read.header("Content-Disposition")).startsWith("attachment");
        assertThat(read.header("X-Content-Type-Options")).isEqualTo("nosniff");

        JsonNode honest = api.send("POST", "/attachments?filename=cat.html", page, "Content-Type", "text/html")
                .json();
        assertThat(honest.at("/contentType").asText()).isEqualTo("text/html");
        assertThat(honest.at("/claimedType").isNull()).isTrue();
        JsonNode program = api.send(
                        "POST",
                        "/attachments?filename=invoice.pdf",
                        "MZ\0\1\0\0\0",
                        "Content-Type",
                        "application/octet-stream")
                .json();
        assertThat(program.at("/contentType").asText()).isEqualTo("application/x-msdownload");
        assertThat(program.at("/claimedType").asText()).isEqualTo("application/pdf");
    }

    @Test
    void aFileIsUploadedNamedByAMessageAndReadInParts() {
        byte[] content = "0123456789".repeat(1000).getBytes(UTF_8);
        Reply uploaded = api.send(
                "POST", "/attachments?filename=..%2Fbericht%20f%C3%BCr.txt", content, "Content-Type", "text/plain");
        assertThat(uploaded.status()).as(uploaded.text()).isEqualTo(201);
        assertThat(uploaded.json().at("/filename").asText()).isEqualTo("bericht für.txt");
        assertThat(uploaded.json().at("/size").asLong()).isEqualTo(content.length);
        String id = uploaded.json().at("/id").asText();

        JsonNode message =
                made("/tickets/" + ticket() + "/notes", "{\"text\":\"See file.\",\"attachmentIds\":[\"" + id + "\"]}");
        String url = message.at("/attachments/0/url").asText();
        assertThat(url).startsWith("/api/v1/attachments/");

        Reply whole = api.get(url);
        assertThat(whole.bytes()).isEqualTo(content);
        assertThat(whole.header("Content-Disposition")).startsWith("attachment");
        Reply range = api.get(url, "Range", "bytes=9995-");
        assertThat(range.status()).isEqualTo(206);
        assertThat(range.text()).isEqualTo("56789");
        assertThat(api.get(url, "Range", "bytes=10000-").status()).isEqualTo(416);

        Reply unnamed = api.send("POST", "/attachments", content, "Content-Type", "text/plain");
        assertThat(unnamed.status()).isEqualTo(400);
        assertThat(unnamed.json().at("/errors/0/parameter").asText()).isEqualTo("filename");
    }

    @Test
    void aMailOverHttpOpensATicketOnceAndItsAnswerIsAppended() {
        JsonNode mailbox = made("/mailboxes", "{\"address\":\"support@acme.example\",\"name\":\"Acme support\"}");
        assertThat(mailbox.at("/address").asText()).isEqualTo("support@acme.example");
        String mail = "From: Eva <eva@example.com>\r\nTo: support@acme.example\r\nSubject: No light\r\n"
                + "Message-ID: <eva-1@example.com>\r\n\r\nStill dark.\r\n";

        Reply first = receive(mail);
        assertThat(first.status()).as(first.text()).isEqualTo(201);
        assertThat(first.json().at("/outcome").asText()).isEqualTo("created");
        assertThat(first.json().at("/ticket/subject").asText()).isEqualTo("No light");
        assertThat(first.json().at("/ticket/channel").asText()).isEqualTo("email");
        assertThat(first.json().at("/message/mail/messageId").asText()).isEqualTo("eva-1@example.com");

        Reply again = receive(mail);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().at("/outcome").asText()).isEqualTo("duplicate");

        Reply answer = receive("From: Eva <eva@example.com>\r\nTo: support@acme.example\r\nSubject: Re: No light\r\n"
                + "Message-ID: <eva-2@example.com>\r\nIn-Reply-To: <eva-1@example.com>\r\n\r\nNow it works.\r\n");
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().at("/outcome").asText()).isEqualTo("appended");
        assertThat(answer.json().at("/ticket/id")).isEqualTo(first.json().at("/ticket/id"));

        Reply broken = receive("\u0000\u0001\u0002");
        assertThat(broken.status()).isEqualTo(200);
        assertThat(broken.json().at("/outcome").asText()).isEqualTo("quarantined");
        assertThat(broken.json().at("/reason").asText()).isNotEmpty();
    }

    private Reply receive(String mail) {
        return api.send(
                "POST",
                "/mail/inbound?mailbox=support@acme.example",
                mail.getBytes(UTF_8),
                "Content-Type",
                "message/rfc822");
    }

    @Test
    void aCustomerBelongsToTheOrganizationOfItsMailDomain() {
        JsonNode organization = made("/organizations", "{\"name\":\"Globex\",\"domains\":[\"globex.example\"]}");
        JsonNode customer =
                made("/customers", "{\"name\":\"Gil\",\"emails\":[\"gil@globex.example\",\"gil@home.example\"]}");
        assertThat(customer.at("/organization/id")
                        .asText(customer.at("/organization").asText()))
                .isEqualTo(organization.at("/id").asText());

        Reply found = api.get("/customers?filter%5Bemail%5D=gil@home.example");
        assertThat(found.json().at("/items")).hasSize(1);
        Reply taken = api.post("/customers", "{\"name\":\"Other\",\"emails\":[\"gil@home.example\"]}");
        assertThat(taken.status()).isEqualTo(409);
    }

    @Test
    void whoAsksIsToldWhoThatIs() {
        JsonNode me =
                api.get("/me", "Authorization", "Bearer " + api.agentToken).json();
        assertThat(me.at("/type").asText()).isEqualTo("agent");
        assertThat(me.at("/name").asText()).isEqualTo("Ann Agent");
        assertThat(me.at("/permissions").toString()).contains("ticket:read");
    }
}
