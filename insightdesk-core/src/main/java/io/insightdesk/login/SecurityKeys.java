package io.insightdesk.login;

import io.insightdesk.key.Secret;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The security keys and passkeys (W3C Web Authentication, Level 3) of who is logged in. Any of them is a second factor, beside an authenticator
 * or instead of one. A key answers for the addresses of {@link RelyingParty} only, so that a page elsewhere that looks the same gets nothing
 * of use. What a key is made of is not asked for: attestation of any kind is taken and not looked at.
 *
 * <p>Where keys are not offered, what adds or uses one throws a {@link io.insightdesk.error.ConflictException} with code {@code
 * security_keys_not_configured}; those that there are can still be listed and removed. Changes take transactions of the library's own.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public interface SecurityKeys {

    /** So many keys can an agent have. */
    int MAX_KEYS = 10;

    /** The greatest number of characters of a key's name. */
    int MAX_NAME = 100;

    /**
     * Lists the keys, in the order in which they were added.
     *
     * @return at most {@value #MAX_KEYS}
     */
    List<SecurityKey> list();

    /**
     * Gives one of the keys.
     *
     * @param id which
     * @return the key
     * @throws io.insightdesk.error.NotFoundException when there is no such own key
     */
    SecurityKey get(SecurityKeyId id);

    /**
     * Begins to add a key.
     *
     * @param password the present password; wrong ones count as failed attempts to log in
     * @param code six digits of the authenticator, a recovery code, or what {@link #prove} gave; null while no second factor is set up
     * @return what to ask the key; good for this session and {@link LoginOptions#CHALLENGE_LIFETIME}
     * @throws io.insightdesk.error.InvalidInputException with code {@code wrong_password}, {@code wrong_code}, or {@code required} for a
     *     code that is missing
     * @throws io.insightdesk.error.LimitReachedException with code {@code too_many_security_keys} after {@value #MAX_KEYS}, {@code
     *     too_many_attempts}
     */
    KeyOptions begin(String password, @Nullable String code);

    /**
     * Adds the key: from now on a login needs a second factor. This session counts as begun with one; all others end.
     *
     * @param name by which to know it; at most {@value #MAX_NAME} characters
     * @param credential what the browser answered, the JSON of {@code PublicKeyCredential.toJSON()}
     * @return the key, with recovery codes where it is the first second factor
     * @throws io.insightdesk.error.InvalidInputException with code {@code wrong_key} when the answer is not one to what was asked of this session,
     *     or too late; then it has to be begun again. With code {@code invalid_value} when it cannot be read at all
     * @throws io.insightdesk.error.ConflictException with code {@code security_key_exists} when somebody has the key already
     * @throws io.insightdesk.error.LimitReachedException with code {@code too_many_security_keys} after {@value #MAX_KEYS}
     */
    Added finish(String name, String credential);

    /**
     * Names a key anew.
     *
     * @param id which
     * @param name at most {@value #MAX_NAME} characters
     * @return the key
     * @throws io.insightdesk.error.InvalidInputException with code {@code required} or {@code too_long}
     * @throws io.insightdesk.error.NotFoundException when there is no such own key
     */
    SecurityKey rename(SecurityKeyId id, String name);

    /**
     * Removes a key; with the last second factor go the recovery codes.
     *
     * @param id which
     * @param code six digits of the authenticator, a recovery code, or what {@link #prove} gave, by the same key or another one
     * @throws io.insightdesk.error.InvalidInputException with code {@code wrong_code}
     * @throws io.insightdesk.error.NotFoundException when there is no such own key; the code stays good
     * @throws io.insightdesk.error.LimitReachedException with code {@code too_many_attempts}
     */
    void remove(SecurityKeyId id, String code);

    /**
     * Begins to show a key, for a call that asks for a second factor.
     *
     * @return what to ask it; good for this session and {@link LoginOptions#CHALLENGE_LIFETIME}
     * @throws io.insightdesk.error.ConflictException with code {@code no_security_key} where there is none
     */
    KeyOptions beginProof();

    /**
     * Gives a code for a key's answer, which can be given instead of an authenticator's to any call of this session that asks for one.
     *
     * @param credential what the browser answered, the JSON of {@code PublicKeyCredential.toJSON()}
     * @return the code, good once and for {@link LoginOptions#CHALLENGE_LIFETIME}
     * @throws io.insightdesk.error.InvalidInputException with code {@code wrong_key} when the answer is not one to what was asked of this session,
     *     of none of the agent's keys, or too late; then it has to be begun again. With code {@code invalid_value} when it cannot be read at all
     * @throws io.insightdesk.error.LimitReachedException with code {@code too_many_attempts}
     */
    Secret prove(String credential);

    /**
     * A key that was added.
     *
     * @param key the key
     * @param recoveryCodes each good once instead of the key, shown this once; empty where there was a second factor before
     */
    record Added(SecurityKey key, List<String> recoveryCodes) {

        /** Makes the list unmodifiable. */
        public Added {
            recoveryCodes = List.copyOf(recoveryCodes);
        }

        /** Without the codes. */
        @Override
        public String toString() {
            return "Added[" + key + "]";
        }
    }
}
