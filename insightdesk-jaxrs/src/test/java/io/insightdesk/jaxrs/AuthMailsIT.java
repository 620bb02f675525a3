package io.insightdesk.jaxrs;

import static io.insightdesk.jaxrs.AuthNode.OTHER_PASSWORD;
import static io.insightdesk.jaxrs.AuthNode.PASSWORD;
import static io.insightdesk.jaxrs.AuthNode.bearer;
import static io.insightdesk.jaxrs.AuthNode.body;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.devenv.servers.CaughtMail;
import io.insightdesk.devenv.servers.MailCatcher;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.Role;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import io.insightdesk.tenant.TenantId;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Links in mails: invitations, forgotten passwords, addresses that are verified. By a real mail server. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthMailsIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Pattern LINK =
            Pattern.compile("https://desk\\.example\\.com/([a-z-]+)#token=(idl_[A-Za-z0-9_-]{86})");

    private DataSource dataSource;
    private AuthNode node;
    private MailCatcher catcher;
    private TenantId acme;

    /** A link of a mail. */
    private record Link(String page, String token) {}

    @BeforeAll
    void start(DataSource database, MailCatcher mails) throws Exception {
        dataSource = database;
        catcher = mails;
        node = new AuthNode(database, true, mails);
        acme = node.tenant("acme");
    }

    @AfterAll
    void stop() {
        node.close();
    }

    private Link link(String email, int number) {
        while (node.insightDesk.workers().runDue() > 0) {
            // A job can be followed by another.
        }
        CaughtMail mail = catcher.awaitMails(email, number, LIMIT).get(number - 1);
        assertThat(mail.from()).isEqualTo("desk@example.com");
        Matcher found = LINK.matcher(mail.text());
        assertThat(found.find()).as(mail.text()).isTrue();
        return new Link(found.group(1), found.group(2));
    }

    private Reply forgotten(String tenant, String email) {
        return node.send(
                "POST", "/auth/password/forgotten", body().put("tenant", tenant).put("email", email));
    }

    private Reply reset(String token, String password) {
        return node.send(
                "POST", "/auth/password/reset", body().put("token", token).put("password", password));
    }

    private static void refused(Reply reply, int status, String code) {
        assertThat(reply.json().at("/code").asText()).as(reply.text()).isEqualTo(code);
        assertThat(reply.status()).isEqualTo(status);
    }

    @Test
    void whoIsInvitedChoosesAPassword() {
        Reply admin = node.loggedIn("acme", node.agent(acme, "admin@acme.example", Role.ADMIN));
        Agent ned = node.insightDesk
                .tenant(acme)
                .as(Actor.system())
                .agents()
                .create(NewAgent.of("Ned New", "ned@acme.example", Role.AGENT));
        String path = "/agents/" + ned.id() + "/login/invitation";
        refused(node.login("acme", ned.email(), PASSWORD), 401, "invalid_credentials");

        Reply invited = node.send("POST", path, null, "Authorization", bearer(admin));

        assertThat(invited.status()).as(invited.text()).isEqualTo(204);
        Link link = link(ned.email(), 1);
        assertThat(link.page()).isEqualTo("reset-password");
        Reply weak = reset(link.token(), "ned new 1234");
        assertThat(weak.json().at("/errors/0/code").asText()).isEqualTo("weak_password");
        assertThat(reset(link.token(), PASSWORD).status())
                .as("a refused password does not use the link up")
                .isEqualTo(204);
        refused(reset(link.token(), OTHER_PASSWORD), 401, "invalid_link");
        Reply in = node.loggedIn("acme", ned);
        assertThat(in.json().at("/agentId").asText()).isEqualTo(ned.id().toString());
        Reply byAgent = node.send("POST", path, null, "Authorization", bearer(in));
        refused(byAgent, 403, "access_denied");
    }

    @Test
    void aForgottenPasswordIsSetAnewOnceAndEndsAllSessions() {
        Agent grace = node.agent(acme, "grace@acme.example", Role.AGENT);
        Reply in = node.loggedIn("acme", grace);

        assertThat(forgotten("acme", grace.email()).status()).isEqualTo(202);
        Link first = link(grace.email(), 1);
        assertThat(forgotten("acme", grace.email()).status()).isEqualTo(202);
        Link second = link(grace.email(), 2);

        refused(reset(first.token(), OTHER_PASSWORD), 401, "invalid_link");
        assertThat(reset(second.token(), OTHER_PASSWORD).status()).isEqualTo(204);
        refused(reset(second.token(), PASSWORD), 401, "invalid_link");
        assertThat(node.send("GET", "/me", null, "Authorization", bearer(in)).status())
                .isEqualTo(401);
        refused(node.login("acme", grace.email(), PASSWORD), 401, "invalid_credentials");
        assertThat(node.login("acme", grace.email(), OTHER_PASSWORD).status()).isEqualTo(200);
    }

    /** THREATS: finding out who has an account. */
    @Test
    void whoHasNoAccountIsAnsweredInTheSameWayAndGetsNoMail() {
        Reply nobody = forgotten("acme", "nobody@acme.example");
        Reply nowhere = forgotten("no-such-tenant", "grace@acme.example");
        Reply nonsense = forgotten("acme", "no address");

        for (Reply reply : new Reply[] {nobody, nowhere, nonsense}) {
            assertThat(reply.status()).isEqualTo(202);
            assertThat(reply.bytes()).isEmpty();
        }
        while (node.insightDesk.workers().runDue() > 0) {
            // Until nothing is left to do.
        }
        assertThat(catcher.mailsTo("nobody@acme.example")).isEmpty();
        assertThat(catcher.mailsTo("no address")).isEmpty();
    }

    /** THREATS: somebody's mailbox is flooded. */
    @Test
    void onlySoManyMailsLeaveForAnAddress() {
        Agent mary = node.agent(acme, "mary@acme.example", Role.AGENT);
        for (int i = 0; i < 8; i++) {
            assertThat(forgotten("acme", mary.email()).status()).isEqualTo(202);
        }
        Link last = link(mary.email(), 5);
        while (node.insightDesk.workers().runDue() > 0) {
            // Until nothing is left to do.
        }
        assertThat(catcher.mailsTo(mary.email())).hasSize(5);
        assertThat(last.page()).isEqualTo("reset-password");
    }

    @Test
    void anAddressIsVerifiedByItsLinkAndByNoOther() {
        Agent vera = node.agent(acme, "vera@acme.example", Role.AGENT);
        Reply in = node.loggedIn("acme", vera);

        Reply asked = node.send("POST", "/auth/email/verification", null, "Authorization", bearer(in));

        assertThat(asked.status()).as(asked.text()).isEqualTo(202);
        Link link = link(vera.email(), 1);
        assertThat(link.page()).isEqualTo("verify-email");
        refused(reset(link.token(), OTHER_PASSWORD), 401, "invalid_link");
        ObjectNode token = body().put("token", link.token());
        assertThat(node.send("POST", "/auth/email/verified", token).status()).isEqualTo(204);
        refused(node.send("POST", "/auth/email/verified", token), 401, "invalid_link");
        refused(node.send("POST", "/auth/email/verified", body().put("token", "idl_x")), 401, "invalid_link");
    }

    @Test
    void withoutAMailServerThatIsSaid() throws Exception {
        try (AuthNode mute = new AuthNode(dataSource, true, null)) {
            refused(
                    mute.send(
                            "POST",
                            "/auth/password/forgotten",
                            body().put("tenant", "acme").put("email", "grace@acme.example")),
                    409,
                    "login_mail_not_configured");
        }
    }
}
