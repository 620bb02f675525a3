package io.insightdesk.mail.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.Delivery;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.MessageKind;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.devenv.servers.CaughtMail;
import io.insightdesk.devenv.servers.MailCatcher;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.LimitReachedException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.Role;
import io.insightdesk.job.RetryPolicy;
import io.insightdesk.mail.Envelope;
import io.insightdesk.mail.InboundResult;
import io.insightdesk.mail.InboundResult.Outcome;
import io.insightdesk.mail.MailOptions;
import io.insightdesk.mail.Mailbox;
import io.insightdesk.mail.MailboxChange;
import io.insightdesk.mail.MailboxQuery;
import io.insightdesk.mail.NewMailbox;
import io.insightdesk.mail.SmtpMailTransport;
import io.insightdesk.mail.SmtpSecurity;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.ScratchDatabase;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketQuery;
import io.insightdesk.ticket.TicketStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MailIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String CARL = "Carl Customer <carl@customer.example>";

    private static ScratchDatabase scratch;
    private static MailCatcher catcher;
    private static MailNode node;
    private static int count;

    private TenantId tenant;
    private Mailbox mailbox;
    private String support;
    private Agent ada;

    @BeforeAll
    static void open() {
        scratch = ScratchDatabase.create();
        catcher = MailCatcher.start();
        node = new MailNode(scratch.database(), scratch.clock(), options().build());
    }

    private static MailOptions.Builder options() {
        return MailOptions.builder()
                .transport(SmtpMailTransport.builder("127.0.0.1")
                        .port(catcher.smtpPort())
                        .security(SmtpSecurity.NONE)
                        .build())
                .maxMailBytes(5_000_000)
                .retries(
                        RetryPolicy.exponential(Duration.ofMinutes(1), Duration.ofHours(1))
                                .timeout(Duration.ofMinutes(1)),
                        3);
    }

    @AfterAll
    static void close() {
        node.close();
        catcher.close();
        scratch.close();
    }

    @BeforeEach
    void prepare() {
        count++;
        tenant = scratch.tenant("mail-" + count);
        support = "support@desk" + count + ".example";
        mailbox = node.mailboxes(tenant).create(NewMailbox.of(support, "Support"));
        ada = node.identity
                .agents(node.system(tenant))
                .create(NewAgent.of("Ada Agent", "ada@desk" + count + ".example", Role.AGENT));
        catcher.clear();
    }

    private RawMail fromCarl() {
        return RawMail.between(CARL, support).id("first-" + count + "@customer.example");
    }

    private InboundResult receive(RawMail mail) {
        return node.mail(tenant).receive(mail.stream(), Envelope.UNKNOWN);
    }

    private Ticket ticket(InboundResult result) {
        return node.tickets(tenant).get(requireNonNull(result.ticket()));
    }

    private Message message(InboundResult result) {
        return node.conversations(tenant).get(requireNonNull(result.message()));
    }

    private static Message.MailFacts facts(Message message) {
        return requireNonNull(message.mail());
    }

    private Message reply(TicketId ticket, NewMessage message) {
        return node.conversation.conversations(node.as(tenant, ada.actor())).reply(ticket, message);
    }

    private CaughtMail answered(InboundResult opened, String text) {
        reply(requireNonNull(opened.ticket()), NewMessage.text(text));
        node.runDue();
        return catcher.awaitMail("carl@customer.example", LIMIT);
    }

    private int tickets() {
        return node.tickets(tenant)
                .list(TicketQuery.builder().limit(100).build())
                .items()
                .size();
    }

    private static String header(CaughtMail mail, String name) {
        return mail.header(name).orElseThrow();
    }

    @Test
    void aMailBecomesATicketIsAnsweredAndTheCustomersAnswersComeBackToIt() {
        InboundResult opened = receive(fromCarl());

        assertThat(opened.outcome()).isEqualTo(Outcome.CREATED);
        Ticket ticket = ticket(opened);
        assertThat(ticket.subject()).isEqualTo("It does not work");
        assertThat(ticket.channel().wireName()).isEqualTo("email");
        assertThat(ticket.mailbox()).isEqualTo(mailbox.id().value());
        Message first = message(opened);
        assertThat(first.author().email()).isEqualTo("carl@customer.example");
        assertThat(first.text()).isEqualTo("Hello, it does not work.");
        assertThat(facts(first).messageId()).isEqualTo("first-" + count + "@customer.example");

        Message answer = reply(
                ticket.id(),
                NewMessage.builder()
                        .text("Switch it on.")
                        .html("<p>Switch it <b>on</b>.</p>")
                        .build());
        assertThat(answer.delivery()).isEqualTo(Delivery.QUEUED);
        node.runDue();
        CaughtMail mail = catcher.awaitMail("carl@customer.example", LIMIT);
        assertThat(header(mail, "Message-ID")).isEqualTo("<" + facts(answer).messageId() + ">");
        assertThat(header(mail, "In-Reply-To")).isEqualTo("<first-" + count + "@customer.example>");
        assertThat(header(mail, "References")).isEqualTo("<first-" + count + "@customer.example>");
        assertThat(mail.subject()).isEqualTo("Re: It does not work [#" + ticket.number() + "]");
        assertThat(header(mail, "From")).contains("Ada Agent via Support").contains("<" + support + ">");
        assertThat(mail.from()).isEqualTo(support);
        assertThat(mail.header("Auto-Submitted")).isEmpty();
        assertThat(mail.text()).contains("Switch it on.");
        assertThat(mail.html()).get().asString().contains("<b>on</b>");
        assertThat(node.conversations(tenant).get(answer.id()).delivery()).isEqualTo(Delivery.SENT);
        assertThat(ticket(opened).status()).isEqualTo(TicketStatus.PENDING);

        String replyTo = header(mail, "Reply-To");
        String signed = replyTo.substring(replyTo.indexOf('<') + 1, replyTo.indexOf('>'));
        assertThat(signed).contains("+t" + ticket.number() + ".");
        List<RawMail> answers = List.of(
                RawMail.between("Stranger <stranger@elsewhere.example>", signed.toUpperCase(Locale.ROOT))
                        .with("Subject", "By token in To"),
                RawMail.between(CARL, "boss@customer.example")
                        .with("Cc", "Support <" + signed + ">")
                        .with("Subject", "By token in Cc"),
                RawMail.between(CARL, support)
                        .with("Subject", "By id")
                        .with(
                                "References",
                                "<unknown@x.example> <" + facts(answer).messageId() + "> <later@x.example>"),
                RawMail.between(CARL, support).with("Subject", "Sv: 1#2 #99999 foo#1 [#" + ticket.number() + "]"));
        for (RawMail next : answers) {
            InboundResult result = receive(next);
            assertThat(result.outcome()).isEqualTo(Outcome.APPENDED);
            assertThat(result.ticket()).isEqualTo(ticket.id());
        }
        assertThat(ticket(opened).status()).isEqualTo(TicketStatus.OPEN);
        assertThat(node.messages(tenant, ticket.id())).hasSize(6);
        assertThat(facts(node.messages(tenant, ticket.id()).get(2)).to()).containsExactly(support);
    }

    @Test
    void sixteenDeliveriesOfOneMailMakeOneTicket() throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(16);
        List<Future<InboundResult>> futures = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            futures.add(threads.submit(() -> {
                start.await();
                return receive(fromCarl());
            }));
        }
        start.countDown();
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        for (Future<InboundResult> future : futures) {
            InboundResult result = future.get();
            outcomes.merge(result.outcome(), 1, Integer::sum);
            assertThat(result.ticket()).isEqualTo(futures.get(0).get().ticket());
        }
        threads.shutdown();

        assertThat(outcomes).isEqualTo(Map.of(Outcome.CREATED, 1, Outcome.DUPLICATE, 15));
        assertThat(tickets()).isEqualTo(1);
    }

    @Test
    void theSameIdWithOtherContentIsProcessedAndFlagged() {
        receive(fromCarl());
        InboundResult second = receive(fromCarl().body("Something else entirely.\r\n"));

        assertThat(second.outcome()).isEqualTo(Outcome.CREATED);
        assertThat(message(second).flags()).containsExactly("duplicate_id");
        assertThat(tickets()).isEqualTo(2);
    }

    @Test
    void anAutomaticReplyIsAppendedWithoutReopeningAndIgnoredWhereNothingIsKnown() {
        InboundResult opened = receive(fromCarl());
        answered(opened, "Switch it on.");
        RawMail away =
                RawMail.between(CARL, support).with("Subject", "Out of office").with("Auto-Submitted", "auto-replied");

        assertThat(receive(away)).satisfies(result -> {
            assertThat(result.outcome()).isEqualTo(Outcome.IGNORED);
            assertThat(result.reason()).isEqualTo("auto_reply");
            assertThat(result.ticket()).isNull();
        });
        InboundResult known = receive(
                away.id("away-2@customer.example").with("In-Reply-To", "<first-" + count + "@customer.example>"));
        assertThat(known.outcome()).isEqualTo(Outcome.APPENDED);
        assertThat(known.ticket()).isEqualTo(opened.ticket());
        assertThat(message(known).flags()).containsExactly("automatic");
        assertThat(ticket(opened).status()).isEqualTo(TicketStatus.PENDING);
        assertThat(node.runDue()).isZero();
    }

    private RawMail report(String action, String originalId) {
        return new RawMail()
                .with("From", "Mail Delivery System <MAILER-DAEMON@mx.example>")
                .with("To", support)
                .with("Subject", "Delivery report")
                .with("Return-Path", "<>")
                .with("Content-Type", "multipart/report; report-type=delivery-status; boundary=b")
                .body("--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
                        + "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
                        + "Final-Recipient: rfc822; carl@customer.example\r\nAction: " + action
                        + "\r\nStatus: 5.1.1\r\n\r\n"
                        + "--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: " + originalId
                        + "\r\nSubject: x\r\n\r\nx\r\n--b--\r\n");
    }

    @Test
    void aBounceBelongsToTheMessageThatCameBackAndADelayReopensNothing() {
        InboundResult opened = receive(fromCarl());
        CaughtMail sent = answered(opened, "Switch it on.");
        String id = header(sent, "Message-ID");

        InboundResult delayed = receive(report("delayed", id));
        assertThat(delayed.outcome()).isEqualTo(Outcome.APPENDED);
        assertThat(delayed.ticket()).isEqualTo(opened.ticket());
        assertThat(message(delayed).kind()).isEqualTo(MessageKind.SYSTEM);
        assertThat(ticket(opened).status()).isEqualTo(TicketStatus.PENDING);

        InboundResult bounced = receive(report("failed", id));
        assertThat(bounced.outcome()).isEqualTo(Outcome.APPENDED);
        assertThat(message(bounced).flags()).contains("bounce");
        assertThat(ticket(opened).status()).isEqualTo(TicketStatus.OPEN);
        Message answer = node.messages(tenant, ticket(opened).id()).get(1);
        assertThat(answer.delivery()).isEqualTo(Delivery.BOUNCED);
        assertThat(answer.deliveryError()).contains("5.1.1");

        assertThat(receive(report("failed", "<nobody-knows@x.example>")).outcome())
                .isEqualTo(Outcome.IGNORED);
        assertThat(receive(report("failed", "<first-" + count + "@customer.example>"))
                        .outcome())
                .as("a mail that is not ours cannot bounce back to us")
                .isEqualTo(Outcome.IGNORED);
    }

    @Test
    void whoTakesNoPartCannotWriteIntoATicketByIdOrNumber() {
        InboundResult opened = receive(fromCarl());
        answered(opened, "Switch it on.");
        long number = ticket(opened).number();
        String mallory = "Mallory <mallory@evil.example>";

        InboundResult byId = receive(
                RawMail.between(mallory, support).with("In-Reply-To", "<first-" + count + "@customer.example>"));
        assertThat(byId.outcome()).isEqualTo(Outcome.CREATED);
        assertThat(byId.ticket()).isNotEqualTo(opened.ticket());
        assertThat(message(byId).flags()).containsExactly("unverified_sender");
        InboundResult byNumber = receive(RawMail.between(mallory, support).with("Subject", "Re: [#" + number + "]"));
        assertThat(byNumber.outcome()).isEqualTo(Outcome.CREATED);
        assertThat(byNumber.ticket()).isNotEqualTo(opened.ticket());
        String forged = support.replace("@", "+t" + number + ".abcdefgh.abcdefghijklmnop@");
        InboundResult byToken = receive(
                RawMail.between(mallory, forged).with("Subject", "Forged").id("forged@evil.example"));
        assertThat(byToken.outcome()).isEqualTo(Outcome.CREATED);
        assertThat(byToken.ticket()).isNotEqualTo(opened.ticket());
        assertThat(node.messages(tenant, ticket(opened).id())).hasSize(2);
    }

    @Test
    void theTokenOfOneTenantIsWorthNothingInAnother() {
        InboundResult opened = receive(fromCarl());
        CaughtMail sent = answered(opened, "Switch it on.");
        String replyTo = header(sent, "Reply-To");
        String signed = replyTo.substring(replyTo.indexOf('<') + 1, replyTo.indexOf('>'));
        TenantId other = scratch.tenant("mail-other-" + count);
        node.mailboxes(other).create(NewMailbox.of("help@other" + count + ".example", "Help"));
        InboundResult theirs = node.mail(other)
                .receive(RawMail.between(CARL, "help@other" + count + ".example").stream(), Envelope.UNKNOWN);
        assertThat(theirs.outcome()).isEqualTo(Outcome.CREATED);

        InboundResult crossed = node.mail(other)
                .receive(RawMail.between(CARL, signed).with("Subject", "Crossed").stream(), Envelope.UNKNOWN);

        assertThat(crossed.outcome()).isEqualTo(Outcome.CREATED);
        assertThatThrownBy(() -> node.mail(other).get(opened.id())).isInstanceOf(NotFoundException.class);
    }

    @Test
    void writingToAClosedTicketOpensAFollowUp() {
        InboundResult opened = receive(fromCarl());
        node.tickets(tenant)
                .change(
                        ticket(opened).id(),
                        ticket(opened).version(),
                        TicketChange.builder().status(TicketStatus.CLOSED).build());

        InboundResult again = receive(RawMail.between(CARL, support)
                .with("Subject", "Re: It does not work")
                .with("In-Reply-To", "<first-" + count + "@customer.example>"));

        assertThat(again.outcome()).isEqualTo(Outcome.CREATED);
        assertThat(again.ticket()).isNotEqualTo(opened.ticket());
        long links = node.system(tenant)
                .run(tx -> tx.query("select count(*) from {schema}.ticket_link where tenant_id = :tenant "
                                + "and ticket_id = :ticket and kind = 'follow_up' and target_id = :target")
                        .bind("ticket", ticket(again).id().value())
                        .bind("target", ticket(opened).id().value())
                        .mapTo(Long.class)
                        .one());
        assertThat(links).isEqualTo(1);
        assertThat(node.messages(tenant, ticket(opened).id())).hasSize(1);
    }

    @Test
    void aServerThatIsBusyGetsTheSameMailAgain() {
        InboundResult opened = receive(fromCarl());
        catcher.failAfterData(451, "4.3.0 try again later");
        Message answer = reply(ticket(opened).id(), NewMessage.text("Switch it on."));
        node.runDue();

        Message waiting = node.conversations(tenant).get(answer.id());
        assertThat(waiting.delivery()).isEqualTo(Delivery.QUEUED);
        assertThat(waiting.deliveryError()).contains("451").contains("try again later");
        assertThat(catcher.mails()).isEmpty();
        scratch.clock().advance(Duration.ofMinutes(2));
        node.runDue();

        CaughtMail mail = catcher.awaitMail("carl@customer.example", LIMIT);
        assertThat(header(mail, "Message-ID")).isEqualTo("<" + facts(answer).messageId() + ">");
        Message sent = node.conversations(tenant).get(answer.id());
        assertThat(sent.delivery()).isEqualTo(Delivery.SENT);
        assertThat(sent.deliveryError()).isNull();
    }

    @Test
    void aServerThatRefusesMakesTheFailureVisible() {
        InboundResult opened = receive(fromCarl());
        catcher.failAfterData(554, "5.7.1 we do not like you");
        Message answer = reply(ticket(opened).id(), NewMessage.text("Switch it on."));
        node.runDue();

        Message failed = node.conversations(tenant).get(answer.id());
        assertThat(failed.delivery()).isEqualTo(Delivery.FAILED);
        assertThat(failed.deliveryError()).contains("554").contains("5.7.1 we do not like you");
    }

    @Test
    void aServerThatStaysAwayMakesTheFailureVisibleAfterTheLastAttempt() throws SQLException {
        InboundResult opened = receive(fromCarl());
        for (int i = 0; i < 3; i++) {
            catcher.failAfterData(450, "4.2.1 mailbox busy");
        }
        Message answer = reply(ticket(opened).id(), NewMessage.text("Switch it on."));
        for (int i = 0; i < 3; i++) {
            node.runDue();
            scratch.clock().advance(Duration.ofMinutes(10));
        }

        Message failed = node.conversations(tenant).get(answer.id());
        assertThat(failed.delivery()).isEqualTo(Delivery.FAILED);
        assertThat(failed.deliveryError()).contains("4.2.1 mailbox busy");
        assertThat(catcher.mails()).isEmpty();
    }

    @Test
    void withoutTransportNothingIsPromised() {
        try (MailNode silent = new MailNode(
                scratch.database(), scratch.clock(), MailOptions.builder().build())) {
            InboundResult opened = receive(fromCarl());
            Message answer = silent.conversation
                    .conversations(silent.as(tenant, ada.actor()))
                    .reply(ticket(opened).id(), NewMessage.text("Switch it on."));
            assertThat(answer.delivery()).isNull();
            assertThat(answer.mail()).isNull();
        }
    }

    @Test
    void aTicketThatDidNotComeByMailIsAnsweredFromTheFirstMailboxToTheAddressesThatAreNamed() {
        Ticket ticket = node.tickets(tenant)
                .create(NewTicket.builder("By phone\r\nBcc: victim@x.example")
                        .requester("carl@customer.example", "Carl")
                        .build());
        Attachment file = node.attachments(tenant)
                .upload(
                        "bericht für dich.txt",
                        "text/plain",
                        new ByteArrayInputStream("content".getBytes(StandardCharsets.UTF_8)));
        reply(
                ticket.id(),
                NewMessage.builder()
                        .text("Here.\n.\nit is: ä")
                        .to("Other@Customer.example")
                        .cc("boss@customer.example")
                        .attachment(file.id())
                        .build());
        node.runDue();

        CaughtMail mail = catcher.awaitMail("boss@customer.example", LIMIT);
        assertThat(mail.recipients()).containsExactlyInAnyOrder("other@customer.example", "boss@customer.example");
        assertThat(mail.header("Bcc")).isEmpty();
        assertThat(mail.from()).isEqualTo(support);
        ParsedMail parsed = parse(mail.raw());
        assertThat(parsed.text()).contains("it is: ä").contains("\n.\n");
        assertThat(parsed.html()).isEqualTo("<p>Here.<br />.<br />it is: ä</p>");
        assertThat(parsed.attachments()).singleElement().satisfies(a -> {
            assertThat(a.filename()).isEqualTo("bericht für dich.txt");
            assertThat(a.size()).isEqualTo(7);
        });
        assertThatThrownBy(() -> reply(
                        ticket.id(),
                        NewMessage.builder().text("x").to("a@b\r\nBcc: c@d").build()))
                .isInstanceOf(InvalidInputException.class);
    }

    private static ParsedMail parse(byte[] raw) {
        try {
            return MailCorpus.parse(raw);
        } catch (IOException | UnreadableMailException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void oneMailToTwoMailboxesIsNeverACrossedThread() {
        String sales = "sales@desk" + count + ".example";
        Mailbox second = node.mailboxes(tenant).create(NewMailbox.of(sales, "Sales"));
        RawMail both = fromCarl().with("To", support + ", " + sales);

        InboundResult atSupport =
                node.mail(tenant).receive(both.stream(), new Envelope("carl@customer.example", List.of(support)));
        InboundResult atSales = node.mail(tenant).receive(both.stream(), sales);
        InboundResult again = node.mail(tenant).receive(both.stream(), sales);
        assertThat(atSupport.outcome()).isEqualTo(Outcome.CREATED);
        assertThat(atSales.outcome()).isEqualTo(Outcome.CREATED);
        assertThat(again.outcome()).isEqualTo(Outcome.DUPLICATE);
        assertThat(again.ticket()).isEqualTo(atSales.ticket());
        assertThat(ticket(atSales).mailbox()).isEqualTo(second.id().value());

        RawMail more = fromCarl()
                .with("To", support + ", " + sales)
                .id("more-" + count + "@customer.example")
                .with("In-Reply-To", "<first-" + count + "@customer.example>");
        assertThat(node.mail(tenant).receive(more.stream(), support).ticket()).isEqualTo(atSupport.ticket());
        assertThat(node.mail(tenant).receive(more.stream(), sales).ticket()).isEqualTo(atSales.ticket());
        assertThat(tickets()).isEqualTo(2);
        assertThatThrownBy(() -> node.mail(tenant).receive(more.stream(), "nobody@x.example"))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void whatCannotBeReadIsKeptAndCanBeTriedAgain() throws IOException {
        byte[] junk = "\u0000\u0001 no mail at all".getBytes(StandardCharsets.UTF_8);
        InboundResult result = node.mail(tenant).receive(new ByteArrayInputStream(junk), support);

        assertThat(result.outcome()).isEqualTo(Outcome.QUARANTINED);
        assertThat(result.reason()).isEqualTo("not_a_mail");
        assertThat(node.mail(tenant).quarantined(null, 10).items())
                .singleElement()
                .satisfies(mail -> assertThat(mail.id()).isEqualTo(result.id()));
        try (InputStream raw = node.mail(tenant).open(result.id())) {
            assertThat(raw.readAllBytes()).isEqualTo(junk);
        }
        assertThat(node.mail(tenant).retry(result.id()).outcome()).isEqualTo(Outcome.QUARANTINED);
        InboundResult fine = receive(fromCarl());
        assertThatThrownBy(() -> node.mail(tenant).retry(fine.id()))
                .isInstanceOf(ConflictException.class)
                .hasFieldOrPropertyWithValue("code", "not_quarantined");
    }

    @Test
    void nobodyWritesToItselfOrWithoutAnAddress() {
        assertThat(receive(RawMail.between("Support <" + support + ">", support))
                        .reason())
                .isEqualTo("own_address");
        assertThat(receive(fromCarl().id("round@customer.example").with("X-InsightDesk-Loop", "9"))
                        .reason())
                .isEqualTo("mail_loop");
        assertThat(receive(new RawMail().with("To", support).with("Subject", "x"))
                        .reason())
                .isEqualTo("no_sender");
        InboundResult opened = receive(fromCarl());
        CaughtMail sent = answered(opened, "Switch it on.");
        assertThat(node.mail(tenant)
                        .receive(new ByteArrayInputStream(sent.raw()), support)
                        .reason())
                .isEqualTo("own_mail");
    }

    @Test
    void whoSendsTooMuchIsHeldBackUntilSomebodyLooks() {
        try (MailNode strict = new MailNode(
                scratch.database(), scratch.clock(), options().senderLimit(2).build())) {
            List<InboundResult> results = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                results.add(strict.mail(tenant)
                        .receive(
                                RawMail.between(CARL, support)
                                        .id(i + "@flood.example")
                                        .body("Mail " + i + "\r\n")
                                        .stream(),
                                support));
            }
            assertThat(results)
                    .extracting(InboundResult::outcome)
                    .containsExactly(Outcome.CREATED, Outcome.CREATED, Outcome.QUARANTINED);
            assertThat(results.get(2).reason()).isEqualTo("rate_limited");
            assertThat(strict.mail(tenant).retry(results.get(2).id()).outcome()).isEqualTo(Outcome.CREATED);
        }
    }

    @Test
    void attachmentsAreKeptAndTooLargeMailIsRefused() throws IOException {
        InboundResult result = receive(fromCarl()
                .with("Content-Type", "multipart/mixed; boundary=b")
                .body("--b\r\nContent-Type: text/html\r\n\r\n<p>See <img src=\"cid:pic@x\"></p>\r\n"
                        + "--b\r\nContent-Type: image/png; name=a.png\r\nContent-ID: <pic@x>\r\n"
                        + "Content-Transfer-Encoding: base64\r\n\r\nAAECAw==\r\n"
                        + "--b\r\nContent-Type: text/csv; name=list.csv\r\n"
                        + "Content-Disposition: attachment\r\n\r\na;b\r\n--b--\r\n"));
        List<Attachment> attachments = message(result).attachments();
        assertThat(attachments).extracting(Attachment::filename).containsExactly("a.png", "list.csv");
        assertThat(attachments.get(0).inline()).isTrue();
        assertThat(attachments)
                .extracting(Attachment::contentType)
                .containsExactly("application/octet-stream", "text/csv");
        assertThat(attachments).extracting(Attachment::claimedType).containsExactly("image/png", null);
        try (InputStream content =
                node.attachments(tenant).open(attachments.get(0).id())) {
            assertThat(content.readAllBytes()).containsExactly(0, 1, 2, 3);
        }
        assertThatThrownBy(() -> receive(fromCarl().body("x".repeat(5_000_001))))
                .isInstanceOf(LimitReachedException.class)
                .hasFieldOrPropertyWithValue("code", "mail_too_large");
    }

    @Test
    void aMailThatWasKeptIsProcessedByTheJobWhenItsReceiverDied() throws SQLException {
        InboundResult opened = receive(fromCarl());
        // As it is when the process is killed after the mail was kept.
        execute("delete from insightdesk.message_reference");
        execute("update insightdesk.inbound_mail set state = 'received', ticket_id = null, message_id = null, "
                + "content_hash = null, processed_at = null where id = '" + opened.id() + "'");
        scratch.clock().advance(Duration.ofMinutes(2));
        node.runDue();

        assertThat(node.mail(tenant).get(opened.id()).outcome()).isEqualTo(Outcome.CREATED);
        assertThat(tickets()).isEqualTo(2);
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = io.insightdesk.devenv.servers.PostgresServer.shared()
                        .dataSource(database(), "postgres")
                        .getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String database() throws SQLException {
        try (Connection connection = scratch.dataSource().getConnection()) {
            return connection.getCatalog();
        }
    }

    @Test
    void mailboxesAreUniqueOverAllTenantsAndChangeByVersion() {
        TenantId other = scratch.tenant("mail-other-" + count);
        assertThatThrownBy(() -> node.mailboxes(other).create(NewMailbox.of(support, "Mine")))
                .isInstanceOf(ConflictException.class)
                .hasFieldOrPropertyWithValue("code", "address_taken");
        assertThatThrownBy(() -> node.mailboxes(tenant).create(NewMailbox.of(support, "Mine")))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> node.mailboxes(other).get(mailbox.id())).isInstanceOf(NotFoundException.class);
        Mailbox changed = node.mailboxes(tenant).change(mailbox.id(), 1L, MailboxChange.name("Help"));
        assertThat(changed.version()).isEqualTo(2);
        assertThat(node.mailboxes(tenant).get(mailbox.id())).isEqualTo(changed);
        assertThatThrownBy(() -> node.mailboxes(tenant).change(mailbox.id(), 1L, MailboxChange.name("Late")))
                .isInstanceOf(ConflictException.class)
                .hasFieldOrPropertyWithValue("code", "version_conflict");
        assertThat(node.mailboxes(tenant).list(MailboxQuery.all()).items()).containsExactly(changed);
    }

    @Test
    void everyMailOfTheCorpusHasAnOutcomeAndNoneIsLost() throws Exception {
        MailNode patient = new MailNode(
                scratch.database(),
                scratch.clock(),
                options().senderLimit(1_000).build());
        Map<Outcome, List<String>> outcomes = new EnumMap<>(Outcome.class);
        List<Path> mails = MailCorpus.mails();
        for (Path mail : mails) {
            byte[] raw = Files.readAllBytes(mail);
            InboundResult result = patient.mail(tenant).receive(new ByteArrayInputStream(raw), support);
            outcomes.computeIfAbsent(result.outcome(), any -> new ArrayList<>())
                    .add(mail.getFileName() + (result.reason() == null ? "" : " " + result.reason()));
            if (result.message() != null) {
                assertThat(message(result).id())
                        .as(mail.getFileName().toString())
                        .isEqualTo(result.message());
            }
            try (InputStream kept = node.mail(tenant).open(result.id())) {
                assertThat(kept.readAllBytes())
                        .as(mail.getFileName().toString())
                        .isEqualTo(raw);
            }
        }
        outcomes.forEach((outcome, names) -> System.out.println("mails through the pipeline: " + names.size() + " "
                + outcome.wireName() + (outcome == Outcome.CREATED ? "" : " " + names)));
        patient.close();
        assertThat(mails).hasSizeGreaterThanOrEqualTo(40);
        assertThat(outcomes.values().stream().mapToInt(List::size).sum()).isEqualTo(mails.size());
        try (Connection connection = scratch.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("set role scratch_work");
            statement.execute("set insightdesk.tenant = '" + tenant + "'");
            try (ResultSet row = statement.executeQuery(
                    "select count(*), count(*) filter (where state = 'received') from insightdesk.inbound_mail")) {
                row.next();
                assertThat(row.getInt(1)).isEqualTo(mails.size());
                assertThat(row.getInt(2)).isZero();
            }
        }
    }
}
