package io.insightdesk.conversation.internal;

import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.AttachmentId;
import io.insightdesk.conversation.Delivery;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.MessageId;
import io.insightdesk.conversation.MessageKind;
import io.insightdesk.event.ActorType;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.storage.BlobId;
import io.insightdesk.storage.ScanResult;
import io.insightdesk.ticket.TicketId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of messages and attachments. */
final class ConversationStore {

    private static final String INSERT = """
            insert into {schema}.message (
              tenant_id, id, ticket_id, kind, author_type, author_id, author_name, author_email, subject, text, html, new_text,
              flags, mail_message_id, mail_in_reply_to, mail_from, mail_to, mail_cc, mail_date, raw_blob_id, delivery,
              created_at)
            values (
              :tenant, :id, :ticket, :kind, :authorType, :authorId, :authorName, :authorEmail, :subject, :text, :html, :newText,
              :flags, :mailMessageId, :inReplyTo, :mailFrom, :mailTo, :mailCc, :mailDate, :rawBlob, :delivery,
              :createdAt)
            """;

    void insert(Tx tx, Message message, @Nullable BlobId raw) {
        Message.MailFacts mail = message.mail();
        Delivery delivery = message.delivery();
        tx.update(INSERT)
                .bind("id", message.id().value())
                .bind("ticket", message.ticket().value())
                .bind("kind", message.kind().wireName())
                .bind("authorType", message.author().type().wireName())
                .bindByType("authorId", message.author().id(), UUID.class)
                .bind("authorName", message.author().name())
                .bind("authorEmail", message.author().email())
                .bind("subject", message.subject())
                .bind("text", message.text())
                .bind("html", message.html())
                .bind("newText", message.newText())
                .bindArray(
                        "flags", String.class, message.flags().stream().sorted().toList())
                .bind("mailMessageId", mail == null ? null : mail.messageId())
                .bind("inReplyTo", mail == null ? null : mail.inReplyTo())
                .bind("mailFrom", mail == null ? null : mail.from())
                .bindArray("mailTo", String.class, mail == null ? List.of() : mail.to())
                .bindArray("mailCc", String.class, mail == null ? List.of() : mail.cc())
                .bindByType("mailDate", mail == null ? null : mail.date(), Instant.class)
                .bindByType("rawBlob", raw == null ? null : raw.value(), UUID.class)
                .bind("delivery", delivery == null ? null : delivery.wireName())
                .bind("createdAt", message.createdAt())
                .execute();
    }

    private static final String COLUMNS = """
            select m.id, m.ticket_id, m.kind, m.author_type, m.author_id, m.author_name, m.author_email, m.subject, m.text,
              m.html, m.new_text, m.flags, m.mail_message_id, m.mail_in_reply_to, m.mail_from, m.mail_to, m.mail_cc,
              m.mail_date, m.delivery, m.delivery_error, m.created_at
            from {schema}.message m
            """;

    private static final String FIND = COLUMNS + "where m.tenant_id = :tenant and m.id = :id";

    Optional<Message> find(Tx tx, MessageId id, Access access) {
        return access.tickets()
                .bind(tx.query(FIND + seen(access)))
                .bind("id", id.value())
                .map((row, context) -> message(row, List.of()))
                .findOne()
                .map(found -> withAttachments(tx, List.of(found)).get(0));
    }

    private static final String LIST = COLUMNS + """
            where m.tenant_id = :tenant and m.ticket_id = :ticket
              and (:afterId::uuid is null or (m.created_at, m.id) > (:afterTime::timestamptz, :afterId))
            """;
    private static final String ORDER = """

            order by m.created_at, m.id
            limit :rows
            """;

    /** Lists one more message than the limit, so that the caller knows whether there is a next page. */
    List<Message> list(Tx tx, TicketId ticket, Cursors.@Nullable Position after, int limit, Access access) {
        List<Message> found = access.tickets()
                .bind(tx.query(LIST + seen(access) + ORDER))
                .bind("ticket", ticket.value())
                .bindByType("afterTime", after == null ? null : after.instant(0), Instant.class)
                .bindByType("afterId", after == null ? null : after.uuid(1), UUID.class)
                .bind("rows", limit + 1)
                .map((row, context) -> message(row, List.of()))
                .list();
        return withAttachments(tx, found);
    }

