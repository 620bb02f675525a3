package io.insightdesk.identity;

import java.time.Instant;
import java.util.List;

/**
 * An agent as an identity provider sees it.
 *
 * @param id the agent
 * @param attributes what the provider may say of it
 * @param teams the teams it is a member of, ordered by identifier, unmodifiable
 * @param createdAt when it was made
 * @param updatedAt when it was last changed
 * @param version counts its changes, those over other ways included, but not those of its teams
 * @apiNote Preview: may change with any minor release.
 * @since 0.1.0
 */
public record DirectoryUser(
        AgentId id,
        UserAttributes attributes,
        List<Membership> teams,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    /** Copies the teams. */
    public DirectoryUser {
        teams = List.copyOf(teams);
    }

    /**
     * A team that an agent is a member of.
     *
     * @param id the team
     * @param name its name
     * @since 0.1.0
     */
    public record Membership(TeamId id, String name) {}
}
