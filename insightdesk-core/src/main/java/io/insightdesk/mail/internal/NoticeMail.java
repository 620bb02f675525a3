package io.insightdesk.mail.internal;

import io.insightdesk.internal.Ids;
import io.insightdesk.internal.html.CleanText;
import io.insightdesk.mail.OutboundMail;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeUtility;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Date;
import java.util.List;

/** A mail of plain text to one person that belongs to no ticket, and that no machine shall answer (RFC 3834). */
record NoticeMail(String sender, List<String> recipients, String messageId, MimeMessage mail) implements OutboundMail {

    static NoticeMail compose(String from, String to, String subject, String text, Instant now) {
        String id = Ids.next() + from.substring(from.indexOf('@'));
        try {
            MimeMessage mail = new MailComposer.WithOwnId(id);
            mail.setFrom(MailComposer.address(from, ""));
            mail.setRecipients(Message.RecipientType.TO, new InternetAddress[] {MailComposer.address(to, "")});
            mail.setHeader(
                    "Subject", MimeUtility.fold(9, MimeUtility.encodeText(CleanText.line(subject), "UTF-8", null)));
            mail.setSentDate(Date.from(now));
            mail.setHeader("Auto-Submitted", "auto-generated");
            MailComposer.text(mail, "plain", CleanText.lines(text));
            mail.saveChanges();
            return new NoticeMail(from, List.of(to), id, mail);
        } catch (MessagingException e) {
            throw new IllegalStateException("a notice cannot be composed", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        try {
            mail.writeTo(out);
        } catch (MessagingException e) {
            throw new IOException("the mail cannot be written", e);
        }
    }

    /** Not what is in it. */
    @Override
    public String toString() {
        return "NoticeMail[" + messageId + "]";
    }
}
