package io.insightdesk.mail.internal;

import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.Delivery;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.MessageId;
import io.insightdesk.conversation.internal.ConversationFeature;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.internal.html.CleanText;
import io.insightdesk.job.JobContext;
import io.insightdesk.job.PermanentFailureException;
import io.insightdesk.job.internal.JobFeature;
import io.insightdesk.mail.MailNotSentException;
import io.insightdesk.mail.MailTransport;
import io.insightdesk.mail.Mailbox;
import io.insightdesk.mail.OutboundMail;
import io.insightdesk.storage.BlobId;
import io.insightdesk.ticket.Ticket;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends the mail of a message, and writes down together with the end of its job that it was sent. Thread-safe. */
final class MailSender {

    private static final int MAX_ERROR = 500;
    private static final int MAX_REFERENCES = 20;

    private final MailFeature feature;
    private final ConversationFeature conversation;
    private final JobFeature.Probe probe;
    private final MeterRegistry meters;

    MailSender(MailFeature feature, ConversationFeature conversation, JobFeature.Probe probe, MeterRegistry meters) {
        this.feature = feature;
        this.conversation = conversation;
        this.probe = probe;
        this.meters = meters;
    }

    void send(JobContext context, MessageId id, JobFeature.Completion completion) {
        Scope scope = feature.system(Objects.requireNonNull(context.tenant(), "tenant"), null);
        OutboundMail mail = scope.run(tx -> compose(tx, scope, id)).orElse(null);
        if (mail == null) {
            return;
        }
        try {
            transport().send(sendable(mail));
        } catch (MailNotSentException e) {
            throw failed(context, scope, id, e.permanent(), e.answer(), e);
        } catch (RuntimeException e) {
            throw failed(context, scope, id, false, "The mail could not be sent now.", e);
        }
        probe.at(MailFeature.AFTER_SMTP_DATA, MailFeature.SEND.name(), context.job());
        scope.run(tx -> {
            conversation.delivered(tx, scope, id, Delivery.SENT, null);
            completion.in(tx);
            return id;
        });
        count("sent");
    }

    private MailTransport transport() throws MailNotSentException {
        MailTransport transport = feature.options.transport();
        if (transport == null) {
            throw MailNotSentException.temporary(
                    "No mail transport is configured on this node.", "No mail server is configured.", null);
        }
        return transport;
    }

    /** What the mail standards have only since RFC 6531 is not sent to servers of which nobody knows what they can. */
    private static OutboundMail sendable(OutboundMail mail) throws MailNotSentException {
        for (String recipient : mail.recipients()) {
            if (!StandardCharsets.US_ASCII.newEncoder().canEncode(recipient)) {
                throw MailNotSentException.permanent(
                        "An address has letters that are not ASCII.",
                        "The address " + recipient + " has letters that are not ASCII before its @.",
                        null);
            }
        }
        return mail;
    }

    /** Everything but the contents of attachments, which are read while the mail is written. Empty when nothing is to be sent. */
    private Optional<OutboundMail> compose(Tx tx, Scope scope, MessageId id) {
        Message message = conversation.find(tx, id).orElse(null);
        if (message == null || message.delivery() == Delivery.SENT || message.delivery() == Delivery.BOUNCED) {
            return Optional.empty();
        }
        Message.MailFacts facts = message.mail();
        Ticket ticket = feature.tickets.find(tx, message.ticket()).orElse(null);
        if (facts == null || facts.from() == null || facts.messageId() == null || ticket == null) {
            return Optional.empty();
        }
        String name = feature.mailboxes.withAddresses(tx, List.of(facts.from())).stream()
                .findFirst()
                .map(Mailbox::name)
                .orElse("");
        List<MailComposer.File> files = new ArrayList<>();
        for (Attachment attachment : message.attachments()) {
            BlobId blob = conversation.blobOf(tx, attachment.id());
            files.add(new MailComposer.File(attachment, () -> feature.storage.open(scope.tenant(), blob)));
        }
        return Optional.of(MailComposer.compose(new MailComposer.Letter(
                message,
                facts.messageId(),
                facts.from(),
                facts.to(),
                facts.cc(),
                name,
                feature.tokens.address(scope.tenant(), facts.from(), ticket.number()),
                ticket.subject(),
                ticket.number(),
                facts.inReplyTo(),
                references(tx, message, facts),
                files)));
    }

    private List<String> references(Tx tx, Message message, Message.MailFacts facts) {
        List<String> all = new ArrayList<>(conversation.mailMessageIds(tx, message.ticket()));
        int own = all.indexOf(facts.messageId());
        List<String> before = new ArrayList<>(own < 0 ? all : all.subList(0, own));
        // The mail that is answered comes last (RFC 5322, section 3.6.4).
        if (facts.inReplyTo() != null) {
            before.remove(facts.inReplyTo());
            before.add(facts.inReplyTo());
        }
        return before.subList(Math.max(0, before.size() - MAX_REFERENCES), before.size());
    }

    private RuntimeException failed(
            JobContext context, Scope scope, MessageId id, boolean permanent, String answer, Exception failure) {
        if (context.isCancelled()) {
            return new IllegalStateException("sending was stopped", failure);
        }
        String error = shortened(answer);
        if (permanent || context.attempt() >= context.maxAttempts()) {
            scope.run(tx -> {
                conversation.delivered(tx, scope, id, Delivery.FAILED, error);
                return id;
            });
            count("failed");
            return new PermanentFailureException(
                    "The mail of message " + id + " was given up after attempt " + context.attempt() + ".", failure);
        }
        scope.run(tx -> {
            conversation.delayed(tx, id, error);
            return id;
        });
        count("retry");
        return new IllegalStateException("the mail of message " + id + " could not be sent now", failure);
    }

    private static String shortened(@Nullable String answer) {
        String line = CleanText.line(answer == null ? "" : answer);
        return line.length() <= MAX_ERROR ? line : line.substring(0, MAX_ERROR - 1) + "…";
    }

    private void count(String outcome) {
        meters.counter("insightdesk.mail.outbound", "outcome", outcome).increment();
    }
}
