package io.insightdesk.mail.internal;

import io.insightdesk.internal.html.CleanText;
import io.insightdesk.internal.html.HtmlSanitiser;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a {@link ParsedMail} of the header and the parts, once both are read. */
final class MailAssembly {

    /** Counts the rounds of a mail through this software. */
    static final String LOOP_HEADER = "x-insightdesk-loop";

    private static final List<String> SENDERS = List.of("from", "reply-to", "return-path", "sender");
    private static final List<String> RECIPIENTS =
            List.of("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to");

    private final HeaderFields header;
    private final MailParts parts;
    private final HeaderText text;
    private final AddressParser addresses;

    MailAssembly(HeaderFields header, MailParts parts) {
        this.header = header;
        this.parts = parts;
        this.text = parts.headerText();
        this.addresses = new AddressParser(text);
    }

    ParsedMail mail(String contentHash) {
        BodyTree.Body body = parts.tree().root();
        String sanitised = body.html() == null ? null : HtmlSanitiser.sanitise(body.html());
        String html = sanitised == null || isEmpty(sanitised) ? null : sanitised;
        String readable = CleanText.lines(body.readable()).strip();
        String subject = subject();
        List<String> inReplyTo = ids("in-reply-to");
        List<String> references = ids("references");
        MailAddress from = from();
        Bounce bounce = parts.bounce().result(header, from, subject, readable, inReplyTo);
        AutomaticKind kind = AutomaticMail.classify(
                header, subject, bounce, parts.reportType(), !inReplyTo.isEmpty() || !references.isEmpty());
        return new ParsedMail(
                messageId(),
                inReplyTo,
                references,
                from,
                all("to"),
                all("cc"),
                all("reply-to"),
                subject,
                date(),
                readable,
                html,
                ReplyCutter.newText(subject, body.text(), body.html(), readable),
                attachments(body.html()),
                kind != AutomaticKind.NONE,
                kind,
                bounce,
                header.first("return-path")
                        .map(v -> v.replace(" ", "").equals("<>"))
                        .orElse(false),
                AutomaticMail.suppressesAnswers(header),
                loop(),
                contentHash,
                recipients(),
                header.all("authentication-results").stream().map(text::decode).toList(),
                List.copyOf(parts.notes()));
    }

    /** Whether sanitised HTML (in which no bracket is left that is not of a tag) shows nothing. */
    private static boolean isEmpty(String html) {
        if (html.contains("<img")) {
            return false;
        }
        boolean inTag = false;
        for (int i = 0; i < html.length(); i++) {
            char c = html.charAt(i);
            if (c == '<' || c == '>') {
                inTag = c == '<';
            } else if (!inTag && !CleanText.isBlank(c)) {
                return false;
            }
        }
        return true;
    }

    private @Nullable String messageId() {
        String id = header.first("message-id").map(MessageIds::single).orElse(null);
        if (id == null) {
            parts.note("message id missing");
        }
        return id;
    }

    private List<String> ids(String name) {
        Set<String> ids = new LinkedHashSet<>();
        header.all(name).forEach(value -> ids.addAll(MessageIds.parse(value)));
        return List.copyOf(ids);
    }

    private @Nullable MailAddress from() {
        if (header.all("from").size() > 1) {
            parts.note("several From headers");
        }
        for (String name : SENDERS) {
            List<MailAddress> usable = all(name);
            if (!usable.isEmpty()) {
                if (!name.equals("from")) {
                    parts.note("no usable From, sender taken from " + name);
                }
                return usable.get(0);
            }
        }
        parts.note("no usable sender");
        return null;
    }

    private List<MailAddress> all(String name) {
        List<MailAddress> found = new ArrayList<>();
        header.all(name).forEach(value -> found.addAll(addresses.parse(value)));
        return found;
    }

    private String subject() {
        String subject = header.first("subject").map(text::decode).orElse("");
        if (subject.length() <= 1000) {
            return subject;
        }
        parts.note("subject shortened");
        return subject.substring(0, Character.isHighSurrogate(subject.charAt(999)) ? 999 : 1000);
    }

    private @Nullable Instant date() {
        String value = header.first("date").orElse(null);
        if (value == null) {
            parts.note("date missing");
            return null;
        }
        Instant date = MailDates.parse(value);
        if (date == null) {
            parts.note("date unreadable");
        }
        return date;
    }

    /** What the HTML shows is inline, whatever the part says. */
    private List<ParsedAttachment> attachments(@Nullable String html) {
        if (html == null) {
            return parts.attachments();
        }
        String shown = html.toLowerCase(Locale.ROOT);
        return parts.attachments().stream()
                .map(a -> a.contentId() != null
                                && shown.contains("cid:" + a.contentId().toLowerCase(Locale.ROOT))
                        ? new ParsedAttachment(a.filename(), a.contentType(), a.size(), true, a.contentId(), a.handle())
                        : a)
                .toList();
    }

    private int loop() {
        int loop = 0;
        for (String value : header.all(LOOP_HEADER)) {
            String digits = value.strip();
            boolean number =
                    digits.length() > 0 && digits.length() < 9 && digits.chars().allMatch(Character::isDigit);
            loop += number ? Integer.parseInt(digits) : 1;
        }
        return loop;
    }

    private List<String> recipients() {
        Set<String> found = new LinkedHashSet<>();
        for (String name : RECIPIENTS) {
            all(name).forEach(address -> found.add(address.address()));
        }
        return List.copyOf(found);
    }
}
