package io.insightdesk.mail.internal;

import io.insightdesk.conversation.MessageId;
import io.insightdesk.internal.TicketSight;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.mail.Envelope;
import io.insightdesk.mail.InboundMail;
import io.insightdesk.mail.InboundMailId;
import io.insightdesk.mail.InboundResult;
import io.insightdesk.mail.MailboxId;
import io.insightdesk.storage.BlobId;
import io.insightdesk.ticket.TicketId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of received mails. */
final class InboundStore {

    /** A received mail and where its original is. */
    record Stored(InboundMail mail, BlobId raw) {}

    /** By what a mail is recognised when it comes again. */
    record Identity(
            @Nullable MailboxId mailbox,
            @Nullable String messageIdKey,
            String contentHash,
            @Nullable String sender) {}

    private static final String INSERT = """
            insert into {schema}.inbound_mail (
              tenant_id, id, raw_blob_id, envelope_from, envelope_to, state, received_at)
            values (:tenant, :id, :raw, :from, :to, 'received', :now)
            """;

    void insert(Tx tx, InboundMailId id, BlobId raw, Envelope envelope, Instant now) {
        tx.update(INSERT)
                .bind("id", id.value())
                .bind("raw", raw.value())
                .bind("from", envelope.sender())
                .bindArray("to", String.class, envelope.recipients())
                .bind("now", now)
                .execute();
    }

    private static final String COLUMNS = """
            select id, mailbox_id, raw_blob_id, envelope_from, envelope_to, state, reason, ticket_id, message_id, received_at,
              processed_at
            from {schema}.inbound_mail
            """;

    private static final String FIND = COLUMNS + "where tenant_id = :tenant and id = :id";

    /** Mail is where its ticket is, where it has one. */
    Optional<Stored> find(Tx tx, InboundMailId id, TicketSight sight) {
        String hidden = sight.isAll()
                ? ""
                : " and (inbound_mail.ticket_id is null or (true" + sight.conditionOn("inbound_mail.ticket_id") + "))";
        return sight.bind(tx.query(FIND + hidden))
                .bind("id", id.value())
                .map((row, context) -> stored(row))
                .findOne();
    }

    private static final String LOCK = FIND + " for update";

    Optional<Stored> lock(Tx tx, InboundMailId id) {
        return tx.query(LOCK)
                .bind("id", id.value())
                .map((row, context) -> stored(row))
                .findOne();
    }

    private static final String FIRST_OF_SAME = COLUMNS + """
            where tenant_id = :tenant
              and coalesce(mailbox_id, '00000000-0000-0000-0000-000000000000')
                = coalesce(:mailbox::uuid, '00000000-0000-0000-0000-000000000000')
              and coalesce(mail_message_id, '') = coalesce(:messageId, '') and content_hash = :contentHash
              and state in ('created', 'appended', 'ignored')
            """;

    /** The same mail to the same mailbox, received before. */
    Optional<Stored> firstOfSame(Tx tx, Identity identity) {
        MailboxId mailbox = identity.mailbox();
        return tx.query(FIRST_OF_SAME)
                .bindByType("mailbox", mailbox == null ? null : mailbox.value(), UUID.class)
                .bind("messageId", identity.messageIdKey())
                .bind("contentHash", identity.contentHash())
                .map((row, context) -> stored(row))
                .findOne();
    }

    private static final String ID_USED_BEFORE = """
            select exists (
              select from {schema}.inbound_mail
              where tenant_id = :tenant and mail_message_id = :messageId and mailbox_id is not distinct from :mailbox::uuid
                and content_hash <> :contentHash and state in ('created', 'appended', 'ignored'))
            """;

    /** Whether another mail to the same mailbox had the same Message-ID. */
    boolean idUsedBefore(Tx tx, Identity identity) {
        MailboxId mailbox = identity.mailbox();
        return tx.query(ID_USED_BEFORE)
                .bindByType("mailbox", mailbox == null ? null : mailbox.value(), UUID.class)
                .bind("messageId", identity.messageIdKey())
                .bind("contentHash", identity.contentHash())
                .mapTo(Boolean.class)
                .one();
    }

    private static final String COUNT_OF_SENDER = """
            select count(*)
            from (
              select
              from {schema}.inbound_mail
              where tenant_id = :tenant and sender = :sender and received_at > :since
                and mailbox_id is not distinct from :mailbox::uuid and state in ('created', 'appended', 'ignored')
              limit :most) as mails
            """;

