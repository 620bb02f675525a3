package io.insightdesk.login;

import java.util.List;
import java.util.Optional;

/**
 * What can be done before it is known who asks. Each call is one or more transactions of the library's own. Passwords are
 * compared by Argon2id, which takes tens of milliseconds and {@value LoginOptions#ARGON2_MEMORY_KIB} KiB. Thread-safe.
 *
 * <p>Failed attempts are counted in the database, by account and by address, so that all nodes agree. From the fifth in a row on an
 * account has to wait, twice as long after each further one, at most {@link LoginOptions#LONGEST_WAIT}; an address from the
 * thirtieth. An unknown account is answered as one whose password is wrong, takes as long, and is counted and made to wait in the same way.
 *
 * @since 0.1.0
 */
public interface Logins {

    /**
     * Begins a session, or asks for a second factor.
     *
     * @param tenant the tenant's slug
     * @param email the agent's mail address
     * @param password the password
     * @param client where the call comes from
     * @return the session's tokens, or what is needed besides
     * @throws io.insightdesk.error.NotAuthenticatedException with code {@code invalid_credentials}: there is no such active tenant or
     *     agent, the agent has no password or not a verified address where that is required, or it is another password
     * @throws io.insightdesk.error.LimitReachedException with code {@code too_many_attempts}; the password was not looked at
     * @throws io.insightdesk.error.UnavailableException with code {@code login_busy} when too many log in at this moment
     */
    LoginAnswer login(String tenant, String email, String password, Client client);

    /**
     * Begins the session for which a second factor was asked.
     *
     * @param challenge from {@link LoginAnswer.SecondFactorNeeded}
     * @param code six digits of the authenticator, or a recovery code; each is good once
     * @param client where the call comes from
     * @return the session's tokens
     * @throws io.insightdesk.error.NotAuthenticatedException with code {@code invalid_challenge} when it expired or was used: log in
     *     again; with code {@code invalid_code} for a wrong or used code
     * @throws io.insightdesk.error.LimitReachedException with code {@code too_many_attempts}; the code was not looked at
     */
    LoggedIn confirm(String challenge, String code, Client client);

    /**
     * Begins to show a security key for the session for which a second factor was asked. Nothing is counted.
     *
     * @param challenge from {@link LoginAnswer.SecondFactorNeeded}
     * @param client where the call comes from
     * @return what to ask the agent's keys
     * @throws io.insightdesk.error.NotAuthenticatedException with code {@code invalid_challenge} when it expired or was used: log in again
     * @throws io.insightdesk.error.ConflictException with code {@code no_security_key} where the agent has none, {@code
     *     security_keys_not_configured} where they are not offered
     */
    KeyOptions beginKey(String challenge, Client client);

    /**
     * Begins the session for which a second factor was asked. What a key was asked is gone with the first answer, also with a wrong one. A key whose
     * count of signatures does not go on is refused, because there may be a copy of it, and that is in the event log as {@code
     * security_key_counter_reversed}.
     *
     * @param challenge from {@link LoginAnswer.SecondFactorNeeded}
     * @param credential what the browser answered, the JSON of {@code PublicKeyCredential.toJSON()}
     * @param client where the call comes from
     * @return the session's tokens
     * @throws io.insightdesk.error.NotAuthenticatedException with code {@code invalid_challenge} when it expired or was used: log in
     *     again; with code {@code invalid_key} when the answer is not one to what was asked, of none of the agent's keys, or too late: begin again
     *     with {@link #beginKey}
     * @throws io.insightdesk.error.InvalidInputException with code {@code invalid_value} when the answer cannot be read at all
     * @throws io.insightdesk.error.LimitReachedException with code {@code too_many_attempts}; the answer was not looked at
     * @throws io.insightdesk.error.ConflictException with code {@code security_keys_not_configured} where they are not offered
     */
    LoggedIn confirmWithKey(String challenge, String credential, Client client);

    /**
     * Goes on with a session. The refresh token is good once and replaced. One that comes again is taken for stolen, and ends its
     * session with all that belongs to it, also when the first answer was lost on the way: log in again then. Programs that
     * share a session take turns.
     *
     * @param refreshToken the session's latest
     * @param client where the call comes from
     * @return new tokens of the same session
     * @throws io.insightdesk.error.NotAuthenticatedException with code {@code invalid_refresh_token} when it is none, expired, was used,
     *     or its session has ended
     */
    LoggedIn refresh(String refreshToken, Client client);

    /**
     * Ends the session of a refresh token; nothing happens where it is none. Access tokens of the session are refused at once on
     * this node, and within {@link LoginOptions#REVOCATION_SEEN_WITHIN} on others.
     *
     * @param refreshToken any of the session's, also a used one
     * @param client where the call comes from
     */
    void logout(String refreshToken, Client client);

    /**
     * Sends a mail by which the password can be set anew. Does the same, and takes as long, for an address that nobody has; at most
     * {@value LoginOptions#MAILS_PER_HOUR} mails an hour leave for one.
     *
     * @param tenant the tenant's slug
     * @param email the agent's mail address
     * @param client where the call comes from
     * @throws io.insightdesk.error.ConflictException with code {@code login_mail_not_configured} where mails cannot be sent
     */
    void forgotPassword(String tenant, String email, Client client);

