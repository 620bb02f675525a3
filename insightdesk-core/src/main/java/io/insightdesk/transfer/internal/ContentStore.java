package io.insightdesk.transfer.internal;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.storage.BlobId;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.transfer.Persons;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** SQL that takes away what tickets say. Where an author is given, only what that customer wrote. */
final class ContentStore {

    private static final String LOCK = """
            select t.erased_at is not null and t.erased_at >= coalesce(t.closed_at, '-infinity') as erased,
            """ + HoldStore.TICKET_IS_HELD + """
            as held
            from {schema}.ticket t
            where t.tenant_id = :tenant and t.id = :ticket
            for no key update
            """;

    /** A locked ticket: whether it was emptied, and whether it must be kept. */
    record Locked(boolean erased, boolean held) {}

    /** Locks a ticket; empty where there is none. */
    Optional<Locked> lock(Tx tx, TicketId ticket) {
        return tx.query(LOCK)
                .bind("ticket", ticket.value())
                .map((row, context) -> new Locked(row.getBoolean("erased"), row.getBoolean("held")))
                .findOne();
    }

    /** All that a message {@code m} says, and who said it. Part of other statements. */
    static final String ALL_WORDS = """
            concat_ws(' ', m.subject, m.text, m.html, m.new_text, m.author_name, m.author_email, m.mail_message_id,
              m.mail_in_reply_to, m.mail_from, array_to_string(m.mail_to, ' '), array_to_string(m.mail_cc, ' '), m.delivery_error)
            """;

    private static final String NAMES = """
            select exists (
              select from {schema}.message m
              where m.tenant_id = :tenant and m.ticket_id = :ticket and (
                (m.author_type = 'customer' and m.author_id = :customer and not 'erased' = any(m.flags))
                or
            """ + ALL_WORDS + """
                ~* :pattern))
            """;

    /** Whether a ticket has a message of the person, or one that names an address of the person. */
    boolean names(Tx tx, TicketId ticket, CustomerId customer, PersonalWords words) {
        return tx.query(NAMES)
                .bind("ticket", ticket.value())
                .bind("customer", customer.value())
                .bind("pattern", words.addressPattern())
                .mapTo(Boolean.class)
                .one();
    }

    private static final String OF_AUTHOR = """
             and (:author::uuid is null or (m.author_type = 'customer' and m.author_id = :author))
            """;

    private static final String MESSAGES = """
            (select m.id
              from {schema}.message m
              where m.tenant_id = :tenant and m.ticket_id = :ticket
            """ + OF_AUTHOR + ")";

    private static final String BLOBS = """
            select m.raw_blob_id
            from {schema}.message m
            where m.tenant_id = :tenant and m.ticket_id = :ticket and m.raw_blob_id is not null
            union
            select i.raw_blob_id
            from {schema}.inbound_mail i
            where i.tenant_id = :tenant and i.ticket_id = :ticket
            union
            select a.blob_id
            from {schema}.attachment a
            where a.tenant_id = :tenant and a.message_id in
            """ + MESSAGES;

    /** The raw mails of a ticket, all of them, and the attachments. */
    List<BlobId> blobs(Tx tx, TicketId ticket, @Nullable CustomerId author) {
        return bind(tx.query(BLOBS), ticket, author)
                .map((row, context) -> new BlobId(row.getObject(1, UUID.class)))
                .list();
    }

    private static final String UNLINK_MAILS = """
            update {schema}.message
            set raw_blob_id = null
            where tenant_id = :tenant and ticket_id = :ticket and raw_blob_id is not null
            """;

    private static final String DELETE_MAILS = """
            delete from {schema}.inbound_mail
            where tenant_id = :tenant and ticket_id = :ticket
            """;

    private static final String DELETE_REFERENCES = """
            delete from {schema}.message_reference
            where tenant_id = :tenant and message_id in
            """ + MESSAGES;

    private static final String DELETE_ATTACHMENTS = """
            delete from {schema}.attachment
            where tenant_id = :tenant and message_id in
            """ + MESSAGES;

    /** Removes raw mails, the Message-IDs that were made from them, and attachments; answers how many attachments. */
    int deleteParts(Tx tx, TicketId ticket, @Nullable CustomerId author) {
        bind(tx.update(UNLINK_MAILS), ticket, author).execute();
        bind(tx.update(DELETE_MAILS), ticket, author).execute();
        bind(tx.update(DELETE_REFERENCES), ticket, author).execute();
        return bind(tx.update(DELETE_ATTACHMENTS), ticket, author).execute();
    }

