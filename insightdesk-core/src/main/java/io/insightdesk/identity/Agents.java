package io.insightdesk.identity;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The agents of a tenant. Each call is one transaction, or part of the host's. Thread-safe outside a host's transaction.
 *
 * @since 0.1.0
 */
public interface Agents {

    /**
     * Makes an agent; needs {@code agent:admin}.
     *
     * @param agent what it shall be
     * @return the agent as stored
     * @throws io.insightdesk.error.ConflictException with code {@code email_taken}, {@code user_name_taken} when
     *     an identity provider knows another agent by the address, or {@code external_id_taken}
     * @throws io.insightdesk.error.InvalidInputException with code {@code unknown_role}
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not, or the role is beyond the actor's own
     */
    Agent create(NewAgent agent);

    /**
     * Reads an agent; needs {@code agent:read}.
     *
     * @param id the agent
     * @return the agent
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    Agent get(AgentId id);

    /**
     * Reads several agents in one statement; needs {@code agent:read}.
     *
     * @param ids the agents, at most 1000
     * @return those that exist, in no order
     * @throws io.insightdesk.error.InvalidInputException when there are more
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    List<Agent> getAll(Collection<AgentId> ids);

    /**
     * Looks an agent up by mail address; needs {@code agent:read}.
     *
     * @param email the address, in any case
     * @return the agent; empty when there is none, or when it is no address
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    Optional<Agent> findByEmail(String email);

    /**
     * Lists agents in the order in which they were made; needs {@code agent:read}.
     *
     * @param query which
     * @return a page
     * @throws io.insightdesk.error.InvalidInputException with code {@code invalid_cursor} for a cursor of another list
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    AgentPage list(AgentQuery query);

    /**
     * Changes an agent; needs {@code agent:admin}. A change of the role or of {@code active} holds at once on this node and within
     * five seconds on others. Who is made inactive is out for good: all sessions of the library's own login end and all API tokens of
     * the agent are revoked, as part of the same transaction, so that who becomes active again logs in anew.
     *
     * @param id the agent
     * @param expectedVersion the version that was read; null for any
     * @param change what shall be different
     * @return the agent as stored
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.ConflictException with code {@code version_conflict} when somebody else was first,
     *     {@code email_taken}, {@code user_name_taken} or {@code external_id_taken}; with {@code last_owner} when it would leave the tenant, which has an
     *     owner, without one
     * @throws io.insightdesk.error.InvalidInputException with code {@code unknown_role}
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not, or the agent's role is, or would be, beyond the
     *     actor's own
     */
    Agent change(AgentId id, @Nullable Long expectedVersion, AgentChange change);
}
