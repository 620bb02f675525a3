package io.insightdesk.mail.internal;

import io.insightdesk.conversation.MessageId;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.ticket.TicketId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL by which mails find the messages and tickets they belong to. */
final class ReferenceStore {

    /** A message that a Message-ID stands for. */
    record Found(String key, MessageId message, TicketId ticket, boolean ours) {}

    private static final String INSERT = """
            insert into {schema}.message_reference (tenant_id, mail_message_id, message_id, ticket_id)
            values (:tenant, :key, :message, :ticket)
            on conflict do nothing
            """;

    void insert(Tx tx, String key, MessageId message, TicketId ticket) {
        tx.update(INSERT)
                .bind("key", key)
                .bind("message", message.value())
                .bind("ticket", ticket.value())
                .execute();
    }

    private static final String FIND = """
            select r.mail_message_id, r.message_id, r.ticket_id, m.delivery is not null as ours
            from {schema}.message_reference r
            join {schema}.message m on m.tenant_id = r.tenant_id and m.id = r.message_id
            where r.tenant_id = :tenant and r.mail_message_id = any(:keys)
            order by r.message_id desc
            limit 200
            """;

    /** The messages of these ids, the newest first. An id may stand for several. */
    List<Found> find(Tx tx, Collection<String> keys) {
        if (keys.isEmpty()) {
            return List.of();
        }
        return tx.query(FIND)
                .bindArray("keys", String.class, List.copyOf(keys))
                .map((row, context) -> new Found(
                        row.getString("mail_message_id"),
                        new MessageId(row.getObject("message_id", UUID.class)),
                        new TicketId(row.getObject("ticket_id", UUID.class)),
                        row.getBoolean("ours")))
                .list();
    }

    private static final String TAKES_PART = """
            select exists (
                select from {schema}.ticket t
                where t.tenant_id = :tenant and t.id = :ticket and t.requester_id = :customer)
              or exists (
                select from {schema}.message m
                where m.tenant_id = :tenant and m.ticket_id = :ticket and m.kind in ('customer', 'agent')
                  and not 'unverified_sender' = any(m.flags)
                  and (m.author_id = :customer or lower(m.author_email) = :email or m.mail_from = :email
                    or :email = any(m.mail_to) or :email = any(m.mail_cc)))
            """;

    /** Whether somebody is requester, author or recipient in a ticket. Notes, and messages of doubtful senders, do not count. */
    boolean takesPart(Tx tx, TicketId ticket, String email, @Nullable CustomerId customer) {
        return tx.query(TAKES_PART)
                .bind("ticket", ticket.value())
                .bind("email", email)
                .bindByType("customer", customer == null ? null : customer.value(), UUID.class)
                .mapTo(Boolean.class)
                .one();
    }

    /** A mail of the conversation, from which the answer goes on. */
    record Last(@Nullable String messageId, @Nullable String from) {}

    private static final String LAST_OF_CUSTOMER = """
            select mail_message_id, mail_from
            from {schema}.message
            where tenant_id = :tenant and ticket_id = :ticket and kind = 'customer'
              and (mail_message_id is not null or mail_from is not null) and not 'automatic' = any(flags)
            order by created_at desc, id desc
            limit 1
            """;

    /** The customer's last mail. */
    Optional<Last> lastOfCustomer(Tx tx, TicketId ticket) {
        return tx.query(LAST_OF_CUSTOMER)
                .bind("ticket", ticket.value())
                .map((row, context) -> new Last(row.getString("mail_message_id"), row.getString("mail_from")))
                .findOne();
    }

    private static final String UNSENT = """
            select id
            from {schema}.message
            where tenant_id = :tenant and delivery = 'queued' and created_at < :before
            order by created_at, id
            limit :rows
            """;

    /** Answers that should have been sent, or tried, long ago. */
    List<MessageId> unsent(Tx tx, Instant before, int rows) {
        return tx.query(UNSENT)
                .bind("before", before)
                .bind("rows", rows)
                .map((row, context) -> new MessageId(row.getObject(1, UUID.class)))
                .list();
    }
}