    /** Which messages there are for an actor, as the end of a condition on {@code message m}. */
    private static String seen(Access access) {
        boolean notes = access.allows(Permission.NOTE_READ) && access.tickets().customer() == null;
        return (notes ? "" : "\n  and m.kind in ('customer', 'agent')")
                + access.tickets().conditionOn("m.ticket_id");
    }

    private static final String ATTACHMENTS_OF = """
            select message_id, id, filename, content_type, claimed_type, size, inline, content_id, scan, scan_finding, created_at
            from {schema}.attachment
            where tenant_id = :tenant and message_id = any(:messages)
            order by message_id, position
            """;

    private static List<Message> withAttachments(Tx tx, List<Message> messages) {
        if (messages.isEmpty()) {
            return messages;
        }
        Map<UUID, List<Attachment>> byMessage = new HashMap<>();
        tx.query(ATTACHMENTS_OF)
                .bindArray(
                        "messages",
                        UUID.class,
                        messages.stream().map(m -> m.id().value()).toList())
                .map((row, context) -> {
                    byMessage
                            .computeIfAbsent(row.getObject("message_id", UUID.class), id -> new ArrayList<>())
                            .add(attachment(row));
                    return true;
                })
                .list();
        return messages.stream()
                .map(m -> with(m, byMessage.getOrDefault(m.id().value(), List.of())))
                .toList();
    }

    private static final String INSERT_ATTACHMENT = """
            insert into {schema}.attachment (
              tenant_id, id, blob_id, filename, content_type, claimed_type, size, inline, content_id, scan, scan_finding,
              created_at, uploader_id)
            values (
              :tenant, :id, :blob, :filename, :contentType, :claimedType, :size, :inline, :contentId, :scan, :finding, :createdAt,
              :uploader)
            """;

    void insertAttachment(Tx tx, Attachment attachment, BlobId blob, @Nullable UUID uploader) {
        ScanResult scan = attachment.scan();
        tx.update(INSERT_ATTACHMENT)
                .bind("id", attachment.id().value())
                .bind("blob", blob.value())
                .bind("filename", attachment.filename())
                .bind("contentType", attachment.contentType())
                .bind("claimedType", attachment.claimedType())
                .bind("size", attachment.size())
                .bind("inline", attachment.inline())
                .bind("contentId", attachment.contentId())
                .bind("scan", scan == null ? null : scan.verdict().wireName())
                .bind("finding", scan == null ? null : scan.finding())
                .bind("createdAt", attachment.createdAt())
                .bindByType("uploader", uploader, UUID.class)
                .execute();
    }

    /** An attachment and where its content is. */
    record Stored(Attachment attachment, BlobId blob) {}

    private static final String FIND_ATTACHMENT = """
            select a.id, a.blob_id, a.filename, a.content_type, a.claimed_type, a.size, a.inline, a.content_id, a.scan,
              a.scan_finding, a.created_at
            from {schema}.attachment a
            where a.tenant_id = :tenant and a.id = :id
            """;

    Optional<Stored> findAttachment(Tx tx, AttachmentId id, Access access) {
        return access.tickets()
                .bind(tx.query(FIND_ATTACHMENT + ofSeen(access)))
                .bind("id", id.value())
                .map((row, context) -> new Stored(attachment(row), new BlobId(row.getObject("blob_id", UUID.class))))
                .findOne();
    }

    /** An attachment is where its message is; before it has one, its identifier is known to who uploaded it. */
    private static String ofSeen(Access access) {
        String messages = seen(access);
        if (messages.isEmpty()) {
            return "";
        }
        String own = access.tickets().customer() == null ? "" : " and a.uploader_id = :sightCustomer";
        return "  and (a.message_id is null" + own
                + " or exists (select from {schema}.message m where m.tenant_id = :tenant and m.id = a.message_id"
                + messages
                + "))";
    }

    private static final String CLAIM_ATTACHMENT = """
            update {schema}.attachment
            set message_id = :message, position = :position
            where tenant_id = :tenant and id = :id and message_id is null
              and (:uploader::uuid is null or uploader_id = :uploader)
            returning id, blob_id, filename, content_type, claimed_type, size, inline, content_id, scan, scan_finding, created_at
            """;