    /**
     * Sets a password by a link of {@link #forgotPassword} or of an {@linkplain AgentLogins#invite invitation}, and ends all sessions
     * of the agent. The agent's address counts as verified then.
     *
     * @param token from the link; good once
     * @param password the new password; see {@link LoginOptions} for the rules
     * @param client where the call comes from
     * @throws io.insightdesk.error.NotAuthenticatedException with code {@code invalid_link} when it is none, expired or was used
     * @throws io.insightdesk.error.InvalidInputException with code {@code weak_password}, {@code too_short}, {@code too_long} or {@code
     *     breached_password}; the token stays good
     */
    void resetPassword(String token, String password, Client client);

    /**
     * Notes that an agent reads the mails of the address, by a link of {@link Account#verifyEmail}.
     *
     * @param token from the link; good once
     * @param client where the call comes from
     * @throws io.insightdesk.error.NotAuthenticatedException with code {@code invalid_link} when it is none, expired, was used, or the
     *     agent has another address by now
     */
    void confirmEmail(String token, Client client);

    /**
     * Where the agents of a tenant may log in instead of with a password.
     *
     * @param tenant the tenant's slug; whether there is such a tenant is not told
     * @return names of {@linkplain LoginOptions#openIdProviders providers}
     */
    List<String> openIdProviders(String tenant);

    /**
     * Begins a login at an OpenID provider.
     *
     * @param tenant the tenant's slug
     * @param provider the provider's name
     * @param client where the call comes from
     * @return where to send the browser
     * @throws io.insightdesk.error.NotAuthenticatedException with code {@code openid_not_offered}
     * @throws io.insightdesk.error.UnavailableException with code {@code openid_provider_unavailable}
     */
    OpenIdStart beginOpenId(String tenant, String provider, Client client);

    /**
     * Finishes a login at an OpenID provider. Can be tried once.
     *
     * @param state from the query with which the provider sent the browser back
     * @param code from the same query
     * @param binding what {@link OpenIdStart#binding} the browser kept
     * @param client where the call comes from
     * @return the session's tokens, or what is needed besides where the agent has set up a second factor here
     * @throws io.insightdesk.error.NotAuthenticatedException with code {@code openid_state_invalid} when it was begun in another browser,
     *     took longer than {@link LoginOptions#OPENID_LIFETIME} or was tried before; {@code openid_refused} when the provider does not
     *     vouch for it; {@code openid_unknown_agent} when there is no active agent for it
     * @throws io.insightdesk.error.UnavailableException with code {@code openid_provider_unavailable}
     */
    LoginAnswer finishOpenId(String state, String code, String binding, Client client);

    /**
     * Begins the login of a customer: has a mail sent with a link that is good once, for {@link LoginOptions#LINK_LIFETIME}, and in the browser
     * that asked for it. It ends an earlier link of the same address. Does the same, takes as long and answers the same for an address that
     * nobody has; at most {@value LoginOptions#MAILS_PER_HOUR} links an hour can be asked for one address, and a network
     * address from which many are asked for and not used has to wait as after failed attempts.
     *
     * @param tenant the tenant's slug
     * @param email the customer's mail address
     * @param client where the call comes from
     * @return what the browser has to keep
     * @throws io.insightdesk.error.LimitReachedException with code {@code too_many_attempts}
     * @throws io.insightdesk.error.ConflictException with code {@code customer_login_not_offered} where customers may not log in, or
     *     {@code login_mail_not_configured} where mails cannot be sent
     */
    LinkStart beginLink(String tenant, String email, Client client);

    /**
     * Finishes the login of a customer by the link of the mail. Where {@link CustomerLogin#ANYBODY} may log in, an address that nobody has
     * becomes a customer. The session ends with the address: when it is taken away from the customer, or the customer is erased, it ends
     * at once on all nodes.
     *
     * @param token from the link; good once
     * @param binding what {@link LinkStart#binding} the browser kept
     * @param client where the call comes from
     * @return the session's tokens
     * @throws io.insightdesk.error.NotAuthenticatedException with code {@code invalid_link} when it is none, expired, was used, there is a
     *     later one, or the address is not the customer's any more; with code {@code other_browser} when it was asked for elsewhere, and
     *     then it stays good there
     * @throws io.insightdesk.error.ConflictException with code {@code customer_login_not_offered} where customers may not log in
     */
    LoggedIn finishLink(String token, String binding, Client client);

    /**
     * The keys by which others can verify access tokens (RFC 7517), present and previous. None where they are signed by a shared
     * secret.
     *
     * @return a JSON Web Key Set, with public keys only
     */
    String publicKeys();

    /**
     * A token against forged requests for a session whose tokens are in cookies: the page sends it along in a header, which pages
     * of other sites cannot.
     *
     * @param session the session
     * @return the token, which is good as long as the session
     */
    String csrfToken(SessionId session);

    /**
     * Tells whether a token is that of {@link #csrfToken}. Compares in constant time.
     *
     * @param session the session
     * @param token what the request brought
     * @return true when it is
     */
    boolean isCsrfToken(SessionId session, String token);

    /**
     * Reads to which session a refresh token belongs, without asking whether it is good.
     *
     * @param refreshToken the token
     * @return the session; empty when it is no refresh token
     */
    Optional<SessionId> sessionOf(String refreshToken);
}