    /** How many mails a sender sent to a mailbox lately. */
    int countOfSender(Tx tx, String sender, @Nullable MailboxId mailbox, Instant since, int most) {
        return tx.query(COUNT_OF_SENDER)
                .bind("sender", sender)
                .bindByType("mailbox", mailbox == null ? null : mailbox.value(), UUID.class)
                .bind("since", since)
                .bind("most", most)
                .mapTo(Integer.class)
                .one();
    }

    private static final String SETTLE = """
            update {schema}.inbound_mail
            set state = :state, reason = :reason, mailbox_id = coalesce(:mailbox, mailbox_id), mail_message_id = :messageId,
              content_hash = :contentHash, sender = :sender, ticket_id = :ticket, message_id = :message, processed_at = :now
            where tenant_id = :tenant and id = :id
            """;

    void settle(Tx tx, InboundResult result, @Nullable Identity identity, Instant now) {
        MailboxId mailbox = identity == null ? null : identity.mailbox();
        TicketId ticket = result.ticket();
        MessageId message = result.message();
        tx.update(SETTLE)
                .bind("id", result.id().value())
                .bind("state", result.outcome().wireName())
                .bind("reason", result.reason())
                .bindByType("mailbox", mailbox == null ? null : mailbox.value(), UUID.class)
                .bind("messageId", identity == null ? null : identity.messageIdKey())
                .bind("contentHash", identity == null ? null : identity.contentHash())
                .bind("sender", identity == null ? null : identity.sender())
                .bindByType("ticket", ticket == null ? null : ticket.value(), UUID.class)
                .bindByType("message", message == null ? null : message.value(), UUID.class)
                .bind("now", now)
                .execute();
    }

    private static final String TAKE_BACK = """
            update {schema}.inbound_mail
            set state = 'received', reason = null, processed_at = null
            where tenant_id = :tenant and id = :id and state = 'quarantined'
            """;

    /** Has a quarantined mail processed again; false when it is not in quarantine. */
    boolean takeBack(Tx tx, InboundMailId id) {
        return tx.update(TAKE_BACK).bind("id", id.value()).execute() == 1;
    }

    private static final String QUARANTINED = COLUMNS + """
            where tenant_id = :tenant and id > :after and state in ('received', 'quarantined') and state = 'quarantined'
            order by id
            limit :rows
            """;

    List<InboundMail> quarantined(Tx tx, UUID after, int rows) {
        return tx.query(QUARANTINED)
                .bind("after", after)
                .bind("rows", rows)
                .map((row, context) -> stored(row).mail())
                .list();
    }

    private static final String WAITING = """
            select id
            from {schema}.inbound_mail
            where tenant_id = :tenant and state in ('received', 'quarantined') and state = 'received'
              and received_at < :before
            order by id
            limit :rows
            """;

    /** Mails that should have been processed long ago. */
    List<InboundMailId> waiting(Tx tx, Instant before, int rows) {
        return tx.query(WAITING)
                .bind("before", before)
                .bind("rows", rows)
                .map((row, context) -> new InboundMailId(row.getObject(1, UUID.class)))
                .list();
    }

    private static Stored stored(ResultSet row) throws SQLException {
        String state = row.getString("state");
        UUID mailbox = row.getObject("mailbox_id", UUID.class);
        UUID ticket = row.getObject("ticket_id", UUID.class);
        UUID message = row.getObject("message_id", UUID.class);
        OffsetDateTime processed = row.getObject("processed_at", OffsetDateTime.class);
        InboundMail mail = new InboundMail(
                new InboundMailId(row.getObject("id", UUID.class)),
                state.equals("received") ? null : InboundResult.Outcome.of(state),
                row.getString("reason"),
                mailbox == null ? null : new MailboxId(mailbox),
                ticket == null ? null : new TicketId(ticket),
                message == null ? null : new MessageId(message),
                new Envelope(row.getString("envelope_from"), List.of((String[])
                        row.getArray("envelope_to").getArray())),
                row.getObject("received_at", OffsetDateTime.class).toInstant(),
                processed == null ? null : processed.toInstant());
        return new Stored(mail, new BlobId(row.getObject("raw_blob_id", UUID.class)));
    }
}
