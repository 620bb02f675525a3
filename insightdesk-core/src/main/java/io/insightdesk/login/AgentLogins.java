package io.insightdesk.login;

import io.insightdesk.identity.AgentId;
import java.util.List;

/**
 * How agents log in, for who administers them. All calls need {@code agent:admin}, and every permission that the agent has: whoever
 * can set a password can act as its owner. Thread-safe outside a host's transaction.
 *
 * @since 0.1.0
 */
public interface AgentLogins {

    /**
     * Sends an agent a mail by which a password can be set ({@link Logins#resetPassword}); the link of an older invitation is good
     * no more.
     *
     * @param agent who
     * @throws io.insightdesk.error.NotFoundException when there is no such agent
     * @throws io.insightdesk.error.ConflictException with code {@code login_mail_not_configured} where mails cannot be sent
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    void invite(AgentId agent);

    /**
     * Sets an agent's password, such as the first administrator's, and ends all sessions of the agent. Not in a host's transaction:
     * what it takes would keep it open for too long.
     *
     * @param agent who
     * @param password the new password; see {@link LoginOptions} for the rules
     * @throws io.insightdesk.error.NotFoundException when there is no such agent
     * @throws io.insightdesk.error.InvalidInputException with code {@code weak_password}, {@code too_short}, {@code too_long} or {@code
     *     breached_password}
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    void setPassword(AgentId agent, String password);

    /**
     * Lists an agent's sessions that last, the newest first; at most 100.
     *
     * @param agent who
     * @return the sessions
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     * @throws io.insightdesk.error.NotFoundException when there is no such agent
     */
    List<Session> sessions(AgentId agent);

    /**
     * Ends all sessions of an agent; see {@link Logins#logout} for when that is seen.
     *
     * @param agent who
     * @return how many there were
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     * @throws io.insightdesk.error.NotFoundException when there is no such agent
     */
    int endSessions(AgentId agent);

    /**
     * Removes an agent's second factors, authenticator, security keys and recovery codes, for one who has lost them, and ends all sessions
     * of the agent.
     *
     * @param agent who
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     * @throws io.insightdesk.error.NotFoundException when there is no such agent
     */
    void removeAuthenticator(AgentId agent);
}
