package io.insightdesk.jaxrs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.Desk;
import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Role;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.limit.RateLimit;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Threat: somebody reads a file by a link that is not for it, or not for ever. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttachmentLinksIT {
    private static final String NOBODY = "";

    private ApiFixture api;

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        api = new ApiFixture(dataSource);
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private static Attachment file(Desk desk, String content) {
        return desk.attachments().upload("page.html", "text/html", new ByteArrayInputStream(content.getBytes(UTF_8)));
    }

    private String link(Attachment file) {
        Reply made = api.post("/attachments/" + file.id() + "/link", null);
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        return made.json().at("/url").asText();
    }

    private Reply read(String url, String... headers) {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Authorization";
        all[headers.length + 1] = NOBODY;
        return api.get(url, all);
    }

    @Test
    void aLinkGivesTheFileToWhoeverHasItAndNothingThatRuns() {
        Attachment file = file(api.system, "<script>0123456789</script>");
        Instant before = Instant.now();
        Reply made = api.post("/attachments/" + file.id() + "/link", null);
        String url = made.json().at("/url").asText();
        assertThat(url).startsWith("/api/v1/attachments/" + file.id() + "/content?signature=");
        assertThat(Instant.parse(made.json().at("/expiresAt").asText()))
                .isBetween(before.plusSeconds(299), Instant.now().plusSeconds(301));

        Reply read = read(url);
        assertThat(read.status()).as(read.text()).isEqualTo(200);
        assertThat(read.text()).isEqualTo("<script>0123456789</script>");
        assertThat(read.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(read.header("Content-Disposition")).startsWith("attachment; filename=\"page.html\"");
        assertThat(read.header("Content-Security-Policy")).isEqualTo("default-src 'none'; sandbox");
        assertThat(read.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(read.header("Cache-Control")).isEqualTo("no-store");
        assertThat(read.header("Referrer-Policy")).isEqualTo("no-referrer");
        Reply part = read(url, "Range", "bytes=8-17");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo("0123456789");
        assertThat(read(url, "Range", "bytes=900-").status()).isEqualTo(416);
        assertThat(api.get(url).status()).as("a token beside it does no harm").isEqualTo(200);
    }

    @Test
    void aLinkThatWasAlteredOrIsOfAnotherFileIsRefusedAlike() {
        Attachment file = file(api.system, "one");
        Attachment other = file(api.system, "two");
        String url = link(file);
        String signature = url.substring(url.indexOf('=') + 1);
        Set<String> forged = new LinkedHashSet<>(List.of("", "x", "AAAA", "%20", "a".repeat(3000), signature + "A"));
        for (int i = 0; i < signature.length(); i++) {
            char turned = signature.charAt(i) == 'A' ? 'B' : 'A';
            forged.add(signature.substring(0, i) + turned + signature.substring(i + 1));
        }
        for (String wrong : forged) {
            Reply refused = read("/attachments/" + file.id() + "/content?signature=" + wrong);
            // The last character of base64 can hold bits that stand for nothing.
            if (refused.status() == 200) {
                assertThat(wrong.substring(0, wrong.length() - 1))
                        .isEqualTo(signature.substring(0, signature.length() - 1));
                continue;
            }
            assertThat(refused.status()).as(wrong).isEqualTo(403);
            assertThat(refused.json().at("/code").asText()).isEqualTo("attachment_link_invalid");
            assertThat(refused.text()).doesNotContain(file.id() + "?");
        }
        Reply swapped = read("/attachments/" + other.id() + "/content?signature=" + signature);
        assertThat(swapped.status()).isEqualTo(403);
        assertThat(swapped.json().at("/code").asText()).isEqualTo("attachment_link_invalid");
        assertThat(read("/attachments/" + file.id() + "/content").status())
                .as("without link and token")
                .isEqualTo(401);
        assertThat(read("/attachments/" + file.id() + "?signature=" + signature).status())
                .as("it is a link to the content only")
                .isIn(400, 401);
        assertThat(read("/tickets?signature=" + signature).status()).isEqualTo(401);
    }

    @Test
    void aLinkEnds() {
        Attachment file = file(api.system, "soon gone");
        Reply made = api.post("/attachments/" + file.id() + "/link", "{\"validForSeconds\":2}");
        String url = made.json().at("/url").asText();
        assertThat(read(url).status()).isIn(200, 403);
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            Reply late = read(url);
            assertThat(late.status()).isEqualTo(403);
            assertThat(late.json().at("/code").asText()).isEqualTo("attachment_link_invalid");
        });
        assertThat(Instant.now())
                .isAfterOrEqualTo(Instant.parse(made.json().at("/expiresAt").asText()));
        for (String wrong : List.of("0", "3601", "-5", "2147483647")) {
            Reply refused = api.post("/attachments/" + file.id() + "/link", "{\"validForSeconds\":" + wrong + "}");
            assertThat(refused.status()).as(wrong).isEqualTo(400);
            assertThat(refused.json().at("/errors/0/pointer").asText()).isEqualTo("/validForSeconds");
        }
        assertThat(api.post("/attachments/" + file.id() + "/link", "{\"validForSeconds\":3600}")
                        .status())
                .isEqualTo(200);
        assertThat(api.post("/attachments/" + file.id() + "/link", "hello", "Content-Type", "text/plain")
                        .status())
                .isEqualTo(415);
    }

    @Test
    void whoMayNotSeeAFileGetsNoLinkToIt() {
        Customer eve = api.system.customers().create(NewCustomer.of("Eve", "eve@links.example"));
        Customer bob = api.system.customers().create(NewCustomer.of("Bob", "bob@links.example"));
        Attachment file = file(api.system, "Bob's");
        Ticket ticket = api.system
                .tickets()
                .create(NewTicket.builder("Bob's").requester(bob.id()).build());
        api.system
                .conversations()
                .addCustomerMessage(
                        ticket.id(),
                        NewMessage.builder().text("x").attachment(file.id()).build());
        Desk asEve = api.insightDesk.tenant(api.tenant.id()).as(eve.actor());
        Desk asBob = api.insightDesk.tenant(api.tenant.id()).as(bob.actor());
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> asEve.attachments().link(file.id(), Duration.ofMinutes(1)))
                .isInstanceOf(io.insightdesk.error.NotFoundException.class);
        assertThat(asBob.attachments().link(file.id(), Duration.ofMinutes(1)).attachment())
                .isEqualTo(file.id());
    }

    @Test
    void aLinkDoesNotOutliveItsFileOrTheErasureOfWhoseItIs() {
        Customer carl = api.system.customers().create(NewCustomer.of("Carl", "carl@links.example"));
        Ticket ticket = api.system
                .tickets()
                .create(NewTicket.builder("Carl's").requester(carl.id()).build());
        Attachment file = file(api.system, "Carl's passport");
        api.system
                .conversations()
                .addCustomerMessage(
                        ticket.id(),
                        NewMessage.builder().text("x").attachment(file.id()).build());
        String url = link(file);
        assertThat(read(url).status()).isEqualTo(200);

        api.insightDesk.workers().start();
        try {
            api.system.persons().erase(carl.id());
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(read(url).status()).isEqualTo(404));
        } finally {
            api.insightDesk.workers().stop(Duration.ofSeconds(20));
        }
        assertThat(read(url).json().at("/code").asText()).isEqualTo("attachment_not_found");
    }

    @Test
    void aLinkOfASuspendedTenantGivesNothingAndOneOfAnotherTenantIsItsOwn() {
        Tenant other = api.insightDesk.tenants().create(NewTenant.of("linked", "Linked"));
        Desk theirs = api.insightDesk.tenant(other.id()).as(Actor.system());
        Attachment file = file(theirs, "theirs");
        String token = theirs.apiTokens()
                .create(NewApiToken.of("t", Role.ADMIN))
                .secret()
                .reveal();
        Reply made = api.post("/attachments/" + file.id() + "/link", null, "Authorization", "Bearer " + token);
        String url = made.json().at("/url").asText();
        assertThat(read(url).text()).isEqualTo("theirs");
        assertThat(api.post("/attachments/" + file.id() + "/link", null).status())
                .as("another tenant's file")
                .isEqualTo(404);
        Attachment ours = file(api.system, "ours");
        assertThat(read("/attachments/" + ours.id() + url.substring(url.indexOf("/content")))
                        .status())
                .isEqualTo(403);

        api.insightDesk.tenants().suspend(other.id());
        Reply refused = read(url);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().at("/code").asText()).isEqualTo("tenant_suspended");
        api.insightDesk.tenants().resume(other.id());
        assertThat(read(url).status()).isEqualTo(200);
    }

    @Test
    void readingByLinksIsCountedByAddress() throws Exception {
        Attachment file = file(api.system, "counted");
        String path = link(file).substring("/api/v1".length());
        ApiOptions options = ApiOptions.builder()
                .requestLimits(new RequestLimits(null, null, new RateLimit(3, Duration.ofDays(1))))
                .build();
        try (RestServer server = new RestServer()
                .mount("/limited", new InsightDeskApplication(api.insightDesk, options))
                .start()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(server.address() + "/limited" + path))
                    .build();
            HttpClient client = HttpClient.newHttpClient();
            int status = 200;
            int good = 0;
            Optional<String> waits = Optional.empty();
            while (status == 200 && good < 10) {
                HttpResponse<String> last = client.send(request, HttpResponse.BodyHandlers.ofString());
                status = last.statusCode();
                waits = last.headers().firstValue("Retry-After");
                good += status == 200 ? 1 : 0;
            }
            assertThat(status).isEqualTo(429);
            assertThat(good).isEqualTo(3);
            assertThat(waits).isPresent();
        }
    }
}
