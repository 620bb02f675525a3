package io.insightdesk.devenv.seed;

import java.util.Locale;

/** The tables that the larger demo data are written to, in an order in which every row finds those that it points to. */
enum SeedTable {
    TENANT("tenant_id, slug, name, created_at, updated_at"),
    AGENT("tenant_id, id, name, email, role, created_at, updated_at"),
    TEAM("tenant_id, id, name, created_at, updated_at"),
    TEAM_MEMBER("tenant_id, team_id, agent_id"),
    MAILBOX("tenant_id, id, address, name, created_at, updated_at"),
    ORGANIZATION("tenant_id, id, name, created_at, updated_at"),
    ORGANIZATION_DOMAIN("tenant_id, domain, organization_id"),
    CUSTOMER("tenant_id, id, name, organization_id, created_at, updated_at"),
    CUSTOMER_ADDRESS("tenant_id, address, customer_id, position"),
    TAG("tenant_id, id, name, created_at"),
    TICKET_NUMBER("tenant_id, last"),
    TICKET(
            "tenant_id, id, number, subject, status, priority, channel, requester_id, organization_id, assignee_id, team_id, "
                    + "mailbox_id, event_seq, created_at, updated_at, resolved_at, closed_at, version"),
    TICKET_TAG("tenant_id, ticket_id, tag_id"),
    MESSAGE(
            "tenant_id, id, ticket_id, kind, author_type, author_id, author_name, author_email, subject, text, new_text, "
                    + "created_at"),
    EVENT("tenant_id, id, ticket_id, ticket_seq, type, schema_version, payload, actor_type, actor_id, actor_name, via, "
            + "occurred_at");

    private final String columns;

    SeedTable(String columns) {
        this.columns = columns;
    }

    String tableName() {
        return name().toLowerCase(Locale.ROOT);
    }

    int columnCount() {
        return columns.split(",", -1).length;
    }

    /** The statement that takes the rows of a {@link CopyBuffer}. */
    String copyInto(String schema) {
        return "copy " + schema + "." + tableName() + " (" + columns + ") from stdin (format binary)";
    }
}
