package io.insightdesk.transfer.internal;

import io.insightdesk.internal.db.Tx;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/** SQL of exports, in a tenant's transaction. */
final class TenantExportStore {

    /** What is exported, in the order in which it can be read in again. */
    static final List<String> TABLES = List.of(
            "tenant",
            "agent",
            "team",
            "team_member",
            "organization",
            "organization_domain",
            "customer",
            "customer_address",
            "mailbox",
            "tag",
            "blob",
            "ticket_number",
            "ticket",
            "ticket_tag",
            "ticket_link",
            "message",
            "attachment",
            "inbound_mail",
            "message_reference",
            "event");

    /** What is not exported, each with its reason. */
    static final Map<String, String> LEFT_OUT = Map.of(
            "api_token", "holds hashes of secrets, which open nothing elsewhere",
            "blob_chunk", "the contents are exported as files",
            "event_marker", "how far this installation's subscriptions are",
            "idempotency_key", "answers that are remembered for a day",
            "tenant_usage", "counted anew by whoever reads the rows in");

    private static final int FETCH_SIZE = 500;

    private static final String BLOBS = """
            select id
            from {schema}.blob
            where tenant_id = :tenant and state = 'stored'
            order by id
            """;

    /** The identifiers of all blobs. */
    List<UUID> blobs(Tx tx) {
        return tx.query(BLOBS).mapTo(UUID.class).list();
    }

    /** Hands out all rows of one of {@link #TABLES} as JSON objects. */
    void rows(Tx tx, String table, Consumer<String> line) {
        String select = "select to_jsonb(t)::text from {schema}." + table + " t where t.tenant_id = :tenant";
        tx.query(select).setFetchSize(FETCH_SIZE).mapTo(String.class).useStream(lines -> lines.forEach(line));
    }
}
