package io.insightdesk.identity.internal;

import static io.insightdesk.identity.Permission.ACTIVITY_READ;
import static io.insightdesk.identity.Permission.AGENT_READ;
import static io.insightdesk.identity.Permission.ATTACHMENT_WRITE;
import static io.insightdesk.identity.Permission.CUSTOMER_READ;
import static io.insightdesk.identity.Permission.CUSTOMER_WRITE;
import static io.insightdesk.identity.Permission.MAIL_READ;
import static io.insightdesk.identity.Permission.MAIL_RECEIVE;
import static io.insightdesk.identity.Permission.MESSAGE_WRITE;
import static io.insightdesk.identity.Permission.NOTE_READ;
import static io.insightdesk.identity.Permission.NOTE_WRITE;
import static io.insightdesk.identity.Permission.OWNER_ADMIN;
import static io.insightdesk.identity.Permission.TAG_READ;
import static io.insightdesk.identity.Permission.TICKET_ASSIGN;
import static io.insightdesk.identity.Permission.TICKET_CLOSE;
import static io.insightdesk.identity.Permission.TICKET_CREATE;
import static io.insightdesk.identity.Permission.TICKET_READ;
import static io.insightdesk.identity.Permission.TICKET_READ_PRIVATE;
import static io.insightdesk.identity.Permission.TICKET_UPDATE;

import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.RoleDefinition;
import io.insightdesk.identity.TicketScope;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The roles that every tenant has. */
final class BuiltInRoles {

    private static final Set<Permission> VIEWER =
            EnumSet.of(TICKET_READ, ACTIVITY_READ, TAG_READ, NOTE_READ, CUSTOMER_READ, AGENT_READ);
    private static final Set<Permission> LIGHT_AGENT = with(VIEWER, NOTE_WRITE, ATTACHMENT_WRITE);
    private static final Set<Permission> AGENT = with(
            LIGHT_AGENT,
            TICKET_CREATE,
            TICKET_UPDATE,
            TICKET_ASSIGN,
            TICKET_CLOSE,
            MESSAGE_WRITE,
            CUSTOMER_WRITE,
            MAIL_READ,
            MAIL_RECEIVE);

    /** The most powerful first. */
    static final List<RoleDefinition> ALL = List.of(
            role(Role.OWNER, "Owner", EnumSet.allOf(Permission.class)),
            role(Role.ADMIN, "Administrator", EnumSet.complementOf(EnumSet.of(OWNER_ADMIN))),
            role(Role.SUPERVISOR, "Supervisor", with(AGENT, TICKET_READ_PRIVATE)),
            role(Role.AGENT, "Agent", AGENT),
            role(Role.LIGHT_AGENT, "Light agent", LIGHT_AGENT),
            role(Role.VIEWER, "Viewer", VIEWER),
            new RoleDefinition(
                    Role.CUSTOMER,
                    "Customer",
                    EnumSet.of(TICKET_READ, TICKET_CREATE, TICKET_CLOSE, MESSAGE_WRITE, ATTACHMENT_WRITE),
                    new TicketScope(TicketScope.Kind.OWN, Set.of()),
                    true,
                    null,
                    null,
                    0));

    private BuiltInRoles() {}

    static Optional<RoleDefinition> find(Role role) {
        return ALL.stream().filter(known -> known.role().equals(role)).findFirst();
    }

    private static RoleDefinition role(Role role, String name, Set<Permission> permissions) {
        return new RoleDefinition(role, name, permissions, TicketScope.ALL, true, null, null, 0);
    }

    private static Set<Permission> with(Set<Permission> some, Permission... more) {
        Set<Permission> all = EnumSet.copyOf(some);
        all.addAll(List.of(more));
        return all;
    }
}
