package io.insightdesk.identity;

import static io.insightdesk.identity.Permission.AGENT_READ;
import static io.insightdesk.identity.Permission.CUSTOMER_READ;
import static io.insightdesk.identity.Permission.CUSTOMER_WRITE;
import static io.insightdesk.identity.Permission.MAIL_READ;
import static io.insightdesk.identity.Permission.MAIL_RECEIVE;
import static io.insightdesk.identity.Permission.MESSAGE_WRITE;
import static io.insightdesk.identity.Permission.NOTE_WRITE;
import static io.insightdesk.identity.Permission.TICKET_READ;
import static io.insightdesk.identity.Permission.TICKET_WRITE;

import io.insightdesk.error.InvalidInputException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * A built-in role: a set of permissions.
 *
 * @since 0.1.0
 */
public enum Role {
    /** May do everything in the tenant. */
    ADMIN(EnumSet.allOf(Permission.class)),
    /** Works on tickets. */
    AGENT(EnumSet.of(
            TICKET_READ,
            TICKET_WRITE,
            MESSAGE_WRITE,
            NOTE_WRITE,
            CUSTOMER_READ,
            CUSTOMER_WRITE,
            AGENT_READ,
            MAIL_READ,
            MAIL_RECEIVE)),
    /** Reads and changes nothing. */
    VIEWER(EnumSet.of(TICKET_READ, CUSTOMER_READ, AGENT_READ));

    @SuppressWarnings("ImmutableEnumChecker") // Made by Set.copyOf, whose type does not say so.
    private final Set<Permission> permissions;

    Role(Set<Permission> permissions) {
        this.permissions = Set.copyOf(permissions);
    }

    /**
     * What the role allows.
     *
     * @return the permissions, unmodifiable
     */
    public Set<Permission> permissions() {
        return permissions;
    }

    /**
     * The name used in JSON and in the database.
     *
     * @return the name in lower case
     */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the wire name.
     *
     * @param name such as {@code agent}
     * @return the role
     * @throws InvalidInputException when there is no such role
     */
    public static Role of(String name) {
        for (Role role : values()) {
            if (role.wireName().equals(name)) {
                return role;
            }
        }
        throw new InvalidInputException("/role", "invalid_value", "The role must be one of admin, agent, viewer.");
    }
}
