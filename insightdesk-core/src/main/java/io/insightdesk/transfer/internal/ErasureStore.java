package io.insightdesk.transfer.internal;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.storage.BlobId;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.transfer.OperationId;
import io.insightdesk.transfer.Persons;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.SqlStatement;

/** SQL of erasing a person. */
final class ErasureStore {

    static final UUID BEGINNING = new UUID(0, 0);

    /** What an erasure does, in this order. */
    enum Step {
        TICKETS,
        MAILS,
        MESSAGES,
        SUBJECTS,
        REST;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** An erasure that is under way. */
    record Erasure(
            CustomerId customer,
            OperationId operation,
            PersonalWords words,
            Step step,
            UUID after,
            Instant requestedAt) {}

    private static final String LOCK_CUSTOMER = """
            select erased_at is not null
            from {schema}.customer
            where tenant_id = :tenant and id = :customer
            for no key update
            """;

    /** Locks a customer, and tells whether it is erased; empty where there is none. */
    Optional<Boolean> lockCustomer(Tx tx, CustomerId customer) {
        return tx.query(LOCK_CUSTOMER)
                .bind("customer", customer.value())
                .mapTo(Boolean.class)
                .findOne();
    }

    private static final String IS_ERASED = """
            select exists (
              select from {schema}.customer
              where tenant_id = :tenant and id = :customer and erased_at is not null)
            """;

    boolean isErased(Tx tx, UUID customer) {
        return tx.query(IS_ERASED)
                .bind("customer", customer)
                .mapTo(Boolean.class)
                .one();
    }

    private static final String ADDRESSES = """
            select address
            from {schema}.customer_address
            where tenant_id = :tenant and customer_id = :customer
            union
            select lower(m.author_email)
            from {schema}.message m
            where m.tenant_id = :tenant and m.author_type = 'customer' and m.author_id = :customer and m.author_email is not null
            union
            select m.mail_from
            from {schema}.message m
            where m.tenant_id = :tenant and m.author_type = 'customer' and m.author_id = :customer and m.mail_from is not null
            """;

    private static final String NAMES = """
            select name
            from {schema}.customer
            where tenant_id = :tenant and id = :customer
            union
            select m.author_name
            from {schema}.message m
            where m.tenant_id = :tenant and m.author_type = 'customer' and m.author_id = :customer
            """;

    /** The names and addresses that a customer has, and had when something was written. */
    PersonalWords words(Tx tx, CustomerId customer) {
        return new PersonalWords(texts(tx, ADDRESSES, customer), texts(tx, NAMES, customer));
    }

    private static List<String> texts(Tx tx, String sql, CustomerId customer) {
        return tx.query(sql)
                .bind("customer", customer.value())
                .mapTo(String.class)
                .list();
    }

    private static final String INSERT = """
            insert into {schema}.person_erasure (tenant_id, customer_id, operation_id, addresses, names, requested_at)
            values (:tenant, :customer, :operation, :addresses, :names, :now)
            """;

    private static final String DELETE_ADDRESSES = """
            delete from {schema}.customer_address
            where tenant_id = :tenant and customer_id = :customer
            """;

    private static final String DELETE_LINKS = """
            delete from {schema}.login_link
            where tenant_id = :tenant and email = any(:addresses)
            """;

    private static final String ERASE_CUSTOMER = """
            update {schema}.customer
            set name = :name, organization_id = null, external_id = null, erased_at = :now, updated_at = :now,
              version = version + 1
            where tenant_id = :tenant and id = :customer
            """;

    /** Takes name and addresses away from a locked customer, and keeps them for as long as they are looked for. */
    void begin(Tx tx, CustomerId customer, OperationId operation, PersonalWords words, Instant now) {
        tx.update(INSERT)
                .bind("customer", customer.value())
                .bind("operation", operation.value())
                .bindArray("addresses", String.class, words.addresses())
                .bindArray("names", String.class, words.names())
                .bind("now", now)
                .execute();
        // Those of the customer go with the addresses; others were asked for when the address was nobody's.
        tx.update(DELETE_LINKS)
                .bindArray("addresses", String.class, words.addresses())
                .execute();
        tx.update(DELETE_ADDRESSES).bind("customer", customer.value()).execute();
        tx.update(ERASE_CUSTOMER)
                .bind("customer", customer.value())
                .bind("name", Persons.ERASED_NAME)
                .bind("now", now)
                .execute();
    }

    private static final String FIND = """
            select customer_id, operation_id, addresses, names, step, after_id, requested_at
            from {schema}.person_erasure
            where tenant_id = :tenant and operation_id = :operation
            """;

