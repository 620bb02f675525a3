package io.insightdesk.testing;

import io.insightdesk.mail.OutboundMail;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** What a mail of plain text says, as its reader sees it. */
public final class MailText {

    private MailText() {}

    /** The subject, an empty line and the text. */
    public static String of(OutboundMail mail) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            mail.writeTo(bytes);
            MimeMessage message = new MimeMessage(null, new ByteArrayInputStream(bytes.toByteArray()));
            return message.getSubject() + "\n\n" + message.getContent();
        } catch (IOException | MessagingException e) {
            throw new IllegalStateException("the mail cannot be read", e);
        }
    }
}
