package io.insightdesk.identity;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The teams of a tenant. Each call is one transaction, or part of the host's. Thread-safe outside a host's transaction.
 *
 * @since 0.1.0
 */
public interface Teams {

    /**
     * Makes a team; needs {@code agent:admin}.
     *
     * @param team what it shall be
     * @return the team as stored
     * @throws io.insightdesk.error.ConflictException with code {@code name_taken}
     * @throws io.insightdesk.error.InvalidInputException with code {@code unknown_agent} for members that do not exist
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    Team create(NewTeam team);

    /**
     * Reads a team; needs {@code agent:read}.
     *
     * @param id the team
     * @return the team
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    Team get(TeamId id);

    /**
     * Reads several teams in one statement; needs {@code agent:read}.
     *
     * @param ids the teams, at most 1000
     * @return those that exist, in no order
     * @throws io.insightdesk.error.InvalidInputException when there are more
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    List<Team> getAll(Collection<TeamId> ids);

    /**
     * Lists teams in the order in which they were made; needs {@code agent:read}.
     *
     * @param query which
     * @return a page
     * @throws io.insightdesk.error.InvalidInputException with code {@code invalid_cursor} for a cursor of another list
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    TeamPage list(TeamQuery query);

    /**
     * Changes a team; needs {@code agent:admin}.
     *
     * @param id the team
     * @param expectedVersion the version that was read; null for any
     * @param change what shall be different
     * @return the team as stored
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.ConflictException with code {@code version_conflict} when somebody else was first, or
     *     {@code name_taken}
     * @throws io.insightdesk.error.InvalidInputException with code {@code unknown_agent} for members that do not exist
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not, or is no member and does not see the team's tickets
     */
    Team change(TeamId id, @Nullable Long expectedVersion, TeamChange change);
}
