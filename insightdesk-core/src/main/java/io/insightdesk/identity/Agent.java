package io.insightdesk.identity;

import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A person who answers customers, as stored.
 *
 * @param id the agent
 * @param name the name that customers and colleagues see
 * @param email the mail address, in lower case, unique in the tenant
 * @param role what the agent may do
 * @param active whether the agent may do anything at all
 * @param externalId who it is in the host's own user store; null for nobody
 * @param createdAt when it was made
 * @param updatedAt when it was last changed
 * @param version counts its changes
 * @since 0.1.0
 */
public record Agent(
        AgentId id,
        String name,
        String email,
        Role role,
        boolean active,
        @Nullable String externalId,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    /**
     * The agent as an actor, through {@code java}.
     *
     * @return the actor; what it may do is looked up with each call
     */
    public Actor actor() {
        return new Actor(ActorType.AGENT, id.value(), name, "java");
    }
}
