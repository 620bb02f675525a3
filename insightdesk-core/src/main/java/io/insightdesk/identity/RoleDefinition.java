package io.insightdesk.identity;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a role allows.
 *
 * @param role its name in programs, which never changes
 * @param name its name for people
 * @param permissions what it allows, unmodifiable
 * @param tickets which tickets it is about
 * @param builtIn whether every tenant has it and nobody can change it
 * @param createdAt when it was made; null for a built-in role
 * @param updatedAt when it was last changed; null for a built-in role
 * @param version counts its changes; 0 for a built-in role
 * @since 0.1.0
 */
public record RoleDefinition(
        Role role,
        String name,
        Set<Permission> permissions,
        TicketScope tickets,
        boolean builtIn,
        @Nullable Instant createdAt,
        @Nullable Instant updatedAt,
        long version) {

    /** Copies the permissions. */
    public RoleDefinition {
        permissions = Set.copyOf(permissions);
    }
}
