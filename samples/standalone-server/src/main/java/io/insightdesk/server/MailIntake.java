package io.insightdesk.server;

import io.insightdesk.InsightDesk;
import io.insightdesk.devenv.seed.DemoTenant;
import io.insightdesk.devenv.servers.SmtpReceiver;
import io.insightdesk.devenv.servers.SmtpReceiver.ReceivedMail;
import io.insightdesk.devenv.servers.UnknownRecipientException;
import io.insightdesk.event.Actor;
import io.insightdesk.mail.Envelope;
import io.insightdesk.mail.InboundResult;
import io.insightdesk.tenant.TenantId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes mail by SMTP in development: what is for a mailbox becomes a ticket or a message before it is acknowledged. */
final class MailIntake implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(MailIntake.class);

    private final InsightDesk insightDesk;
    private final SmtpReceiver receiver;

    private MailIntake(InsightDesk insightDesk, int port) {
        this.insightDesk = insightDesk;
        this.receiver = SmtpReceiver.builder(this::receive)
                .port(port)
                .portSetting("INSIGHTDESK_SMTP_PORT=…")
                .start();
    }

    static MailIntake start(InsightDesk insightDesk, int port) {
        return new MailIntake(insightDesk, port);
    }

    int port() {
        return receiver.port();
    }

    private void receive(ReceivedMail mail) throws UnknownRecipientException, IOException {
        Map<TenantId, List<String>> recipients = new LinkedHashMap<>();
        for (String recipient : mail.recipients()) {
            insightDesk
                    .tenants()
                    .findByMailbox(mailbox(recipient))
                    .ifPresent(tenant -> recipients
                            .computeIfAbsent(tenant, none -> new ArrayList<>())
                            .add(recipient));
        }
        if (recipients.isEmpty()) {
            throw new UnknownRecipientException("No mailbox has the address " + String.join(", ", mail.recipients())
                    + "; the one of the demo tenant is " + DemoTenant.MAILBOX);
        }
        byte[] raw = mail.content().readAllBytes();
        recipients.forEach((tenant, addresses) -> {
            InboundResult result = insightDesk
                    .tenant(tenant)
                    .as(Actor.system())
                    .mail()
                    .receive(new ByteArrayInputStream(raw), new Envelope(mail.sender(), addresses));
            log.info(
                    "Mail in: {}{}",
                    result.outcome().wireName(),
                    result.reason() == null ? "" : " (" + result.reason() + ")");
        });
    }

    /** Answers come back to an address such as {@code support+token@…}. */
    private static String mailbox(String recipient) {
        return recipient.replaceFirst("\\+[^@]*@", "@");
    }

    @Override
    public void close() {
        receiver.close();
    }
}
