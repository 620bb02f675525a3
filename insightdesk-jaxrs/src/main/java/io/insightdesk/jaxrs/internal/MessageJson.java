package io.insightdesk.jaxrs.internal;

import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.Delivery;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.MessageKind;
import io.insightdesk.event.ActorType;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A message of a ticket's conversation. */
record MessageJson(
        @Text("The message.") UUID id,
        @Text("Its ticket.") UUID ticketId,
        @Text("What it is.") MessageKind kind,
        @Text("Who wrote it.") Author author,
        @Text("Its own subject, such as that of the mail.") String subject,
        @Text("The whole as plain text.") String text,
        @Text("The whole as sanitised HTML.") @Nullable String html,
        @Text("The text without what it quotes.") String newText,

        @Text("What is unusual, such as automatic, bounce or duplicate_id.")
        List<String> flags,

        @Text("Its attachments, in order.") List<AttachmentJson> attachments,
        @Text("The mail it came by or leaves by.") @Nullable MailJson mail,

        @Text("What became of the mail that leaves.") @Nullable Delivery delivery,

        @Text("Why it could not be sent.") @Nullable String deliveryError,
        @Text("When it was recorded.") Instant createdAt)
        implements Wire {
    /** Who wrote a message. */
    record Author(
            @Text("What kind of person or program.") ActorType type,
            @Text("The agent, customer or token.") @Nullable UUID id,
            @Text("The name at the time of writing.") String name,

            @Text("The mail address at the time of writing.") @Nullable String email) {}

    /** The mail that a message came by or leaves by. */
    record MailJson(
            @Text("Its Message-ID without angle brackets.") @Nullable String messageId,

            @Text("The Message-ID it answers.") @Nullable String inReplyTo,
            @Text("The sender's address.") @Nullable String from,
            @Text("The addresses in To.") List<String> to,
            @Text("The addresses in Cc.") List<String> cc,

            @Text("When it was sent, as the mail says.") @Nullable Instant date) {}

    static MessageJson of(Message message, Function<Attachment, String> url) {
        Message.MailFacts mail = message.mail();
        return new MessageJson(
                message.id().value(),
                message.ticket().value(),
                message.kind(),
                new Author(
                        message.author().type(),
                        message.author().id(),
                        message.author().name(),
                        message.author().email()),
                message.subject(),
                message.text(),
                message.html(),
                message.newText(),
                message.flags().stream().sorted().toList(),
                message.attachments().stream()
                        .map(a -> AttachmentJson.of(a, url.apply(a)))
                        .toList(),
                mail == null
                        ? null
                        : new MailJson(
                                mail.messageId(), mail.inReplyTo(), mail.from(), mail.to(), mail.cc(), mail.date()),
                message.delivery(),
                message.deliveryError(),
                message.createdAt());
    }
}
