package io.insightdesk.transfer.internal;

import io.insightdesk.internal.db.Tx;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/** SQL of exports, in a tenant's transaction. */
final class TenantExportStore {

    private static final String SECRETS = "holds hashes of secrets, which open nothing elsewhere";

    /** What is exported, in the order in which it can be read in again. */
    static final List<String> TABLES = List.of(
            "tenant",
            "role",
            "agent",
            "team",
            "team_member",
            "organization",
            "organization_domain",
            "role_organization",
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
            "legal_hold",
            "retention_rule",
            "event",
            "event_personal",
            "audit_entry",
            "audit_segment",
            "audit_retired");

    /** What is not exported, each with its reason. */
    static final Map<String, String> LEFT_OUT = Map.ofEntries(
            Map.entry("api_token", SECRETS),
            Map.entry("blob_chunk", "the contents are exported as files"),
            Map.entry("bulk_change", "work that is under way in this installation"),
            Map.entry("bulk_change_ticket", "work that is under way in this installation"),
            Map.entry("event_marker", "how far this installation's subscriptions are"),
            Map.entry("export_row", "a copy of what is exported here"),
            Map.entry("idempotency_key", "answers that are remembered for a day"),
            Map.entry("login_attempt", "who has to wait here"),
            Map.entry("login_authenticator", "sealed with this installation's key"),
            Map.entry("login_credential", SECRETS),
            Map.entry("login_key_challenge", SECRETS),
            Map.entry("login_link", SECRETS),
            Map.entry("login_openid", "logins on their way"),
            Map.entry("login_recovery_code", SECRETS),
            Map.entry("login_refresh_token", SECRETS),
            Map.entry("login_security_key", "good for this installation's addresses only"),
            Map.entry("login_session", "sessions with this installation"),
            Map.entry("login_ticket", SECRETS),
            Map.entry("operation", "work of this installation; the files that it made expire"),
            Map.entry("person_erasure", "an erasure under way, with what is being forgotten"),
            Map.entry("tenant_usage", "counted anew by whoever reads the rows in"));

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
