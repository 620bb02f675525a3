package io.insightdesk.login;

import java.util.List;

/**
 * The login of who is logged in. Each call needs a session of {@link Logins}: API tokens may do nothing here, also those of an agent, so
 * that one that leaked cannot take the account over. Customers have sessions, and neither a password nor a second factor. Changes take transactions of the library's own. Thread-safe.
 *
 * @since 0.1.0
 */
public interface Account {

    /**
     * Which of the sessions this is.
     *
     * @return the session by which the call comes
     * @throws io.insightdesk.error.AccessDeniedException when it comes by none
     */
    SessionId currentSession();

    /**
     * Lists the own sessions that last, the newest first; at most 100.
     *
     * @return the sessions
     * @throws io.insightdesk.error.AccessDeniedException when the call comes by no session
     */
    List<Session> sessions();

    /**
     * Ends one of the own sessions; see {@link Logins#logout} for when that is seen.
     *
     * @param id the session
     * @throws io.insightdesk.error.NotFoundException when there is no such own session that lasts
     * @throws io.insightdesk.error.AccessDeniedException when the call comes by no session
     */
    void endSession(SessionId id);

    /**
     * Ends all of the own sessions, this one too.
     *
     * @return how many there were
     * @throws io.insightdesk.error.AccessDeniedException when the call comes by no session
     */
    int endAllSessions();

    /**
     * Sets another password, and ends all other sessions of the agent.
     *
     * @param current the present password; wrong ones count as failed attempts to log in
     * @param wanted the new password; see {@link LoginOptions} for the rules
     * @throws io.insightdesk.error.InvalidInputException with code {@code wrong_password}, {@code weak_password}, {@code too_short},
     *     {@code too_long} or {@code breached_password}
     * @throws io.insightdesk.error.LimitReachedException with code {@code too_many_attempts}
     * @throws io.insightdesk.error.AccessDeniedException when the call comes by no session of an agent
     */
    void changePassword(String current, String wanted);

    /**
     * Sends a mail by which the agent shows to read the address: {@link Logins#confirmEmail}.
     *
     * @throws io.insightdesk.error.ConflictException with code {@code login_mail_not_configured} where mails cannot be sent
     * @throws io.insightdesk.error.AccessDeniedException when the call comes by no session of an agent
     */
    void verifyEmail();

    /**
     * The agent's second factor.
     *
     * @return the service
     * @throws io.insightdesk.error.AccessDeniedException when the call comes by no session of an agent
     */
    SecondFactor secondFactor();

    /**
     * The agent's security keys.
     *
     * @return the service
     * @throws io.insightdesk.error.AccessDeniedException when the call comes by no session of an agent
     */
    SecurityKeys securityKeys();
}