    /**
     * Gives an uploaded attachment to a message; empty when there is none that is free.
     *
     * @param uploader whose upload it must be; null for anybody's
     */
    Optional<Stored> claimAttachment(Tx tx, AttachmentId id, MessageId message, int position, @Nullable UUID uploader) {
        return tx.query(CLAIM_ATTACHMENT)
                .bindByType("uploader", uploader, UUID.class)
                .bind("id", id.value())
                .bind("message", message.value())
                .bind("position", position)
                .map((row, context) -> new Stored(attachment(row), new BlobId(row.getObject("blob_id", UUID.class))))
                .findOne();
    }

    private static final String DELETE_ABANDONED = """
            delete from {schema}.attachment
            where tenant_id = :tenant and message_id is null and created_at < :before
            """;

    /** Forgets uploads that no message took; their blobs are swept by themselves. */
    int deleteAbandoned(Tx tx, Instant before) {
        return tx.update(DELETE_ABANDONED).bind("before", before).execute();
    }

    private static final String SET_DELIVERY = """
            update {schema}.message
            set delivery = :delivery, delivery_error = :error
            where tenant_id = :tenant and id = :id
            """;

    boolean setDelivery(Tx tx, MessageId id, Delivery delivery, @Nullable String error) {
        return tx.update(SET_DELIVERY)
                        .bind("id", id.value())
                        .bind("delivery", delivery.wireName())
                        .bind("error", error)
                        .execute()
                == 1;
    }

    private static final String LATEST_REFERENCE = """
            select mail_message_id
            from {schema}.message
            where tenant_id = :tenant and ticket_id = :ticket and mail_message_id is not null and kind in ('customer', 'agent')
            order by created_at, id
            """;

    /** The Message-IDs of a conversation, oldest first. */
    List<String> mailMessageIds(Tx tx, TicketId ticket) {
        return tx.query(LATEST_REFERENCE)
                .bind("ticket", ticket.value())
                .mapTo(String.class)
                .list();
    }

    private static Message with(Message m, List<Attachment> attachments) {
        return new Message(
                m.id(),
                m.ticket(),
                m.kind(),
                m.author(),
                m.subject(),
                m.text(),
                m.html(),
                m.newText(),
                m.flags(),
                attachments,
                m.mail(),
                m.delivery(),
                m.deliveryError(),
                m.createdAt());
    }

    private static Message message(ResultSet row, List<Attachment> attachments) throws SQLException {
        String delivery = row.getString("delivery");
        return new Message(
                new MessageId(row.getObject("id", UUID.class)),
                new TicketId(row.getObject("ticket_id", UUID.class)),
                MessageKind.of(row.getString("kind")),
                new Message.Author(
                        ActorType.valueOf(row.getString("author_type").toUpperCase(Locale.ROOT)),
                        row.getObject("author_id", UUID.class),
                        row.getString("author_name"),
                        row.getString("author_email")),
                row.getString("subject"),
                row.getString("text"),
                row.getString("html"),
                row.getString("new_text"),
                Set.of(texts(row, "flags")),
                attachments,
                mail(row),
                delivery == null ? null : Delivery.of(delivery),
                row.getString("delivery_error"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }

    private static Message.@Nullable MailFacts mail(ResultSet row) throws SQLException {
        String messageId = row.getString("mail_message_id");
        String from = row.getString("mail_from");
        if (messageId == null && from == null) {
            return null;
        }
        OffsetDateTime date = row.getObject("mail_date", OffsetDateTime.class);
        return new Message.MailFacts(
                messageId,
                row.getString("mail_in_reply_to"),
                from,
                List.of(texts(row, "mail_to")),
                List.of(texts(row, "mail_cc")),
                date == null ? null : date.toInstant());
    }

    private static String[] texts(ResultSet row, String column) throws SQLException {
        return (String[]) row.getArray(column).getArray();
    }

    private static Attachment attachment(ResultSet row) throws SQLException {
        String scan = row.getString("scan");
        return new Attachment(
                new AttachmentId(row.getObject("id", UUID.class)),
                row.getString("filename"),
                row.getString("content_type"),
                row.getString("claimed_type"),
                row.getLong("size"),
                row.getBoolean("inline"),
                row.getString("content_id"),
                scan == null ? null : new ScanResult(ScanResult.Verdict.of(scan), row.getString("scan_finding")),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
