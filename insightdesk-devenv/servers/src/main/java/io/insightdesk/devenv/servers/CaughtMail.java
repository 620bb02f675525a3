package io.insightdesk.devenv.servers;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A mail that the {@link MailCatcher} took.
 *
 * @param id the name the catcher gave it
 * @param from the envelope sender, empty for a null return path
 * @param recipients the envelope recipients, in order
 * @param helo what the client called itself
 * @param raw the message, byte for byte as it was sent
 * @param received when it was acknowledged
 * @since 0.1.0
 */
// The bytes are copied in and out, and equals and hashCode are written for them.
@SuppressWarnings("ArrayRecordComponent")
public record CaughtMail(String id, String from, List<String> recipients, String helo, byte[] raw, Instant received) {
    /** Copies what could change. */
    public CaughtMail {
        requireNonNull(id, "id");
        requireNonNull(from, "from");
        recipients = List.copyOf(recipients);
        requireNonNull(helo, "helo");
        raw = raw.clone();
        requireNonNull(received, "received");
    }

    /** Returns a copy of the raw bytes. */
    @Override
    public byte[] raw() {
        return raw.clone();
    }

    /** Returns the size of the raw message in bytes. */
    public int size() {
        return raw.length;
    }

    /** Returns the first header of that name, unfolded and decoded; names are case-insensitive. */
    public Optional<String> header(String name) {
        return content().header(name);
    }

    /** Returns the decoded subject, empty if there is none. */
    public String subject() {
        return header("Subject").orElse("");
    }

    /** Returns the first plain text part, decoded; empty if there is none. */
    public String text() {
        return content().text();
    }

    /** Returns the first HTML part, decoded. */
    public Optional<String> html() {
        return content().html();
    }

    MailContent content() {
        return MailContent.read(raw);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CaughtMail that && id.equals(that.id) && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "CaughtMail[" + id + ", from=" + from + ", recipients=" + recipients + ", subject=" + subject() + "]";
    }
}
