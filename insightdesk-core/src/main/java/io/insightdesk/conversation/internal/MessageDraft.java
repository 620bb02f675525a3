package io.insightdesk.conversation.internal;

import io.insightdesk.conversation.AttachmentId;
import io.insightdesk.conversation.Delivery;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.MessageId;
import io.insightdesk.conversation.MessageKind;
import io.insightdesk.storage.BlobId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message whose body is settled, to be added to a ticket.
 *
 * @param id the message, so that mail can be composed before it is stored
 * @param raw the raw mail it came by; null for none
 */
public record MessageDraft(
        MessageId id,
        MessageKind kind,
        Message.Author author,
        String subject,
        String text,
        @Nullable String html,
        String newText,
        Set<String> flags,
        List<AttachmentId> attachments,
        Message.@Nullable MailFacts mail,
        @Nullable BlobId raw,
        @Nullable Delivery delivery) {}