    /** Agents keep their names; those of customers, and of what mail systems call themselves, go. */
    private static final String ERASE_MESSAGES = """
            update {schema}.message m
            set author_name = case m.author_type when 'customer' then :name when 'system' then 'System' else m.author_name end,
              author_email = null, subject = '', text = '', html = null, new_text = '',
              flags = array_append(m.flags, 'erased'), mail_message_id = null, mail_in_reply_to = null, mail_from = null,
              mail_to = '{}', mail_cc = '{}', mail_date = null, raw_blob_id = null,
              delivery = case m.delivery when 'queued' then 'failed' else m.delivery end, delivery_error = null
            where m.tenant_id = :tenant and m.ticket_id = :ticket and not 'erased' = any(m.flags)
            """ + OF_AUTHOR;

    /** Empties messages; what was not sent will not be. Answers how many. */
    int eraseMessages(Tx tx, TicketId ticket, @Nullable CustomerId author) {
        return bind(tx.update(ERASE_MESSAGES), ticket, author)
                .bind("name", Persons.ERASED_NAME)
                .execute();
    }

    private static final String ERASE_TICKET = """
            update {schema}.ticket
            set subject = 'Erased', custom_fields = '{}', erased_at = :now, version = version + 1, event_seq = event_seq + 1
            where tenant_id = :tenant and id = :ticket
            returning event_seq
            """;

    /** Empties a ticket; answers the number of the event that tells it. */
    long eraseTicket(Tx tx, TicketId ticket, Instant now) {
        return tx.query(ERASE_TICKET)
                .bind("ticket", ticket.value())
                .bind("now", now)
                .mapTo(Long.class)
                .one();
    }

    private static final String ERASE_EVENT_NAMES = """
            select {schema}.erase_event_names(:author, :ticket, :name)
            """;

    void eraseEventNames(Tx tx, TicketId ticket, @Nullable CustomerId author) {
        int unused = bind(tx.query(ERASE_EVENT_NAMES), ticket, author)
                .bind("name", Persons.ERASED_NAME)
                .mapTo(Integer.class)
                .one();
    }

    /** What a customer's mail quotes of others may be what was erased, so it is cut off where the customer took part. */
    private static final String REDACT_MESSAGES = """
            update {schema}.message m
            set subject = regexp_replace(m.subject, :pattern, :erased, 'gi'),
              text = regexp_replace(case when :cut and m.kind = 'customer' then m.new_text else m.text end, :pattern, :erased, 'gi'),
              html = case when :cut and m.kind = 'customer' and m.text <> m.new_text then null
                else regexp_replace(m.html, :pattern, :erased, 'gi') end,
              new_text = regexp_replace(m.new_text, :pattern, :erased, 'gi'),
              author_name = regexp_replace(m.author_name, :pattern, :erased, 'gi'),
              author_email = case when lower(m.author_email) = any(:addresses) then null else m.author_email end,
              mail_message_id = case when m.mail_message_id ~* :pattern then null else m.mail_message_id end,
              mail_in_reply_to = case when m.mail_in_reply_to ~* :pattern then null else m.mail_in_reply_to end,
              mail_from = case when m.mail_from = any(:addresses) then null else m.mail_from end,
              mail_to = array(select one from unnest(m.mail_to) as one where lower(one) <> all(:addresses)),
              mail_cc = array(select one from unnest(m.mail_cc) as one where lower(one) <> all(:addresses)),
              delivery_error = regexp_replace(m.delivery_error, :pattern, :erased, 'gi'),
              raw_blob_id = null
            where m.tenant_id = :tenant and m.ticket_id = :ticket and not 'erased' = any(m.flags)
              and (m.author_type <> 'customer' or m.author_id is distinct from :customer)
            """;

    private static final String REDACT_FILE_NAMES = """
            update {schema}.attachment a
            set filename = regexp_replace(a.filename, :pattern, :erased, 'gi')
            from {schema}.message m
            where a.tenant_id = :tenant and m.tenant_id = :tenant and m.ticket_id = :ticket and a.message_id = m.id
              and a.filename ~* :pattern
            """;

    private static final String REDACT_TICKET = """
            update {schema}.ticket
            set subject = regexp_replace(subject, :pattern, :erased, 'gi'),
              custom_fields = regexp_replace(custom_fields::text, :pattern, :erased, 'gi')::jsonb,
              version = version + 1, event_seq = event_seq + 1
            where tenant_id = :tenant and id = :ticket
            returning event_seq
            """;

    /**
     * Takes a person out of what others said in a ticket.
     *
     * @param cut whether the person wrote there, so that others may have quoted it
     * @return the number of the event that tells it
     */
    long redact(Tx tx, TicketId ticket, CustomerId customer, PersonalWords words, boolean cut) {
        redacting(tx.update(REDACT_MESSAGES), ticket, words)
                .bind("cut", cut)
                .bind("customer", customer.value())
                .bindArray("addresses", String.class, words.addresses())
                .execute();
        redacting(tx.update(REDACT_FILE_NAMES), ticket, words).execute();
        return redacting(tx.query(REDACT_TICKET), ticket, words)
                .mapTo(Long.class)
                .one();
    }

