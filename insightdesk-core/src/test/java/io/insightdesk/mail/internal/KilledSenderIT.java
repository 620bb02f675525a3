package io.insightdesk.mail.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.insightdesk.conversation.Delivery;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.MessageId;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.devenv.servers.CaughtMail;
import io.insightdesk.devenv.servers.MailCatcher;
import io.insightdesk.job.internal.JobFeature;
import io.insightdesk.mail.MailOptions;
import io.insightdesk.mail.NewMailbox;
import io.insightdesk.mail.SmtpMailTransport;
import io.insightdesk.mail.SmtpSecurity;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.ScratchDatabase;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import java.io.BufferedReader;
import java.io.File;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KilledSenderIT {

    private static final int MAILS = 8;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(
            strings = {JobFeature.Probe.AFTER_CLAIM, MailFeature.AFTER_SMTP_DATA, JobFeature.Probe.BEFORE_COMPLETION})
    void everyMailArrivesThoughTheWorkerIsKilled(String point) throws Exception {
        try (ScratchDatabase scratch = ScratchDatabase.create();
                MailCatcher catcher = MailCatcher.start();
                MailNode node = new MailNode(
                        scratch.database(),
                        Clock.systemUTC(),
                        MailOptions.builder()
                                .transport(SmtpMailTransport.builder("127.0.0.1")
                                        .port(catcher.smtpPort())
                                        .security(SmtpSecurity.NONE)
                                        .build())
                                .build())) {
            TenantId tenant = scratch.tenant("killed");
            node.mailboxes(tenant).create(NewMailbox.of("support@desk.example", "Support"));
            Map<MessageId, String> answers = new LinkedHashMap<>();
            for (int i = 0; i < MAILS; i++) {
                Ticket ticket = node.tickets(tenant)
                        .create(NewTicket.builder("Ticket " + i)
                                .requester("customer" + i + "@customer.example", null)
                                .build());
                Message answer = node.conversations(tenant).reply(ticket.id(), NewMessage.text("Answer " + i));
                answers.put(answer.id(), "<" + requireNonNull(answer.mail()).messageId() + ">");
            }

            killAt(point, scratch, catcher);
            node.jobs.workers().start();
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(answers.keySet())
                            .allSatisfy(id -> assertThat(
                                            node.conversations(tenant).get(id).delivery())
                                    .isEqualTo(Delivery.SENT)));

            List<CaughtMail> caught = catcher.mails();
            assertThat(caught.stream()
                            .map(mail -> mail.header("Message-ID").orElseThrow())
                            .collect(Collectors.toSet()))
                    .isEqualTo(Set.copyOf(answers.values()));
            for (int i = 0; i < MAILS; i++) {
                assertThat(catcher.mailsTo("customer" + i + "@customer.example"))
                        .isNotEmpty();
            }
            long left = scratch.database()
                    .system(tx -> tx.query("select count(*) from {schema}.job where kind = 'insightdesk.mail.send'")
                            .mapTo(Long.class)
                            .one());
            assertThat(left).isZero();
        }
    }

    private static void killAt(String point, ScratchDatabase scratch, MailCatcher catcher) throws Exception {
        String url;
        String user;
        try (Connection connection = scratch.dataSource().getConnection()) {
            url = connection.getMetaData().getURL();
            user = connection.getMetaData().getUserName();
        }
        Process worker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path")
                                + File.pathSeparator
                                + System.getProperty("surefire.test.class.path", ""),
                        KilledSenderMain.class.getName(),
                        url,
                        user,
                        Integer.toString(catcher.smtpPort()),
                        point)
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output = worker.inputReader()) {
            String line;
            do {
                line = output.readLine();
                assertThat(line).as("the worker got to the point").isNotNull();
            } while (!line.startsWith(KilledSenderMain.ARRIVED));
        } finally {
            worker.destroyForcibly();
        }
        assertThat(worker.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
}
