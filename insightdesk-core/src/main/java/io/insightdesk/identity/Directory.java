package io.insightdesk.identity;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The agents and teams of a tenant as a company's identity provider keeps them: as users and groups of SCIM 2.0 (RFC 7643 and 7644).
 * A user is an agent, a group a team; those made over other ways are users and groups too. All calls need {@code agent:provision}, which
 * allows nothing about logins. Nobody gives a role, or touches an agent who has one, beyond the own one. Each call is one transaction, or
 * part of the host's. Thread-safe outside a host's transaction.
 *
 * @apiNote Preview: may change with any minor release.
 * @since 0.1.0
 */
public interface Directory {

    /**
     * Makes a user, or brings back the one of this user name who was removed.
     *
     * @param user what it shall be
     * @return the user as stored
     * @throws io.insightdesk.error.ConflictException with code {@code user_name_taken}, {@code email_taken} or
     *     {@code external_id_taken}
     * @throws io.insightdesk.error.InvalidInputException with code {@code unknown_role}
     * @throws io.insightdesk.error.LimitReachedException with code {@code agent_limit_reached}
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not, or the role is beyond the actor's own
     */
    DirectoryUser createUser(UserAttributes user);

    /**
     * Reads a user.
     *
     * @param id the agent
     * @return the user
     * @throws io.insightdesk.error.NotFoundException when there is none, or it was removed
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    DirectoryUser getUser(AgentId id);

    /**
     * Lists users in the order in which they were made.
     *
     * @param query which
     * @return a page
     * @throws IllegalArgumentException when the filter is about what only groups have
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    DirectoryPage<DirectoryUser> listUsers(DirectoryQuery query);

    /**
     * Changes a user. Who works here no longer loses all sessions and API tokens, and none of them comes back: API tokens at once
     * everywhere, sessions at once on this node and within five seconds on others.
     *
     * @param id the agent
     * @param expectedVersion the version that was read; null for any
     * @param change makes what shall be from what is; in the transaction, and perhaps more than once. What it throws ends the change
     * @return the user as stored
     * @throws io.insightdesk.error.NotFoundException when there is none, or it was removed
     * @throws io.insightdesk.error.ConflictException as for {@link #createUser}; with code {@code version_conflict} when somebody else
     *     was first; with {@code last_owner} when it would leave the tenant, which has an owner, without one; with {@code agent_in_motion}
     *     when the agent became an owner at this moment
     * @throws io.insightdesk.error.InvalidInputException with code {@code unknown_role}
     * @throws io.insightdesk.error.LimitReachedException with code {@code agent_limit_reached}
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not, or the agent's role is, or would be, beyond the
     *     actor's own
     */
    DirectoryUser changeUser(AgentId id, @Nullable Long expectedVersion, UnaryOperator<UserAttributes> change);

    /**
     * Removes a user: the agent works here no longer, leaves all teams, loses all sessions and API tokens, and is no user any more. As an
     * agent it stays, for its tickets name it; {@link Agents} still has it. {@link #createUser} with the same user name brings it back,
     * and so does who makes it active.
     *
     * @param id the agent
     * @param expectedVersion the version that was read; null for any
     * @throws io.insightdesk.error.NotFoundException when there is none, or it was removed
     * @throws io.insightdesk.error.ConflictException as for {@link #changeUser}
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not, or the agent's role is beyond the actor's own
     */
    void removeUser(AgentId id, @Nullable Long expectedVersion);

    /**
     * Makes a group, or brings back the one of this name that was removed.
     *
     * @param group what it shall be
     * @return the group as stored, with its members
     * @throws io.insightdesk.error.ConflictException with code {@code name_taken} or {@code external_id_taken}
     * @throws io.insightdesk.error.InvalidInputException with code {@code unknown_agent} for members that are no users
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    DirectoryGroup createGroup(GroupAttributes group);

    /**
     * Reads a group.
     *
     * @param id the team
     * @param members whether its members are asked for
     * @return the group
     * @throws io.insightdesk.error.NotFoundException when there is none, or it was removed
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    DirectoryGroup getGroup(TeamId id, boolean members);

    /**
     * Lists groups in the order in which they were made.
     *
     * @param query which
     * @param members whether their members are asked for
     * @return a page
     * @throws IllegalArgumentException when the filter is about what only users have
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    DirectoryPage<DirectoryGroup> listGroups(DirectoryQuery query, boolean members);

    /**
     * Changes a group. However many members it has, they take a few statements.
     *
     * @param id the team
     * @param expectedVersion the version that was read; null for any
     * @param change makes what shall be from what is; in the transaction, and perhaps more than once. What it throws ends the change
     * @return the group as stored, with its members
     * @throws io.insightdesk.error.NotFoundException when there is none, or it was removed
     * @throws io.insightdesk.error.ConflictException with code {@code name_taken} or {@code external_id_taken}; with
     *     {@code version_conflict} when somebody else was first
     * @throws io.insightdesk.error.InvalidInputException with code {@code unknown_agent} for new members that are no users
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not, or does not see the team's tickets
     */
    DirectoryGroup changeGroup(TeamId id, @Nullable Long expectedVersion, UnaryOperator<GroupAttributes> change);

    /**
     * Removes a group: the team has no members any more, and is no group. As a team it stays, for its tickets name it;
     * {@link #createGroup} with the same name brings it back, and so does any change through {@link Teams}.
     *
     * @param id the team
     * @param expectedVersion the version that was read; null for any
     * @throws io.insightdesk.error.NotFoundException when there is none, or it was removed
     * @throws io.insightdesk.error.ConflictException with code {@code version_conflict} when somebody else was first
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not, or does not see the team's tickets
     */
    void removeGroup(TeamId id, @Nullable Long expectedVersion);
}