    Optional<Erasure> find(Tx tx, OperationId operation) {
        return tx.query(FIND)
                .bind("operation", operation.value())
                .map((row, context) -> erasure(row))
                .findOne();
    }

    private static final String EARLIER_ARE_OVER = """
            select begun < pg_snapshot_xmin(pg_current_snapshot())
            from {schema}.person_erasure
            where tenant_id = :tenant and customer_id = :customer
            """;

    /** Whether all transactions are over that wrote something before the person's name and addresses were gone. */
    boolean earlierAreOver(Tx tx, CustomerId customer) {
        return tx.query(EARLIER_ARE_OVER)
                .bind("customer", customer.value())
                .mapTo(Boolean.class)
                .one();
    }

    private static final String MOVE_ON = """
            update {schema}.person_erasure
            set step = :step, after_id = :after
            where tenant_id = :tenant and customer_id = :customer
            """;

    void moveOn(Tx tx, CustomerId customer, Step step, UUID after) {
        tx.update(MOVE_ON)
                .bind("customer", customer.value())
                .bind("step", step.wireName())
                .bind("after", after)
                .execute();
    }

    private static final String END = """
            delete from {schema}.person_erasure
            where tenant_id = :tenant and customer_id = :customer
            """;

    void end(Tx tx, CustomerId customer) {
        tx.update(END).bind("customer", customer.value()).execute();
    }

    private static final String OWN_TICKETS = """
            select id
            from {schema}.ticket
            where tenant_id = :tenant and requester_id = :customer and erased_at is null
            order by created_at, id
            limit :limit
            """;

    /** Tickets that the customer asked for, and that still say something. */
    List<TicketId> ownTickets(Tx tx, CustomerId customer, int limit) {
        return tickets(tx.query(OWN_TICKETS).bind("customer", customer.value()).bind("limit", limit));
    }

    private static final String END_OF_BATCH_OF_MAILS = """
            select id
            from (select id from {schema}.inbound_mail where tenant_id = :tenant and id > :after order by id limit :limit) as batch
            order by id desc
            limit 1
            """;

    private static final String END_OF_BATCH_OF_MESSAGES = """
            select id
            from (select id from {schema}.message where tenant_id = :tenant and id > :after order by id limit :limit) as batch
            order by id desc
            limit 1
            """;

    private static final String END_OF_BATCH_OF_TICKETS = """
            select id
            from (select id from {schema}.ticket where tenant_id = :tenant and id > :after order by id limit :limit) as batch
            order by id desc
            limit 1
            """;

    /** The last of the next so many mails, messages or tickets; empty at the end. */
    Optional<UUID> endOfBatch(Tx tx, Step step, UUID after, int limit) {
        String sql = switch (step) {
            case MAILS -> END_OF_BATCH_OF_MAILS;
            case MESSAGES -> END_OF_BATCH_OF_MESSAGES;
            case SUBJECTS -> END_OF_BATCH_OF_TICKETS;
            case TICKETS, REST -> throw new IllegalArgumentException("not done in batches: " + step);
        };
        return tx.query(sql)
                .bind("after", after)
                .bind("limit", limit)
                .mapTo(UUID.class)
                .findOne();
    }

    private static final String TAKE_MAILS = """
            with theirs as materialized (
              select i.id
              from {schema}.inbound_mail i
              left join {schema}.ticket t on t.tenant_id = i.tenant_id and t.id = i.ticket_id
              where i.tenant_id = :tenant and i.id > :after and i.id <= :last and i.received_at <= :requestedAt
                and (i.sender = any(:addresses) or lower(i.envelope_from) = any(:addresses) or i.mail_message_id ~* :pattern
                  or exists (select from unnest(i.envelope_to) as one where lower(one) = any(:addresses)))
                and (t.id is null or not
            """ + HoldStore.TICKET_IS_HELD + """
            )),
            gone as (
              delete from {schema}.inbound_mail i
              using theirs
              where i.tenant_id = :tenant and i.id = theirs.id
              returning i.raw_blob_id),
            unlinked as (
              update {schema}.message m
              set raw_blob_id = null
              where m.tenant_id = :tenant and m.raw_blob_id in (select raw_blob_id from gone))
            select raw_blob_id
            from gone
            """;

    /** Removes mails from and to the person that came in before the erasure; answers their contents. */
    List<BlobId> takeMails(Tx tx, Erasure erasure, UUID last) {
        return looking(tx.query(TAKE_MAILS), erasure, last)
                .bind("pattern", erasure.words().addressPattern())
                .map((row, context) -> new BlobId(row.getObject(1, UUID.class)))
                .list();
    }

