package io.insightdesk.conversation;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.Violations;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message to be written: text or HTML or both. HTML is sanitised, and where only one is given the other is derived.
 *
 * @param text plain text; null where there is HTML only
 * @param html HTML; null where there is text only
 * @param attachments uploaded files, in order
 * @param to who shall get it; empty for the ticket's requester. Meaningless for notes
 * @param cc who shall get a copy. Meaningless for notes
 * @since 0.1.0
 */
public record NewMessage(
        @Nullable String text,
        @Nullable String html,
        List<AttachmentId> attachments,
        List<String> to,
        List<String> cc) {

    /** The greatest length of a text or HTML, in UTF-16 code units. */
    public static final int MAX_BODY = 1_000_000;

    private static final int MAX_ATTACHMENTS = 100;
    private static final int MAX_RECIPIENTS = 100;

    /** Checks all rules. */
    public NewMessage {
        Violations violations = new Violations().limit("/text", text, MAX_BODY).limit("/html", html, MAX_BODY);
        if ((text == null || text.isBlank()) && (html == null || html.isBlank()) && attachments.isEmpty()) {
            violations.add("/text", "required", "A message has a text, HTML or an attachment.");
        }
        if (attachments.size() > MAX_ATTACHMENTS) {
            violations.add("/attachmentIds", "too_many", "At most " + MAX_ATTACHMENTS + " attachments are allowed.");
        }
        if (to.size() + cc.size() > MAX_RECIPIENTS) {
            violations.add("/to", "too_many", "At most " + MAX_RECIPIENTS + " recipients are allowed.");
        }
        violations.throwIfAny();
        attachments = List.copyOf(attachments);
        to = List.copyOf(to);
        cc = List.copyOf(cc);
    }

    /**
     * A message of plain text.
     *
     * @param text the text
     * @return the message to be written
     */
    public static NewMessage text(String text) {
        return builder().text(text).build();
    }

    /**
     * Begins a message.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the parts of a message. Not thread-safe. */
    public static final class Builder {

        private @Nullable String text;
        private @Nullable String html;
        private final List<AttachmentId> attachments = new ArrayList<>();
        private final List<String> to = new ArrayList<>();
        private final List<String> cc = new ArrayList<>();

        private Builder() {}

        /**
         * Sets the plain text.
         *
         * @param value the text, or null for none
         * @return this
         */
        public Builder text(@Nullable String value) {
            this.text = value;
            return this;
        }

        /**
         * Sets the HTML.
         *
         * @param value the HTML, or null for none
         * @return this
         */
        public Builder html(@Nullable String value) {
            this.html = value;
            return this;
        }

        /**
         * Adds an uploaded file.
         *
         * @param id the attachment
         * @return this
         */
        public Builder attachment(AttachmentId id) {
            attachments.add(requireNonNull(id, "id"));
            return this;
        }

        /**
         * Adds a recipient.
         *
         * @param address a mail address
         * @return this
         */
        public Builder to(String address) {
            to.add(requireNonNull(address, "address"));
            return this;
        }

        /**
         * Adds somebody who gets a copy.
         *
         * @param address a mail address
         * @return this
         */
        public Builder cc(String address) {
            cc.add(requireNonNull(address, "address"));
            return this;
        }

        /**
         * Checks and makes it.
         *
         * @return the message to be written
         * @throws io.insightdesk.error.InvalidInputException listing every rule that is broken
         */
        public NewMessage build() {
            return new NewMessage(text, html, attachments, to, cc);
        }
    }
}
