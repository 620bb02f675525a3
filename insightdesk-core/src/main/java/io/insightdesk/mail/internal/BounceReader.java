package io.insightdesk.mail.internal;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Understands delivery reports: RFC 3464 ones, and the prose of servers that do not write those. */
final class BounceReader {

    private static final Pattern ORIGINAL_ID =
            Pattern.compile("(?im)^[> \\t|]{0,10}Message-ID:[ \\t]{0,10}(<[^<>\\s]{1,500}>)");
    private static final Pattern STATUS = Pattern.compile("\\b([245]\\.\\d{1,3}\\.\\d{1,3})\\b");
    private static final Pattern FAILED_SUBJECT = Pattern.compile(
            "(?i)undeliver|delivery (?:status notification|failure|failed|has failed)|returned (?:mail|to sender)"
                    + "|failure notice|mail delivery|non remis|unzustellbar|nicht zugestellt|no entregado"
                    + "|mancata consegna|n[aã]o entregue|onbestelbaar|niedostarczon");
    private static final Pattern DELAYED_SUBJECT =
            Pattern.compile("(?i)delay|still being retried|could not be delivered yet|verz[oö]ger");
    private static final Pattern SYSTEM_SENDER =
            Pattern.compile("(?i)(?:mailer-?daemon|mail-?daemon|postmaster|mdaemon|bounces?)@.*");

    private record Recipient(
            @Nullable String address,
            String action,
            @Nullable String status) {}

    private final List<Recipient> recipients = new ArrayList<>();
    private boolean isReport;
    private @Nullable String originalMessageId;

    /** The content of a {@code message/delivery-status} part, or the beginning of it. */
    void status(byte[] content) throws IOException {
        isReport = true;
        BufferedInputStream in = new BufferedInputStream(new ByteArrayInputStream(content));
        for (HeaderFields group = HeaderBlock.readFragment(in, Limits.DEFAULT);
                group.size() > 0 && recipients.size() < 1000;
                group = HeaderBlock.readFragment(in, Limits.DEFAULT)) {
            String action = group.word("action");
            String recipient = group.first("final-recipient").orElse("");
            String address = address(
                    recipient.isEmpty() ? group.first("original-recipient").orElse("") : recipient);
            if (!action.isEmpty() || address != null) {
                recipients.add(new Recipient(address, action, status(group.word("status"))));
            }
        }
    }

    /** The header of the returned mail. */
    void original(HeaderFields header) {
        if (originalMessageId == null) {
            originalMessageId =
                    header.first("message-id").map(MessageIds::single).orElse(null);
        }
    }

    /** The report, or null if the mail is none (also if it reports a success). */
    @Nullable Bounce result(
            HeaderFields header, @Nullable MailAddress from, String subject, String text, List<String> inReplyTo) {
        boolean permanent;
        Recipient named;
        if (isReport) {
            Recipient failed = first("failed");
            Recipient delayed = first("delayed");
            if (failed == null && delayed == null && !recipients.isEmpty()) {
                return null;
            }
            permanent = failed != null || delayed == null;
            named = failed != null ? failed : delayed;
        } else if (isProse(header, from, subject)) {
            permanent = !DELAYED_SUBJECT.matcher(subject).find();
            named = null;
        } else {
            return null;
        }
        String address =
                named == null ? address(header.first("x-failed-recipients").orElse("")) : named.address;
        String status = named == null ? status(text) : named.status;
        return new Bounce(originalId(text, inReplyTo), address, status, permanent);
    }

    private static boolean isProse(HeaderFields header, @Nullable MailAddress from, String subject) {
        if (header.has("x-failed-recipients")) {
            return true;
        }
        boolean system = from != null && SYSTEM_SENDER.matcher(from.address()).matches();
        boolean empty =
                header.first("return-path").map(v -> v.strip().equals("<>")).orElse(false);
        return (system || empty)
                && (FAILED_SUBJECT.matcher(subject).find()
                        || (system && DELAYED_SUBJECT.matcher(subject).find()));
    }

    private @Nullable String originalId(String text, List<String> inReplyTo) {
        if (originalMessageId != null) {
            return originalMessageId;
        }
        Matcher quoted = ORIGINAL_ID.matcher(text);
        if (quoted.find()) {
            return quoted.group(1);
        }
        return inReplyTo.isEmpty() ? null : inReplyTo.get(0);
    }

    private @Nullable Recipient first(String action) {
        return recipients.stream()
                .filter(r -> r.action.startsWith(action))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String address(String field) {
        String value = field.substring(field.indexOf(';') + 1);
        int comma = value.indexOf(',');
        return AddressParser.usable(comma < 0 ? value : value.substring(0, comma));
    }

    private static @Nullable String status(String text) {
        Matcher status = STATUS.matcher(text.toLowerCase(Locale.ROOT));
        return status.find() ? status.group(1) : null;
    }
}
