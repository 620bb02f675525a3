package io.insightdesk.jaxrs.internal;

import io.insightdesk.identity.Permission;
import io.insightdesk.identity.RoleDefinition;
import io.insightdesk.identity.TicketScope;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What somebody may do. */
record RoleJson(
        @Text(value = "The name in programs.", example = "first_line")
        String role,

        @Text(value = "The name for people.", example = "First line")
        String name,

        @Text(value = "What it allows.", example = "ticket:read")
        List<String> permissions,

        @Text("Which tickets it is about.") Tickets tickets,

        @Text("Whether every tenant has it and it cannot be changed.")
        Boolean builtIn,

        @Text("When it was made; null where it is built in.") @Nullable Instant createdAt,

        @Text("When it was last changed; null where it is built in.") @Nullable Instant updatedAt,

        @Text("Counts its changes; 0 where it is built in.") Long version)
        implements Wire {
    /** Which tickets a role is about. */
    record Tickets(
            @Text("How they are told apart.") TicketScope.Kind kind,

            @Text("Whose tickets, where they are told apart by organization.")
            List<UUID> organizations) {}

    static RoleJson of(RoleDefinition role) {
        return new RoleJson(
                role.role().wireName(),
                role.name(),
                role.permissions().stream().map(Permission::wireName).sorted().toList(),
                new Tickets(
                        role.tickets().kind(),
                        role.tickets().organizations().stream().sorted().toList()),
                role.builtIn(),
                role.createdAt(),
                role.updatedAt(),
                role.version());
    }
}
