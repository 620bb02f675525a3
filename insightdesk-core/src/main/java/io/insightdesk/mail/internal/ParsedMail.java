package io.insightdesk.mail.internal;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mail as read. No string holds NUL or a lone surrogate; single-line values hold no control character at all.
 *
 * @param messageId with angle brackets
 * @param inReplyTo ids with angle brackets, in order
 * @param references ids with angle brackets, oldest first, all of them
 * @param from the first usable address of From, Reply-To, Return-Path, Sender; absent when none is usable
 * @param subject decoded and flattened, possibly empty
 * @param date absent when missing or unreadable
 * @param text readable text of the whole mail with {@code \n}, possibly empty, made from the HTML if there is no other
 * @param html sanitised; absent when the mail has none
 * @param newText text without quoted mail and signature; empty only if the mail has no text
 * @param automatic whether {@code kind} is anything but {@link AutomaticKind#NONE}
 * @param nullReturnPath the envelope sender was empty: never answer
 * @param autoResponseSuppressed the sender asks for no automatic answers
 * @param loop how often this mail passed through InsightDesk
 * @param contentHash SHA-256 in hex over From, Date, Subject and body; the same after another way or other line ends
 * @param recipients addresses the mail was delivered to (Delivered-To, X-Original-To, Envelope-To), in order
 * @param authenticationResults values of Authentication-Results, topmost first, as received: only those added by
 *     one's own server are worth anything
 * @param notes oddities met on the way, for people and logs
 */
record ParsedMail(
        @Nullable String messageId,
        List<String> inReplyTo,
        List<String> references,
        @Nullable MailAddress from,
        List<MailAddress> to,
        List<MailAddress> cc,
        List<MailAddress> replyTo,
        String subject,
        @Nullable Instant date,
        String text,
        @Nullable String html,
        String newText,
        List<ParsedAttachment> attachments,
        boolean automatic,
        AutomaticKind kind,
        @Nullable Bounce bounce,
        boolean nullReturnPath,
        boolean autoResponseSuppressed,
        int loop,
        String contentHash,
        List<String> recipients,
        List<String> authenticationResults,
        List<String> notes) {

    ParsedMail {
        inReplyTo = List.copyOf(inReplyTo);
        references = List.copyOf(references);
        to = List.copyOf(to);
        cc = List.copyOf(cc);
        replyTo = List.copyOf(replyTo);
        attachments = List.copyOf(attachments);
        recipients = List.copyOf(recipients);
        authenticationResults = List.copyOf(authenticationResults);
        notes = List.copyOf(notes);
    }
}
