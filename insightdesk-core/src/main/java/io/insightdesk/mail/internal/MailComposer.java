package io.insightdesk.mail.internal;

import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.Message;
import io.insightdesk.event.ActorType;
import io.insightdesk.internal.html.CleanText;
import io.insightdesk.internal.html.HtmlText;
import io.insightdesk.mail.OutboundMail;
import jakarta.activation.DataHandler;
import jakarta.activation.DataSource;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimeUtility;
import jakarta.mail.internet.ParameterList;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Composes the mail of an answer: text, HTML where there is any, inline pictures, files. Whatever comes from people is flattened
 * before it gets into a header.
 */
final class MailComposer {

    private static final String LOOP_HEADER = "X-InsightDesk-Loop";
    private static final Pattern MEDIA_TYPE = Pattern.compile("[a-z0-9][a-z0-9.+_-]*/[a-z0-9][a-z0-9.+_-]*");
    private static final Pattern MESSAGE_ID = Pattern.compile("[\\x21-\\x7e&&[^<>]]{1,250}");
    private static final Pattern ANSWER = Pattern.compile("(?iu)^(re|aw|sv|antw)\\s*:.*");
    private static final int MAX_SUBJECT = 400;

    private MailComposer() {}

    /** An attachment and how to read it. */
    record File(Attachment attachment, Content content) {}

    /** Opens the content of an attachment. */
    @FunctionalInterface
    interface Content {
        InputStream open();
    }

    /** What is to be written, as it is stored. Message-IDs are without angle brackets. */
    record Letter(
            Message message,
            String messageId,
            String from,
            List<String> to,
            List<String> cc,
            String mailboxName,
            String replyTo,
            String ticketSubject,
            long ticketNumber,
            @Nullable String inReplyTo,
            List<String> references,
            List<File> files) {}

