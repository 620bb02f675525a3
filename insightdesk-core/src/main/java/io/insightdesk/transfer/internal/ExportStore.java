package io.insightdesk.transfer.internal;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.storage.BlobId;
import io.insightdesk.transfer.OperationId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of exporting a person. */
final class ExportStore {

    private static final String MAY_EXPORT = """
            select erased_at is null
            from {schema}.customer
            where tenant_id = :tenant and id = :customer
            for share
            """;

    /** Whether a customer is there and not erased; an erasure waits for this transaction. */
    boolean mayExport(Tx tx, CustomerId customer) {
        return tx.query(MAY_EXPORT)
                .bind("customer", customer.value())
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false);
    }

    private static final String CLEAR = """
            delete from {schema}.export_row
            where tenant_id = :tenant and operation_id = :operation
            """;

    /** Forgets what was taken for an export. */
    void clear(Tx tx, OperationId operation) {
        tx.update(CLEAR).bind("operation", operation.value()).execute();
    }

    private static final String IN_UTC = """
            select set_config('TimeZone', 'UTC', true)
            """;

    /** One statement, so that all parts are of one instant. */
    private static final String TAKE = """
            with own as (
              select *
              from {schema}.ticket
              where tenant_id = :tenant and requester_id = :customer),
            said as (
              select m.*, o.id is not null as is_own
              from {schema}.message m
              left join own o on o.id = m.ticket_id
              where m.tenant_id = :tenant
                and (o.id is not null or (m.author_type = 'customer' and m.author_id = :customer))),
            address as (
              select address, position
              from {schema}.customer_address
              where tenant_id = :tenant and customer_id = :customer),
            part (part, sort, data, blob_id) as (
              select 'customer', c.created_at, jsonb_build_object(
                'id', c.id, 'name', c.name, 'emails', array(select address from address order by position),
                'organization', c.organization_id, 'externalId', c.external_id, 'createdAt', c.created_at,
                'updatedAt', c.updated_at), null::uuid
              from {schema}.customer c
              where c.tenant_id = :tenant and c.id = :customer
              union all
              select 'organization', o.created_at, jsonb_build_object('id', o.id, 'name', o.name), null
              from {schema}.customer c
              join {schema}.organization o on o.tenant_id = c.tenant_id and o.id = c.organization_id
              where c.tenant_id = :tenant and c.id = :customer
              union all
              select 'tickets', t.created_at, jsonb_build_object(
                'id', t.id, 'number', t.number, 'subject', t.subject, 'status', t.status, 'priority', t.priority,
                'channel', t.channel, 'customFields', t.custom_fields, 'createdAt', t.created_at, 'updatedAt', t.updated_at,
                'resolvedAt', t.resolved_at, 'closedAt', t.closed_at, 'tags', array(
                  select g.name
                  from {schema}.ticket_tag tt
                  join {schema}.tag g on g.tenant_id = tt.tenant_id and g.id = tt.tag_id
                  where tt.tenant_id = t.tenant_id and tt.ticket_id = t.id
                  order by g.name)), null
              from own t
              union all
              select case m.kind when 'note' then 'notes' else 'messages' end, m.created_at, jsonb_build_object(
                'id', m.id, 'ticket', m.ticket_id, 'ownTicket', m.is_own, 'kind', m.kind, 'author', m.author_name,
                'byCustomer', m.author_type = 'customer' and m.author_id = :customer,
                'email', case when m.author_type = 'customer' and m.author_id = :customer then m.author_email end,
                'subject', m.subject, 'text', m.text, 'html', m.html, 'createdAt', m.created_at), null
              from said m
              union all
              select 'events', e.occurred_at, jsonb_build_object(
                'id', e.id, 'ticket', e.ticket_id, 'type', e.type, 'payload', e.payload, 'actorType', e.actor_type,
                'byCustomer', e.actor_type = 'customer' and e.actor_id = :customer, 'via', e.via, 'occurredAt', e.occurred_at), null
              from {schema}.event e
              join own o on o.id = e.ticket_id
              where e.tenant_id = :tenant
              union all
              select 'audit', e.occurred_at, jsonb_build_object(
                'id', e.id, 'type', e.type, 'byCustomer', e.actor_id = :customer, 'via', e.via, 'occurredAt', e.occurred_at,
                'personal', case when e.actor_id = :customer then p.content
                  else p.content - array['actor', 'address', 'userAgent'] end), null
              from {schema}.event e
              left join {schema}.event_personal p on p.tenant_id = :tenant and p.event_id = e.id
              where e.tenant_id = :tenant and e.ticket_id is null and (e.actor_id = :customer or e.subject = :customer::text)
              union all
              select 'attachments', a.created_at, jsonb_build_object(
                'id', a.id, 'message', a.message_id, 'filename', a.filename, 'contentType', a.content_type,
                'claimedType', a.claimed_type, 'scan', a.scan, 'size', a.size, 'createdAt', a.created_at,
                'file', case when a.scan is distinct from 'infected' then
                  'attachments/' || a.id || '-' || right(regexp_replace(a.filename, '[^A-Za-z0-9._-]', '_', 'g'), 100) end),
                case when a.scan is distinct from 'infected' then a.blob_id end
              from {schema}.attachment a
              join said m on m.id = a.message_id
              where a.tenant_id = :tenant
              union all
              select 'mails', i.received_at, jsonb_build_object(
                'id', i.id, 'message', i.message_id, 'outcome', i.state, 'receivedAt', i.received_at,
                'file', 'mails/' || i.id || '.eml'), i.raw_blob_id
              from {schema}.inbound_mail i
              where i.tenant_id = :tenant and (i.sender in (select address from address) or i.message_id in (
                select id from said where author_type = 'customer' and author_id = :customer))
              union all
              select 'logins', s.created_at, jsonb_build_object(
                'id', s.id, 'kind', 'session', 'email', s.email, 'createdAt', s.created_at, 'usedAt', s.used_at,
                'expiresAt', s.expires_at, 'endedAt', s.ended_at, 'address', s.address, 'userAgent', s.user_agent), null
              from {schema}.login_session s
              where s.tenant_id = :tenant and s.customer_id = :customer
              union all
              select 'logins', l.created_at, jsonb_build_object(
                'id', l.id, 'kind', 'link', 'email', l.email, 'createdAt', l.created_at, 'expiresAt', l.expires_at), null
              from {schema}.login_link l
              where l.tenant_id = :tenant and l.customer_id = :customer)
            insert into {schema}.export_row (tenant_id, operation_id, part, seq, data, blob_id)
            select :tenant, :operation, part, row_number() over (partition by part order by sort, data ->> 'id'), data, blob_id
            from part
            """;

    /** Takes everything about a customer, as it is now; answers how many rows. */
    int take(Tx tx, OperationId operation, CustomerId customer) {
        String unused = tx.query(IN_UTC).mapTo(String.class).one();
        return tx.update(TAKE)
                .bind("operation", operation.value())
                .bind("customer", customer.value())
                .execute();
    }

    private static final String COUNT = """
            select count(*)
            from {schema}.export_row
            where tenant_id = :tenant and operation_id = :operation and part = :part
            """;

    long count(Tx tx, OperationId operation, String part) {
        return tx.query(COUNT)
                .bind("operation", operation.value())
                .bind("part", part)
                .mapTo(Long.class)
                .one();
    }

    /** A row of a part: its number, its JSON, and where its file is. */
    record Row(
            long seq,
            String data,
            @Nullable String file,
            @Nullable BlobId blob) {}

    private static final String READ = """
            select seq, data, data ->> 'file' as file, blob_id
            from {schema}.export_row
            where tenant_id = :tenant and operation_id = :operation and part = :part and seq > :after
            order by seq
            limit :limit
            """;

    List<Row> read(Tx tx, OperationId operation, String part, long after, int limit) {
        return tx.query(READ)
                .bind("operation", operation.value())
                .bind("part", part)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> {
                    UUID blob = row.getObject("blob_id", UUID.class);
                    return new Row(
                            row.getLong("seq"),
                            row.getString("data"),
                            row.getString("file"),
                            blob == null ? null : new BlobId(blob));
                })
                .list();
    }

    private static final String CLEAR_OLD = """
            delete from {schema}.export_row r
            using {schema}.operation o
            where r.tenant_id = :tenant and o.tenant_id = :tenant and o.id = r.operation_id and o.created_at < :before
            """;

    /** Forgets what was taken for exports that were given up. */
    int clearOld(Tx tx, Instant before) {
        return tx.update(CLEAR_OLD).bind("before", before).execute();
    }

    private static final String CLEAR_OF = """
            delete from {schema}.export_row r
            using {schema}.operation o
            where r.tenant_id = :tenant and o.tenant_id = :tenant and o.id = r.operation_id and o.customer_id = :customer
            """;

    /** Forgets what was taken about a customer. */
    void clearOf(Tx tx, CustomerId customer) {
        tx.update(CLEAR_OF).bind("customer", customer.value()).execute();
    }
}
