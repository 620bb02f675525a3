package io.insightdesk.server;

import io.insightdesk.InsightDesk;
import io.insightdesk.devenv.servers.SmtpReceiver;
import io.insightdesk.devenv.servers.SmtpReceiver.ReceivedMail;
import io.insightdesk.devenv.servers.UnknownRecipientException;

/** Takes mail by SMTP in development: what is for a mailbox becomes a ticket or a message before it is acknowledged. */
final class MailIntake implements AutoCloseable {

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

    private void receive(ReceivedMail mail) throws UnknownRecipientException {
        throw new UnknownRecipientException("No mailbox has the address " + mail.recipients());
    }

    @Override
    public void close() {
        receiver.close();
    }
}
