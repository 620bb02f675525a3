package io.insightdesk.identity;

import io.insightdesk.error.InvalidInputException;

/**
 * Something that a role allows. Checked in the core, with each call.
 *
 * @since 0.1.0
 */
public enum Permission {
    /** Read tickets, and what customers and agents wrote to each other. */
    TICKET_READ("ticket:read"),
    /** Read tickets of private teams without being a member. */
    TICKET_READ_PRIVATE("ticket:read_private"),
    /** Open tickets. */
    TICKET_CREATE("ticket:create"),
    /** Change subject, priority, requester, tags and fields of tickets, and take up work again. */
    TICKET_UPDATE("ticket:update"),
    /** Give tickets to agents and teams. */
    TICKET_ASSIGN("ticket:assign"),
    /** Resolve and close tickets. */
    TICKET_CLOSE("ticket:close"),
    /** Read what happened to a ticket, step by step. */
    ACTIVITY_READ("activity:read"),
    /** List the tenant's tags. */
    TAG_READ("tag:read"),
    /** Answer customers, and record what they said. */
    MESSAGE_WRITE("message:write"),
    /** Read internal notes, and what the system noted. */
    NOTE_READ("note:read"),
    /** Write internal notes. */
    NOTE_WRITE("note:write"),
    /** Upload files for messages and notes. */
    ATTACHMENT_WRITE("attachment:write"),
    /** Read customers and organizations. */
    CUSTOMER_READ("customer:read"),
    /** Create and change customers and organizations. */
    CUSTOMER_WRITE("customer:write"),
    /** Read agents, teams and roles. */
    AGENT_READ("agent:read"),
    /** Create and change agents and teams. */
    AGENT_ADMIN("agent:admin"),
    /** Read, create, change and remove agents and teams as an identity provider does, through SCIM. Not their logins. */
    AGENT_PROVISION("agent:provision"),
    /** Create, change and remove roles. */
    ROLE_ADMIN("role:admin"),
    /** Create, list and revoke API tokens. */
    TOKEN_ADMIN("token:admin"),
    /** Read mailboxes and what became of inbound mail. */
    MAIL_READ("mail:read"),
    /** Hand in raw mail. */
    MAIL_RECEIVE("mail:receive"),
    /** Create and change mailboxes. */
    MAIL_ADMIN("mail:admin"),
    /** Export everything about a person, and read such exports. */
    PERSON_EXPORT("person:export"),
    /** Erase a person. */
    PERSON_ERASE("person:erase"),
    /** Say what is kept for how long, and what must be kept. */
    RETENTION_ADMIN("retention:admin"),
    /** Read background jobs. */
    JOB_READ("job:read"),
    /** Enqueue, retry and discard background jobs. */
    JOB_ADMIN("job:admin"),
    /** Read, export and verify the audit trail. */
    AUDIT_READ("audit:read"),
    /** Change the tenant itself. */
    TENANT_ADMIN("tenant:admin"),
    /** Make and change owners. Nothing asks for it but that nobody gives a role, or changes its holder, beyond the own one. */
    OWNER_ADMIN("owner:admin");

    private final String wireName;

    Permission(String wireName) {
        this.wireName = wireName;
    }

    /**
     * The name used in JSON and in messages.
     *
     * @return such as {@code ticket:read}
     */
    public String wireName() {
        return wireName;
    }

    /**
     * Reads the wire name.
     *
     * @param name such as {@code ticket:read}
     * @return the permission
     * @throws InvalidInputException when there is no such permission
     */
    public static Permission of(String name) {
        for (Permission permission : values()) {
            if (permission.wireName.equals(name)) {
                return permission;
            }
        }
        throw new InvalidInputException(
                "/permissions", "invalid_value", "There is no such permission; the manual's page on roles lists them.");
    }
}