    private static final String TICKETS_WITH = """
            select distinct m.ticket_id
            from {schema}.message m
            where m.tenant_id = :tenant and m.id > :after and m.id <= :last and (
              (m.author_type = 'customer' and m.author_id = :customer and not 'erased' = any(m.flags))
              or (m.created_at <= :requestedAt and
            """ + ContentStore.ALL_WORDS + """
                ~* :pattern))
            order by m.ticket_id
            """;

    /** Tickets with a message by the person, or one that names an address of the person, in a part of all messages. */
    List<TicketId> ticketsWith(Tx tx, Erasure erasure, UUID last) {
        return tickets(looking(tx.query(TICKETS_WITH), erasure, last)
                .bind("pattern", erasure.words().addressPattern()));
    }

    private static final String REDACT_SUBJECTS = """
            update {schema}.ticket t
            set subject = regexp_replace(t.subject, :pattern, '[erased]', 'gi'),
              custom_fields = regexp_replace(t.custom_fields::text, :pattern, '[erased]', 'gi')::jsonb, version = t.version + 1
            where t.tenant_id = :tenant and t.id > :after and t.id <= :last and t.created_at <= :requestedAt
              and concat_ws(' ', t.subject, t.custom_fields) ~* :pattern and not
            """ + HoldStore.TICKET_IS_HELD;

    /** Takes the person's addresses out of subjects and custom fields in a part of all tickets. */
    int redactSubjects(Tx tx, Erasure erasure, UUID last) {
        return looking(tx.update(REDACT_SUBJECTS), erasure, last)
                .bind("pattern", erasure.words().addressPattern())
                .execute();
    }

    private static final String FORGET_ANSWERS = """
            with named as (
              select t.id
              from {schema}.ticket t
              where t.tenant_id = :tenant and t.requester_id = :customer
              union all
              select m.id
              from {schema}.message m
              where m.tenant_id = :tenant and m.author_type = 'customer' and m.author_id = :customer
              union all
              select a.id
              from {schema}.ticket t
              join {schema}.message m on m.tenant_id = t.tenant_id and m.ticket_id = t.id
              join {schema}.attachment a on a.tenant_id = m.tenant_id and a.message_id = m.id
              where t.tenant_id = :tenant and t.requester_id = :customer),
            answer as materialized (
              select scope, created_at, convert_from(body, 'UTF8') as body
              from {schema}.idempotency_key
              where tenant_id = :tenant and body is not null)
            delete from {schema}.idempotency_key k
            using answer a
            where k.tenant_id = :tenant and k.scope = a.scope and (
              a.body ~* :pattern
              or (a.created_at < :requestedAt and strpos(a.body, :customer::text) > 0)
              or exists (select from named where strpos(a.body, named.id::text) > 0))
            """;

    /** Forgets the answers to requests that name the person, one of the person's tickets, or what the person wrote. */
    int forgetAnswers(Tx tx, Erasure erasure) {
        return looking(tx.update(FORGET_ANSWERS), erasure, BEGINNING)
                .bind("pattern", erasure.words().pattern())
                .execute();
    }

    private static final String ERASE_IN_JOBS = """
            select {schema}.erase_in_jobs(:marks, :pattern)
            """;

    /** Takes addresses and names out of jobs that name an address or the customer. */
    int eraseInJobs(Tx tx, Erasure erasure) {
        String marks = erasure.words().addressPattern() + "|" + erasure.customer();
        return tx.query(ERASE_IN_JOBS)
                .bind("marks", marks)
                .bind("pattern", erasure.words().pattern())
                .mapTo(Integer.class)
                .one();
    }

    private static List<TicketId> tickets(org.jdbi.v3.core.statement.Query query) {
        List<TicketId> tickets = new ArrayList<>();
        query.mapTo(UUID.class).forEach(id -> tickets.add(new TicketId(id)));
        return tickets;
    }

    private static <S extends SqlStatement<S>> S looking(S statement, Erasure erasure, UUID last) {
        return statement
                .bind("after", erasure.after())
                .bind("last", last)
                .bind("customer", erasure.customer().value())
                .bind("requestedAt", erasure.requestedAt())
                .bindArray("addresses", String.class, erasure.words().addresses());
    }

    private static Erasure erasure(ResultSet row) throws SQLException {
        return new Erasure(
                new CustomerId(row.getObject("customer_id", UUID.class)),
                new OperationId(row.getObject("operation_id", UUID.class)),
                new PersonalWords(texts(row, "addresses"), texts(row, "names")),
                Step.valueOf(row.getString("step").toUpperCase(Locale.ROOT)),
                row.getObject("after_id", UUID.class),
                row.getObject("requested_at", OffsetDateTime.class).toInstant());
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        return Arrays.asList((String[]) row.getArray(column).getArray());
    }
}
