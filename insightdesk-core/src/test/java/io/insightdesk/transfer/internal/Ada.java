package io.insightdesk.transfer.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.customer.CustomerChange;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.customer.EmailAddress;
import io.insightdesk.customer.NewOrganization;
import io.insightdesk.event.Actor;
import io.insightdesk.idempotency.IdempotentRequest;
import io.insightdesk.idempotency.RememberedAnswer;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.Role;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.JobLimit;
import io.insightdesk.job.JobTrigger;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.NewJobSchedule;
import io.insightdesk.key.Secret;
import io.insightdesk.login.Client;
import io.insightdesk.login.CustomerLogin;
import io.insightdesk.login.LinkStart;
import io.insightdesk.login.LoggedIn;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.Logins;
import io.insightdesk.mail.InboundResult;
import io.insightdesk.mail.NewMailbox;
import io.insightdesk.mail.OutboundMail;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.EverythingStored;
import io.insightdesk.testing.MailText;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.transfer.LongOperation;
import io.insightdesk.transfer.OperationId;
import io.insightdesk.transfer.OperationStatus;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A customer who left traces wherever a customer can, and Bob, in whose ticket she wrote. */
final class Ada implements AutoCloseable {

    static final String NAME = "Ada Lovelace";
    static final String ADDRESS = "ada+desk@lovelace.example";
    static final String SECOND_ADDRESS = "countess@byron.example";

    /** What she said, and what was said to her and about her. */
    static final List<String> SECRETS = List.of(
            NAME,
            ADDRESS,
            SECOND_ADDRESS,
            "lovelace",
            "crm-4711",
            "zebra-subject",
            "zebra-body",
            "zebra-file",
            "zebra-name",
            "zebra-reply",
            "zebra-note",
            "zebra-field",
            "zebra-shared",
            "zebra-markup",
            "zebra-browser");

    private static final Pattern LINK = Pattern.compile("idc_[A-Za-z0-9_-]{86}");

    /** What a job of the host is told. */
    record Parcel(String to, String name) {}

    static final JobKind<Parcel> PARCEL = new JobKind<>("shop.parcel", Parcel.class);

    final TestDatabase database = TestDatabase.fresh();
    final List<OutboundMail> sent = new CopyOnWriteArrayList<>();
    final InsightDesk insightDesk = InsightDesk.builder()
            .dataSource(database.dataSource())
            .clock(database.clock())
            .mailTransport(sent::add)
            .login(LoginOptions.withSecret(Secret.of("0123456789abcdef0123456789abcdef"))
                    .mails(URI.create("https://desk.example.com"), "desk@example.com")
                    .customerLogin(CustomerLogin.KNOWN)
                    .build())
            .build();
    final TenantId tenant = database.tenant();
    final Desk desk;
    final Desk agent;
    final CustomerId ada;
    final CustomerId bob;
    final TicketId hers;
    final TicketId his;
    final LoggedIn login;

    Ada() {
        Desk system = insightDesk.tenant(tenant).as(Actor.system());
        desk = system;
        agent = insightDesk
                .tenant(tenant)
                .as(system.agents()
                        .create(NewAgent.of("Grace Agent", "grace@desk.example", Role.ADMIN))
                        .actor());
        var unused = desk.mailboxes().create(NewMailbox.of("help@desk.example", "Help"));
        InboundResult first = receive(mail(NAME + " <" + ADDRESS + ">", "first@lovelace.example", """
                Subject: zebra-subject
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=b

                --b
                Content-Type: text/html

                <p>zebra-body and zebra-markup, write to ada+desk@lovelace.example</p>
                --b
                Content-Type: text/plain; name="zebra-name.txt"
                Content-Disposition: attachment; filename="zebra-name.txt"

                zebra-file
                --b--
                """));
        hers = requireNonNull(first.ticket());
        ada = desk.tickets().get(hers).requester();
        answerAndNote();
        InboundResult second = receive(mail("Bob <bob@builder.example>", "second@builder.example", """
                Cc: Ada Lovelace <ada+desk@lovelace.example>
                Subject: Tools
                Content-Type: text/html

                <p>My hammer, and Ada Lovelace at ada+desk@lovelace.example knows of it</p>
                """));
        his = requireNonNull(second.ticket());
        bob = desk.tickets().get(his).requester();
        receive(mail("Ada <" + ADDRESS + ">", "third@byron.example", """
                In-Reply-To: <second@builder.example>
                Subject: Re: Tools
                Content-Type: text/plain

                zebra-shared is mine
                """));
        receive(mail("Bob <bob@builder.example>", "fourth@builder.example", """
                In-Reply-To: <third@byron.example>
                Subject: Re: Tools
                Content-Type: text/plain

                The nail is his

                On Mon, Ada Lovelace wrote:
                > zebra-shared is mine
                """));
        jobs();
        login = logIn();
        database.clock().advance(Duration.ofMinutes(1));
    }

