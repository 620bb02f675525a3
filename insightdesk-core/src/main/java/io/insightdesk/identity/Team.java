package io.insightdesk.identity;

import java.time.Instant;
import java.util.List;

/**
 * A group of agents, as stored.
 *
 * @param id the team
 * @param name its name, unique in the tenant in any case
 * @param members its agents, ordered by identifier, unmodifiable
 * @param membersOnly whether it is private: its tickets are seen by its members only, and by who has {@code ticket:read_private}
 * @param createdAt when it was made
 * @param updatedAt when it was last changed
 * @param version counts its changes, those of its members included
 * @since 0.1.0
 */
public record Team(
        TeamId id,
        String name,
        List<AgentId> members,
        boolean membersOnly,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    /** Copies the members. */
    public Team {
        members = List.copyOf(members);
    }
}
