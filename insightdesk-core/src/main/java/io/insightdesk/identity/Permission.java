package io.insightdesk.identity;

/**
 * Something that a role allows. Checked in the core, with each call.
 *
 * @since 0.1.0
 */
public enum Permission {
    /** Read tickets, conversations and activity lists. */
    TICKET_READ("ticket:read"),
    /** Create and change tickets. */
    TICKET_WRITE("ticket:write"),
    /** Answer customers, and record what they said. */
    MESSAGE_WRITE("message:write"),
    /** Write internal notes. */
    NOTE_WRITE("note:write"),
    /** Read customers and organizations. */
    CUSTOMER_READ("customer:read"),
    /** Create and change customers and organizations. */
    CUSTOMER_WRITE("customer:write"),
    /** Read agents and teams. */
    AGENT_READ("agent:read"),
    /** Create and change agents, teams and API tokens. */
    AGENT_ADMIN("agent:admin"),
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
    /** Change the tenant itself. */
    TENANT_ADMIN("tenant:admin");

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
}