    /** In one browser she is logged in, in another she has asked for a link. */
    private LoggedIn logIn() {
        Client browser = new Client("192.0.2.7", "zebra-browser", null);
        Logins logins = insightDesk.logins().orElseThrow();
        LinkStart start = logins.beginLink(slug(), ADDRESS, browser);
        runDue();
        Matcher link = LINK.matcher(MailText.of(sent.get(sent.size() - 1)));
        if (!link.find()) {
            throw new IllegalStateException("there is no link in the mail");
        }
        LoggedIn in = logins.finishLink(link.group(), start.binding().reveal(), browser);
        LinkStart unused = logins.beginLink(slug(), SECOND_ADDRESS, browser);
        runDue();
        sent.clear();
        return in;
    }

    private String slug() {
        return insightDesk.tenants().get(tenant).slug();
    }

    private void answerAndNote() {
        var organization = desk.organizations().create(NewOrganization.of("Analytical Engines"));
        desk.customers()
                .change(
                        ada,
                        null,
                        CustomerChange.builder()
                                .emails(List.of(ADDRESS, SECOND_ADDRESS))
                                .externalId("crm-4711")
                                .organization(organization.id())
                                .build());
        desk.tickets()
                .change(
                        hers,
                        null,
                        TicketChange.builder()
                                .customField("serial", "zebra-field")
                                .build());
        Attachment file =
                agent.attachments().upload("zebra-name.pdf", "application/pdf", text("zebra-file of the agent"));
        RememberedAnswer kept = agent.remember(
                new IdempotentRequest("agent 1 POST /messages key", "00"),
                inside -> new RememberedAnswer(
                        201,
                        Map.of(),
                        "{\"ticketId\":\""
                                + inside.conversations()
                                        .reply(
                                                hers,
                                                NewMessage.builder()
                                                        .text("Dear Ada Lovelace, zebra-reply")
                                                        .attachment(file.id())
                                                        .build())
                                        .ticket()
                                + "\",\"text\":\"zebra-reply\"}"));
        if (kept.status() != 201) {
            throw new IllegalStateException();
        }
        agent.conversations().note(hers, NewMessage.text("zebra-note: she is a countess"));
        desk.persons().export(ada);
        runDue();
    }

    private void jobs() {
        Parcel payload = new Parcel(ADDRESS, NAME);
        insightDesk.jobHandlers().register(PARCEL, (context, what) -> {
            throw new io.insightdesk.job.PermanentFailureException("no way to " + ADDRESS, null);
        });
        desk.jobs()
                .enqueue(NewJob.builder(PARCEL, payload)
                        .uniqueKey("dead " + ADDRESS)
                        .build());
        runDue();
        desk.jobs()
                .enqueue(NewJob.builder(PARCEL, payload)
                        .delay(Duration.ofDays(300))
                        .uniqueKey("later " + ADDRESS)
                        .limit(JobLimit.perTenant(ADDRESS).atOnce(1))
                        .build());
        desk.jobs()
                .enqueueBatch(
                        List.of(NewJob.builder(PARCEL, new Parcel("", ""))
                                .delay(Duration.ofDays(300))
                                .build()),
                        batch -> NewJob.builder(PARCEL, payload).build());
        desk.jobs()
                .enqueue(NewJob.builder(PARCEL, new Parcel("", ""))
                        .delay(Duration.ofDays(300))
                        .uniqueKey("for " + ADDRESS)
                        .uniqueFor(Duration.ofDays(300))
                        .build());
        desk.jobSchedules()
                .put(NewJobSchedule.builder(
                                "greet-ada",
                                JobTrigger.every(Duration.ofDays(300)),
                                NewJob.builder(PARCEL, payload).build())
                        .build());
    }

    static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    static InputStream mail(String from, String id, String rest) {
        return text(("From: " + from + "\nTo: help@desk.example\nDate: Thu, 15 Jan 2026 08:59:00 +0000\nMessage-ID: <"
                        + id + ">\n" + rest)
                .replace("\n", "\r\n"));
    }

    InboundResult receive(InputStream mail) {
        return desk.mail().receive(mail, "help@desk.example");
    }

    CustomerId customerOf(String address) {
        return desk.customers()
                .findByEmail(EmailAddress.of(address))
                .orElseThrow()
                .id();
    }

    void runDue() {
        int unused = insightDesk.workers().runDue();
    }

    /** Has the jobs done until an operation has ended. Other databases of the server may hold an erasure up for a moment. */
    LongOperation finished(OperationId id) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            database.clock().advance(Duration.ofSeconds(2));
            runDue();
            OperationStatus status = desk.operations().get(id).status();
            return status == OperationStatus.DONE || status == OperationStatus.FAILED;
        });
        return desk.operations().get(id);
    }

    /** Where something of her is left: each word with its tables. */
    Map<String, List<String>> traces() throws SQLException {
        Map<String, List<String>> traces = new TreeMap<>();
        for (String secret : SECRETS) {
            List<String> tables = EverythingStored.tablesWith(database.admin(), secret);
            if (!tables.isEmpty()) {
                traces.put(secret, tables);
            }
        }
        return traces;
    }

    @Override
    public void close() {
        insightDesk.close();
        database.close();
    }
}
