package io.insightdesk.jaxrs.internal;

import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Team;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A group of agents. */
record TeamJson(
        @Text("The team.") UUID id,
        @Text(value = "The name.", example = "First line") String name,
        @Text("Its agents, by id.") List<UUID> members,

        @Text("Whether it is private: only its members, and who may read private tickets, see its tickets.")
        Boolean membersOnly,

        @Text("When it was made.") Instant createdAt,
        @Text("When it was last changed.") Instant updatedAt,
        @Text("Counts its changes.") Long version)
        implements Wire {
    static TeamJson of(Team team) {
        return new TeamJson(
                team.id().value(),
                team.name(),
                team.members().stream().map(AgentId::value).toList(),
                team.membersOnly(),
                team.createdAt(),
                team.updatedAt(),
                team.version());
    }
}