    static OutboundMail compose(Letter letter) {
        try {
            return new Composed(letter, mail(letter));
        } catch (MessagingException e) {
            throw new IllegalStateException(
                    "the mail of message " + letter.message().id() + " cannot be composed", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MimeMessage mail(Letter letter) throws MessagingException, IOException {
        MimeMessage mail = new WithOwnId(letter.messageId());
        mail.setFrom(address(letter.from(), senderName(letter)));
        mail.setReplyTo(new InternetAddress[] {address(letter.replyTo(), letter.mailboxName())});
        mail.setRecipients(jakarta.mail.Message.RecipientType.TO, addresses(letter.to()));
        if (!letter.cc().isEmpty()) {
            mail.setRecipients(jakarta.mail.Message.RecipientType.CC, addresses(letter.cc()));
        }
        mail.setHeader("Subject", MimeUtility.fold(9, MimeUtility.encodeText(subject(letter), "UTF-8", null)));
        Instant date = letter.message().createdAt();
        mail.setSentDate(Date.from(date));
        String inReplyTo = letter.inReplyTo();
        if (inReplyTo != null && MESSAGE_ID.matcher(inReplyTo).matches()) {
            mail.setHeader("In-Reply-To", "<" + inReplyTo + ">");
        }
        List<String> references = letter.references().stream()
                .filter(id -> MESSAGE_ID.matcher(id).matches())
                .map(id -> "<" + id + ">")
                .toList();
        if (!references.isEmpty()) {
            mail.setHeader("References", String.join("\r\n ", references));
        }
        mail.setHeader(LOOP_HEADER, "1");
        body(mail, letter);
        mail.saveChanges();
        return mail;
    }

    private static String senderName(Letter letter) {
        Message.Author author = letter.message().author();
        String mailbox = CleanText.line(letter.mailboxName());
        if (author.type() != ActorType.AGENT) {
            return mailbox;
        }
        String agent = CleanText.line(author.name());
        return mailbox.isEmpty() ? agent : agent + " via " + mailbox;
    }

    private static String subject(Letter letter) {
        String subject = CleanText.line(letter.ticketSubject());
        if (subject.length() > MAX_SUBJECT) {
            int end = Character.isHighSurrogate(subject.charAt(MAX_SUBJECT - 1)) ? MAX_SUBJECT - 1 : MAX_SUBJECT;
            subject = subject.substring(0, end) + "…";
        }
        String number = "[#" + letter.ticketNumber() + "]";
        String answer = ANSWER.matcher(subject).matches() ? subject : "Re: " + subject;
        return answer.contains(number) ? answer : answer + " " + number;
    }

    private static InternetAddress[] addresses(List<String> addresses) throws UnsupportedEncodingException {
        List<InternetAddress> all = new ArrayList<>();
        for (String address : addresses) {
            all.add(address(address, ""));
        }
        return all.toArray(InternetAddress[]::new);
    }

    static InternetAddress address(String address, String name) throws UnsupportedEncodingException {
        InternetAddress made = new InternetAddress();
        made.setAddress(address);
        String flat = CleanText.line(name);
        if (!flat.isEmpty()) {
            made.setPersonal(flat, "UTF-8");
        }
        return made;
    }

    private static void body(MimeMessage mail, Letter letter) throws MessagingException, IOException {
        String written = letter.message().html();
        List<File> inline = letter.files().stream()
                .filter(file -> written != null && isShown(file.attachment()))
                .toList();
        List<File> others =
                letter.files().stream().filter(file -> !inline.contains(file)).toList();
        // What was written without markup gets HTML too: many readers show plain text in a fixed width.
        String html = written == null ? HtmlText.toHtml(letter.message().text()) : written;
        MimeMultipart content = alternative(letter, html, inline);
        if (others.isEmpty()) {
            mail.setContent(content);
            return;
        }
        MimeMultipart mixed = new MimeMultipart("mixed");
        mixed.addBodyPart(part(content));
        for (File file : others) {
            mixed.addBodyPart(file(file, Part.ATTACHMENT));
        }
        mail.setContent(mixed);
    }

    private static boolean isShown(Attachment attachment) {
        return attachment.inline()
                && attachment.contentId() != null
                && MESSAGE_ID.matcher(attachment.contentId()).matches();
    }

    private static MimeMultipart alternative(Letter letter, String html, List<File> inline)
            throws MessagingException, IOException {
        MimeMultipart alternative = new MimeMultipart("alternative");
        alternative.addBodyPart(text("plain", letter.message().text()));
        if (inline.isEmpty()) {
            alternative.addBodyPart(text("html", html));
            return alternative;
        }
        MimeMultipart related = new MimeMultipart("related");
        related.addBodyPart(text("html", html));
        for (File file : inline) {
            BodyPart picture = file(file, Part.INLINE);
            picture.setHeader("Content-ID", "<" + file.attachment().contentId() + ">");
            related.addBodyPart(picture);
        }
        alternative.addBodyPart(part(related));
        return alternative;
    }

    private static BodyPart part(MimeMultipart content) throws MessagingException {
        MimeBodyPart part = new MimeBodyPart();
        part.setContent(content);
        return part;
    }

    private static BodyPart text(String subtype, String text) throws MessagingException {
        MimeBodyPart part = new MimeBodyPart();
        text(part, subtype, text);
        return part;
    }

    static void text(Part part, String subtype, String text) throws MessagingException {
        byte[] bytes = text.replace("\r\n", "\n").replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
        String type = "text/" + subtype + "; charset=UTF-8";
        part.setDataHandler(new DataHandler(new Source(type, "", () -> new ByteArrayInputStream(bytes))));
        part.setHeader("Content-Type", type);
        part.setHeader("Content-Transfer-Encoding", "quoted-printable");
    }

    private static BodyPart file(File file, String disposition) throws MessagingException, IOException {
        Attachment attachment = file.attachment();
        String name = CleanText.line(attachment.filename());
        String type = mediaType(attachment.contentType());
        MimeBodyPart part = new MimeBodyPart();
        part.setDataHandler(new DataHandler(new Source(type, name, file.content())));
        ContentType contentType = new ContentType(type);
        part.setHeader("Content-Type", contentType.toString());
        ParameterList parameters = new ParameterList();
        parameters.set("filename", name, "UTF-8");
        part.setHeader("Content-Disposition", disposition + parameters.toString(21));
        part.setHeader("Content-Transfer-Encoding", "base64");
        return part;
    }

    /** Messages and multiparts may not be in base 64 (RFC 2045, section 6.4), so they travel as bytes. */
    private static String mediaType(String declared) {
        String type = declared.toLowerCase(Locale.ROOT);
        boolean composite = type.startsWith("message/") || type.startsWith("multipart/");
        return composite || !MEDIA_TYPE.matcher(type).matches() ? "application/octet-stream" : type;
    }

    /** Keeps its Message-ID when it is saved. */
    static final class WithOwnId extends MimeMessage {

        private final String id;

        WithOwnId(String id) {
            super(Session.getInstance(new Properties()));
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", "<" + id + ">");
        }
    }

    private record Composed(Letter letter, MimeMessage mail) implements OutboundMail {

        @Override
        public String sender() {
            return letter.from();
        }

        @Override
        public List<String> recipients() {
            List<String> all = new ArrayList<>(letter.to());
            all.addAll(letter.cc());
            return all.stream().distinct().toList();
        }

        @Override
        public String messageId() {
            return letter.messageId();
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            try {
                mail.writeTo(out);
            } catch (MessagingException e) {
                throw new IOException("the mail cannot be written", e);
            }
        }
    }

    /** Reads a content anew each time. */
    private record Source(String type, String name, Content content) implements DataSource {

        @Override
        public InputStream getInputStream() {
            return content.open();
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            throw new IOException("this is for reading only");
        }

        @Override
        public String getContentType() {
            return type;
        }

        @Override
        public String getName() {
            return name;
        }
    }
}
