package io.insightdesk.server;

import io.insightdesk.InsightDesk;
import io.insightdesk.key.Secret;
import io.insightdesk.mail.SmtpMailTransport;
import io.insightdesk.mail.SmtpSecurity;
import org.jspecify.annotations.Nullable;

/** Chooses how mail leaves: by the given server, into the mail catcher of development, or not at all. */
final class OutgoingMail {

    private OutgoingMail() {}

    static void configure(InsightDesk.Builder builder, Settings settings, @Nullable DevelopmentServices development) {
        if (!settings.mailEnabled()) {
            return;
        }
        Settings.Smtp smtp = settings.smtp();
        if (smtp != null) {
            builder.mailTransport(transport(smtp));
        } else if (development != null) {
            builder.mailTransport(SmtpMailTransport.builder("127.0.0.1")
                    .port(development.catcher().smtpPort())
                    .security(SmtpSecurity.NONE)
                    .build());
        }
    }

    private static SmtpMailTransport transport(Settings.Smtp smtp) {
        SmtpMailTransport.Builder transport = SmtpMailTransport.builder(smtp.host())
                .port(smtp.port())
                .security(SmtpSecurity.valueOf(smtp.security().name()));
        String user = smtp.user();
        Secret password = smtp.password();
        if (user != null && password != null) {
            transport.login(user, password.reveal());
        }
        return transport.build();
    }
}
