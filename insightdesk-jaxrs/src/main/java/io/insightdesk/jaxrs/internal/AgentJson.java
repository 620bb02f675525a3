package io.insightdesk.jaxrs.internal;

import io.insightdesk.identity.Agent;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Somebody who answers. */
record AgentJson(
        @Text("The agent.") UUID id,
        @Text(value = "The name.", example = "Grace Hopper") String name,

        @Text(value = "The mail address.", example = "grace@acme.example")
        String email,

        @Text(value = "What the agent may do: the name of a role.", example = "agent")
        String role,

        @Text("Whether the agent works here.") Boolean active,
        @Text("The host's own identifier.") @Nullable String externalId,
        @Text("When it was made.") Instant createdAt,
        @Text("When it was last changed.") Instant updatedAt,
        @Text("Counts its changes.") Long version)
        implements Wire {
    static AgentJson of(Agent agent) {
        return new AgentJson(
                agent.id().value(),
                agent.name(),
                agent.email(),
                agent.role().wireName(),
                agent.active(),
                agent.externalId(),
                agent.createdAt(),
                agent.updatedAt(),
                agent.version());
    }
}
