package io.insightdesk.jaxrs;

import static io.insightdesk.jaxrs.AuthNode.bearer;
import static io.insightdesk.jaxrs.AuthNode.body;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.Desk;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.CustomerChange;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.customer.NewOrganization;
import io.insightdesk.customer.Organization;
import io.insightdesk.customer.OrganizationChange;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.devenv.servers.CaughtMail;
import io.insightdesk.devenv.servers.MailCatcher;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.Role;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.login.CustomerLogin;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.SecretsSeen;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a customer does in a portal who came by a link in a mail; and what the customer then tries who means harm. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // Set before all tests.
class CustomerPortalIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Pattern LINK =
            Pattern.compile("https://desk\\.example\\.com/log-in#token=(idc_[A-Za-z0-9_-]{86})");

    private AuthNode node;
    private MailCatcher catcher;
    private Desk acme;
    private Agent grace;
    private int people;

    @BeforeAll
    void start(DataSource database, MailCatcher mails) throws Exception {
        catcher = mails;
        node = new AuthNode(database, true, mails, options -> options.customerLogin(CustomerLogin.KNOWN));
        TenantId tenant = node.tenant("acme");
        acme = node.insightDesk.tenant(tenant).as(Actor.system());
        grace = node.agent(tenant, "grace@acme.example", Role.AGENT);
    }

    @AfterAll
    void stop() {
        node.close();
    }

    private Customer customer() {
        return acme.customers().create(NewCustomer.of("Ada Lovelace", "ada" + ++people + "@home.example"));
    }

    private static String email(Customer customer) {
        return customer.emails().get(0).value();
    }

    private Reply fromOwnPage(String path, ObjectNode body, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Origin";
        all[headers.length + 1] = node.server.address();
        return node.send("POST", path, body, all);
    }

    private Reply ask(String tenant, String email) {
        return fromOwnPage("/auth/link", body().put("tenant", tenant).put("email", email));
    }

    private static String cookie(Reply reply) {
        String set = reply.headers().firstValue("Set-Cookie").orElseThrow();
        return set.substring(0, set.indexOf(';'));
    }

    private CaughtMail mail(String email, int number) {
        while (node.insightDesk.workers().runDue() > 0) {
            // A job can be followed by another.
        }
        return catcher.awaitMails(email, number, LIMIT).get(number - 1);
    }

    private static String token(CaughtMail mail) {
        Matcher found = LINK.matcher(mail.text());
        assertThat(found.find()).as(mail.text()).isTrue();
        return SecretsSeen.secret(found.group(1));
    }

    private Reply redeem(String token, String cookie) {
        return fromOwnPage("/auth/link/redeem", body().put("token", token), "Cookie", cookie);
    }

    private Reply logIn(Customer customer) {
        return logIn("acme", customer);
    }

    private Reply logIn(String tenant, Customer customer) {
        int before = catcher.mailsTo(email(customer)).size();
        Reply asked = ask(tenant, email(customer));
        Reply in = redeem(token(mail(email(customer), before + 1)), cookie(asked));
        assertThat(in.status()).as(in.text()).isEqualTo(200);
        return in;
    }

    private Reply as(Reply in, String verb, String path, @Nullable ObjectNode body) {
        return node.send(verb, path, body, "Authorization", bearer(in));
    }

    private static ObjectNode ticket(String subject) {
        ObjectNode ticket = body().put("subject", subject);
        ticket.putObject("message").put("text", "It burns.");
        return ticket;
    }

    private String opened(Reply in, String subject) {
        Reply made = as(in, "POST", "/tickets", ticket(subject));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.json().at("/id").asText();
    }

    private HttpResponse<String> upload(Reply in, String name, String content) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(node.server.address() + "/api/v1/attachments?filename=" + name))
                .header("Authorization", bearer(in))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(content))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static void refused(Reply reply, int status, String code) {
        assertThat(reply.json().at("/code").asText()).as(reply.text()).isEqualTo(code);
        assertThat(reply.status()).isEqualTo(status);
    }

    private static List<String> ids(Reply page) {
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        List<String> ids = new ArrayList<>();
        page.json().at("/items").forEach(item -> ids.add(item.at("/id").asText()));
        return ids;
    }

    @Test
    void aCustomerAsksForALinkAndIsInByIt() {
        Customer ada = customer();

        Reply asked = ask("acme", email(ada));

        assertThat(asked.status()).as(asked.text()).isEqualTo(202);
        assertThat(asked.json().properties()).hasSize(1);
        assertThat(asked.json().at("/expiresAt").asText()).isNotEmpty();
        assertThat(asked.header("Cache-Control")).contains("no-store");
        assertThat(asked.headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("__Host-insightdesk-link=idn_")
                .contains("; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/");
        CaughtMail mail = mail(email(ada), 1);
        assertThat(mail.from()).isEqualTo("desk@example.com");
        assertThat(mail.subject()).isEqualTo("Your link to log in at the help desk of Tenant acme");
        assertThat(mail.text())
                .doesNotContain("Lovelace")
                .contains("somebody, probably you, wants to log in", "within 15 minutes", "If it was not you");
        Reply in = redeem(token(mail), cookie(asked));
        assertThat(in.status()).as(in.text()).isEqualTo(200);
        assertThat(in.json().at("/customerId").asText()).isEqualTo(ada.id().toString());
        assertThat(in.json().has("agentId")).isFalse();
        assertThat(in.headers().firstValue("Set-Cookie").orElseThrow()).startsWith("__Host-insightdesk-link=;");
        refused(redeem(token(mail), cookie(asked)), 401, "invalid_link");

        Reply me = as(in, "GET", "/me", null);
        assertThat(me.json().at("/type").asText()).isEqualTo("customer");
        assertThat(me.json().at("/id").asText()).isEqualTo(ada.id().toString());
        Reply sessions = as(in, "GET", "/auth/sessions", null);
        assertThat(sessions.json().at("/items")).hasSize(1);
        assertThat(sessions.json().at("/items/0/current").asBoolean()).isTrue();
        Reply next = node.send(
                "POST",
                "/auth/refresh",
                body().put("refreshToken", in.json().at("/refreshToken").asText()));
        assertThat(next.json().at("/customerId").asText()).isEqualTo(ada.id().toString());
        assertThat(as(next, "DELETE", "/auth/sessions", null).status()).isEqualTo(200);
        assertThat(as(next, "GET", "/me", null).status()).isEqualTo(401);
    }

    @Test
    void theSessionCanBeInCookies() {
        Customer ada = customer();
        Reply asked = ask("acme", email(ada));
        String token = token(mail(email(ada), 1));

        Reply in = fromOwnPage(
                "/auth/link/redeem", body().put("token", token).put("cookies", true), "Cookie", cookie(asked));

        assertThat(in.json().has("accessToken")).isFalse();
        String csrf = in.json().at("/csrfToken").asText();
        String access = in.headers().allValues("Set-Cookie").stream()
                .filter(set -> set.startsWith("__Host-insightdesk-access=ey"))
                .map(set -> set.substring(0, set.indexOf(';')))
                .findFirst()
                .orElseThrow();
        assertThat(node.send("GET", "/me", null, "Cookie", access)
                        .json()
                        .at("/id")
                        .asText())
                .isEqualTo(ada.id().toString());
        refused(fromOwnPage("/tickets", ticket("Printer"), "Cookie", access), 403, "csrf_token_required");
        assertThat(fromOwnPage("/tickets", ticket("Printer"), "Cookie", access, "X-CSRF-Token", csrf)
                        .status())
                .isEqualTo(201);
    }

    /** THREATS: a scanner opens the link, a stranger reads the mail, another site begins or finishes a login. */
    @Test
    void onlyAPostFromThePageAndBrowserThatAskedSpendsALink() throws Exception {
        Customer ada = customer();
        Reply asked = ask("acme", email(ada));
        String token = token(mail(email(ada), 1));
        String strangers = cookie(ask("acme", "nobody@home.example"));

        HttpRequest scanner = HttpRequest.newBuilder(
                        URI.create(node.server.address() + "/api/v1/auth/link/redeem?token=" + token))
                .header("Cookie", cookie(asked))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(scanner, HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(405);
        refused(fromOwnPage("/auth/link/redeem", body().put("token", token)), 401, "other_browser");
        refused(redeem(token, strangers), 401, "other_browser");
        refused(
                node.send("POST", "/auth/link/redeem", body().put("token", token), "Cookie", cookie(asked)),
                403,
                "origin_not_allowed");
        refused(
                node.send(
                        "POST",
                        "/auth/link/redeem",
                        body().put("token", token),
                        "Cookie",
                        cookie(asked),
                        "Origin",
                        "https://evil.example"),
                403,
                "origin_not_allowed");
        refused(
                node.send("POST", "/auth/link", body().put("tenant", "acme").put("email", email(ada))),
                403,
                "origin_not_allowed");
        refused(
                node.send(
                        "POST",
                        "/auth/password/reset",
                        body().put("token", token).put("password", AuthNode.PASSWORD)),
                401,
                "invalid_link");

        assertThat(redeem(token, cookie(asked)).status()).isEqualTo(200);
    }

    /** THREATS: finding out who is a customer. */
    @Test
    void whoIsNoCustomerIsAnsweredInTheSameWay() {
        Customer ada = customer();
        Reply known = ask("acme", email(ada));
        for (Reply other : List.of(
                ask("acme", "nobody2@home.example"),
                ask("acme", "no address"),
                ask("acme", grace.email()),
                ask("no-such-tenant", email(ada)))) {
            assertThat(other.status()).isEqualTo(known.status());
            assertThat(other.json().properties()).hasSameSizeAs(known.json().properties());
            assertThat(cookie(other)).hasSameSizeAs(cookie(known));
            assertThat(other.headers().map().keySet())
                    .isEqualTo(known.headers().map().keySet());
        }
        CaughtMail unused = mail(email(ada), 1);
        assertThat(catcher.mailsTo("nobody2@home.example")).isEmpty();
        assertThat(catcher.mailsTo(grace.email())).isEmpty();
    }

    @Test
    void whereCustomersMayNotLogInThatIsSaid(DataSource database) throws Exception {
        try (AuthNode closed = new AuthNode(database, true, catcher)) {
            refused(
                    closed.send(
                            "POST",
                            "/auth/link",
                            body().put("tenant", "acme").put("email", "ada@home.example"),
                            "Origin",
                            closed.server.address()),
                    409,
                    "customer_login_not_offered");
        }
    }

    /** All that a portal needs: open, list, read, answer, attach, resolve. */
    @Test
    void aCustomerDoesInThePortalWhatCustomersDo() throws Exception {
        Customer ada = customer();
        Reply in = logIn(ada);
        Reply desk = node.loggedIn("acme", grace);

        String id = opened(in, "Printer on fire");

        assertThat(as(in, "GET", "/tickets/" + id, null)
                        .json()
                        .at("/requester/id")
                        .asText())
                .isEqualTo(ada.id().toString());
        assertThat(ids(as(in, "GET", "/tickets?filter[status]=new", null))).containsExactly(id);
        assertThat(as(desk, "POST", "/tickets/" + id + "/messages", body().put("text", "Is it out?"))
                        .status())
                .isEqualTo(201);
        HttpResponse<String> uploaded = upload(in, "photo.txt", "flames");
        assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(201);
        String file = ApiFixture.JSON.readTree(uploaded.body()).at("/id").asText();
        ObjectNode answer = body().put("text", "Look.");
        answer.putArray("attachmentIds").add(file);
        Reply said = as(in, "POST", "/tickets/" + id + "/messages", answer);
        assertThat(said.status()).as(said.text()).isEqualTo(201);
        assertThat(said.json().at("/kind").asText()).isEqualTo("customer");
        assertThat(said.json().at("/author/id").asText()).isEqualTo(ada.id().toString());
        Reply messages = as(in, "GET", "/tickets/" + id + "/messages", null);
        assertThat(messages.json().at("/items").findValuesAsText("text"))
                .containsExactlyInAnyOrder("It burns.", "Is it out?", "Look.");
        assertThat(as(in, "GET", "/messages/" + said.json().at("/id").asText(), null)
                        .status())
                .isEqualTo(200);
        assertThat(ids(as(in, "GET", "/tickets/" + id + "/attachments", null))).containsExactly(file);
        assertThat(as(in, "GET", "/attachments/" + file + "/content", null).text())
                .isEqualTo("flames");
        assertThat(as(in, "POST", "/tickets/" + id + "/resolve", null).status()).isEqualTo(200);
        ObjectNode again = body().put("text", "It burns again.");
        assertThat(as(in, "POST", "/tickets/" + id + "/messages", again).status())
                .isEqualTo(201);
        assertThat(as(in, "GET", "/tickets/" + id, null).json().at("/status").asText())
                .isEqualTo("open");
    }

    /** THREATS: a customer reads or changes what is another's, or the desk's. */
    @Test
    void aCustomerReachesNothingOfOthersNorOfTheDesk() throws Exception {
        Reply ada = logIn(customer());
        Customer bob = customer();
        Reply bobs = logIn(bob);
        Reply desk = node.loggedIn("acme", grace);
        String hers = opened(ada, "Printer");
        String his = opened(bobs, "Scanner");
        String hisMessage =
                ids(as(bobs, "GET", "/tickets/" + his + "/messages", null)).get(0);
        String hisFile = ApiFixture.JSON
                .readTree(upload(bobs, "secret.txt", "secret").body())
                .at("/id")
                .asText();
        ObjectNode withFile = body().put("text", "See.");
        withFile.putArray("attachmentIds").add(hisFile);
        String hisPending = ApiFixture.JSON
                .readTree(upload(bobs, "pending.txt", "pending").body())
                .at("/id")
                .asText();
        assertThat(as(bobs, "POST", "/tickets/" + his + "/messages", withFile).status())
                .isEqualTo(201);
        Reply note = as(desk, "POST", "/tickets/" + hers + "/notes", body().put("text", "zebra: difficult"));
        assertThat(note.status()).isEqualTo(201);
        String noteId = note.json().at("/id").asText();

        for (String path : List.of(
                "/tickets/" + his,
                "/tickets/" + his + "/messages",
                "/tickets/" + his + "/attachments",
                "/messages/" + hisMessage,
                "/messages/" + noteId,
                "/attachments/" + hisFile,
                "/attachments/" + hisFile + "/content",
                "/attachments/" + hisPending)) {
            assertThat(as(ada, "GET", path, null).status()).as(path).isEqualTo(404);
        }
        for (String path : List.of("/messages", "/resolve", "/close")) {
            assertThat(as(ada, "POST", "/tickets/" + his + path, body().put("text", "x"))
                            .status())
                    .as(path)
                    .isEqualTo(404);
        }
        assertThat(as(ada, "GET", "/tickets?filter[requester]=" + bob.id(), null)
                        .json()
                        .at("/items"))
                .isEmpty();
        assertThat(ids(as(ada, "GET", "/tickets", null))).containsExactly(hers);
        ObjectNode stolen = body().put("text", "Mine now.");
        stolen.putArray("attachmentIds").add(hisPending);
        assertThat(as(ada, "POST", "/tickets/" + hers + "/messages", stolen).status())
                .isEqualTo(400);
        ObjectNode forBob = ticket("For Bob");
        forBob.putObject("requester").put("id", bob.id().toString());
        assertThat(as(ada, "POST", "/tickets", forBob)
                        .json()
                        .at("/errors/0/code")
                        .asText())
                .isEqualTo("not_yourself");

        for (String path : List.of("/tickets/" + hers, "/tickets/" + hers + "/messages", "/tickets")) {
            assertThat(as(ada, "GET", path, null).text()).as(path).doesNotContain("zebra");
        }
        assertThat(as(ada, "GET", "/tickets/" + hers + "/notes", null).text()).doesNotContain("zebra");
        for (String path : List.of(
                "/customers",
                "/customers/" + bob.id(),
                "/organizations",
                "/agents",
                "/agents/" + grace.id() + "/login/sessions",
                "/teams",
                "/roles",
                "/tags",
                "/tenant",
                "/api-tokens",
                "/mailboxes",
                "/jobs",
                "/audit",
                "/tickets/" + hers + "/events")) {
            refused(as(ada, "GET", path, null), 403, "access_denied");
        }
        refused(as(ada, "POST", "/tickets/" + hers + "/notes", body().put("text", "x")), 403, "access_denied");
        ObjectNode assigned = body().put("assignee", grace.id().toString());
        refused(as(ada, "POST", "/tickets/" + hers + "/assign", assigned), 403, "access_denied");
        refused(as(ada, "PATCH", "/tickets/" + hers, body().put("priority", "urgent")), 403, "access_denied");
        ObjectNode urgent = ticket("Given").put("assignee", grace.id().toString());
        refused(as(ada, "POST", "/tickets", urgent), 403, "access_denied");
        ObjectNode password = body().put("currentPassword", "x").put("newPassword", AuthNode.OTHER_PASSWORD);
        refused(as(ada, "POST", "/auth/password", password), 403, "access_denied");
        refused(as(ada, "POST", "/auth/mfa", body().put("password", "x")), 403, "access_denied");
        refused(as(ada, "POST", "/auth/email/verification", null), 403, "access_denied");
        String bobsSession = bobs.json().at("/sessionId").asText();
        assertThat(as(ada, "DELETE", "/auth/sessions/" + bobsSession, null).status())
                .isEqualTo(404);
        assertThat(as(bobs, "GET", "/me", null).status()).isEqualTo(200);
    }

    @Test
    void colleaguesSeeEachOthersTicketsWhereTheOrganizationSharesThemAndNotOtherwise() {
        Organization home = acme.organizations().create(NewOrganization.of("Home " + ++people));
        Customer first = customer();
        Customer second = customer();
        for (Customer each : List.of(first, second)) {
            acme.customers()
                    .change(
                            each.id(),
                            null,
                            CustomerChange.builder().organization(home.id()).build());
        }
        Reply ada = logIn(first);
        Reply bob = logIn(second);
        Reply stranger = logIn(customer());
        String hers = opened(ada, "Printer");

        assertThat(as(bob, "GET", "/tickets/" + hers, null).status()).isEqualTo(404);
        assertThat(ids(as(bob, "GET", "/tickets", null))).isEmpty();
        acme.organizations().change(home.id(), null, OrganizationChange.sharedTickets(true));

        assertThat(ids(as(bob, "GET", "/tickets", null))).containsExactly(hers);
        Reply said = as(bob, "POST", "/tickets/" + hers + "/messages", body().put("text", "For me, too."));
        assertThat(said.status()).isEqualTo(201);
        assertThat(said.json().at("/author/id").asText()).isEqualTo(second.id().toString());
        assertThat(as(stranger, "GET", "/tickets/" + hers, null).status()).isEqualTo(404);
        acme.customers()
                .change(
                        second.id(),
                        null,
                        CustomerChange.builder().removeOrganization().build());
        assertThat(as(bob, "GET", "/tickets/" + hers, null).status()).isEqualTo(404);
    }

    @Test
    void aCustomerOfAnotherTenantIsSomebodyElse() {
        TenantId elsewhere = node.tenant("elsewhere");
        Customer ada = customer();
        Customer same = node.insightDesk
                .tenant(elsewhere)
                .as(Actor.system())
                .customers()
                .create(NewCustomer.of("Ada", email(ada)));
        Reply here = logIn(ada);
        String hers = opened(here, "Printer");
        Reply there = logIn("elsewhere", same);

        assertThat(there.json().at("/customerId").asText()).isEqualTo(same.id().toString());
        assertThat(as(there, "GET", "/tickets/" + hers, null).status()).isEqualTo(404);
        assertThat(ids(as(there, "GET", "/tickets", null))).isEmpty();
        JsonNode theirs = as(there, "GET", "/auth/sessions", null).json().at("/items");
        assertThat(theirs).hasSize(1);
        assertThat(as(
                                there,
                                "DELETE",
                                "/auth/sessions/" + here.json().at("/sessionId").asText(),
                                null)
                        .status())
                .isEqualTo(404);
        assertThat(as(here, "GET", "/me", null).status()).isEqualTo(200);
    }

    @Test
    void anAddressThatIsTakenAwayEndsTheSessionWithTheNextRequest() {
        Customer ada = customer();
        Reply in = logIn(ada);
        assertThat(as(in, "GET", "/me", null).status()).isEqualTo(200);

        acme.customers()
                .change(
                        ada.id(),
                        null,
                        CustomerChange.builder()
                                .emails(List.of("new" + ++people + "@home.example"))
                                .build());

        assertThat(as(in, "GET", "/me", null).status()).isEqualTo(401);
        String refresh = in.json().at("/refreshToken").asText();
        refused(node.send("POST", "/auth/refresh", body().put("refreshToken", refresh)), 401, "invalid_refresh_token");
    }

    @Test
    void nothingOfALinkIsInAnAnswerThatFails() {
        String nonsense = "idc_" + "A".repeat(86);
        Reply reply = redeem(nonsense, "__Host-insightdesk-link=x");
        refused(reply, 401, "invalid_link");
        assertThat(new String(reply.bytes(), StandardCharsets.UTF_8)).doesNotContain("AAAA");
    }
}