    private static <S extends SqlStatement<S>> S redacting(S statement, TicketId ticket, PersonalWords words) {
        return statement
                .bind("ticket", ticket.value())
                .bind("pattern", words.pattern())
                .bind("erased", "[erased]");
    }

    private static <S extends SqlStatement<S>> S bind(S statement, TicketId ticket, @Nullable CustomerId author) {
        return statement
                .bind("ticket", ticket.value())
                .bindByType("author", author == null ? null : author.value(), UUID.class);
    }

    private static final String CLOSED_BEFORE = """
            from {schema}.ticket t
            where t.tenant_id = :tenant and t.status = 'closed' and (t.erased_at is null or t.erased_at < t.closed_at)
              and t.closed_at < :before and not
            """ + HoldStore.TICKET_IS_HELD;

    private static final String CLOSED_TICKETS = "select t.id " + CLOSED_BEFORE + """
            order by t.closed_at
            limit :limit
            """;

    /** Closed tickets that say something and are not held. */
    List<TicketId> closedBefore(Tx tx, Instant before, int limit) {
        return tx.query(CLOSED_TICKETS)
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> new TicketId(row.getObject(1, UUID.class)))
                .list();
    }

    private static final String OLD_ATTACHMENTS = """
            from {schema}.attachment a
            join {schema}.message m on m.tenant_id = a.tenant_id and m.id = a.message_id
            join {schema}.ticket t on t.tenant_id = m.tenant_id and t.id = m.ticket_id
            where a.tenant_id = :tenant and a.message_id is not null and a.created_at < :before and t.status = 'closed' and not
            """ + HoldStore.TICKET_IS_HELD;

    private static final String DELETE_OLD_ATTACHMENTS = """
            with old as materialized (
              select a.id, m.id as message_id
            """ + OLD_ATTACHMENTS + """
              order by a.created_at
              limit :limit
              for update of a skip locked),
            noted as (
              update {schema}.message m
              set flags = array_append(m.flags, 'attachments_removed')
              where m.tenant_id = :tenant and m.id in (select message_id from old) and not 'attachments_removed' = any(m.flags))
            delete from {schema}.attachment a
            using old
            where a.tenant_id = :tenant and a.id = old.id
            returning a.blob_id
            """;

    /** Removes attachments of closed tickets, and notes at their messages that there were some; answers their contents. */
    List<BlobId> deleteAttachments(Tx tx, Instant before, int limit) {
        return tx.query(DELETE_OLD_ATTACHMENTS)
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> new BlobId(row.getObject(1, UUID.class)))
                .list();
    }

    private static final String OLD_MAILS =
            """
            from {schema}.inbound_mail i
            left join {schema}.ticket t on t.tenant_id = i.tenant_id and t.id = i.ticket_id
            where i.tenant_id = :tenant and i.received_at < :before and i.state <> 'received' and not
            """ + HoldStore.SENDER_IS_HELD + " and (t.id is null or not " + HoldStore.TICKET_IS_HELD + ") ";

    private static final String DELETE_OLD_MAILS = """
            with old as materialized (
              select i.id
            """ + OLD_MAILS + """
              order by i.received_at
              limit :limit
              for update of i skip locked),
            gone as (
              delete from {schema}.inbound_mail i
              using old
              where i.tenant_id = :tenant and i.id = old.id
              returning i.raw_blob_id),
            unlinked as (
              update {schema}.message m
              set raw_blob_id = null
              where m.tenant_id = :tenant and m.raw_blob_id in (select raw_blob_id from gone))
            select raw_blob_id
            from gone
            """;

    /** Removes raw mails with what is known of how they came in; answers their contents. */
    List<BlobId> deleteMails(Tx tx, Instant before, int limit) {
        return tx.query(DELETE_OLD_MAILS)
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> new BlobId(row.getObject(1, UUID.class)))
                .list();
    }

    private static final String COUNT_TICKETS = "select count(*) " + CLOSED_BEFORE;
    private static final String COUNT_ATTACHMENTS = "select count(*) " + OLD_ATTACHMENTS;
    private static final String COUNT_MAILS = "select count(*) " + OLD_MAILS;

    long countTickets(Tx tx, Instant before) {
        return count(tx, COUNT_TICKETS, before);
    }

    long countAttachments(Tx tx, Instant before) {
        return count(tx, COUNT_ATTACHMENTS, before);
    }

    long countMails(Tx tx, Instant before) {
        return count(tx, COUNT_MAILS, before);
    }

    private static long count(Tx tx, String sql, Instant before) {
        return tx.query(sql).bind("before", before).mapTo(Long.class).one();
    }
}
