package io.insightdesk.identity;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A team as an identity provider sees it.
 *
 * @param id the team
 * @param name its name
 * @param externalId the provider's own identifier; null for none
 * @param members its agents, ordered by identifier, unmodifiable; empty where they were not asked for
 * @param createdAt when it was made
 * @param updatedAt when it was last changed
 * @param version counts its changes, those of its members included
 * @apiNote Preview: may change with any minor release.
 * @since 0.1.0
 */
public record DirectoryGroup(
        TeamId id,
        String name,
        @Nullable String externalId,
        List<Member> members,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    /** Copies the members. */
    public DirectoryGroup {
        members = List.copyOf(members);
    }

    /**
     * A member of a team.
     *
     * @param id the agent
     * @param name the agent's name
     * @since 0.1.0
     */
    public record Member(AgentId id, String name) {}
}
