package io.insightdesk.mail;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the mail server said about a mail, apart from what the mail says itself (RFC 5321, section 2.3.1).
 *
 * @param sender the return path, without angle brackets; empty for the null path of bounces; null where it is not known
 * @param recipients the addresses it was delivered to; empty where they are not known, then the mail's header decides
 * @since 0.1.0
 */
public record Envelope(@Nullable String sender, List<String> recipients) {

    /** Where nothing is known but the mail itself. */
    public static final Envelope UNKNOWN = new Envelope(null, List.of());

    /** Copies the recipients. */
    public Envelope {
        recipients = List.copyOf(recipients);
    }

    /**
     * An envelope of which only the recipient is known.
     *
     * @param recipient the address; null where it is not known either
     * @return the envelope
     */
    public static Envelope to(@Nullable String recipient) {
        return recipient == null ? UNKNOWN : new Envelope(null, List.of(recipient));
    }
}
