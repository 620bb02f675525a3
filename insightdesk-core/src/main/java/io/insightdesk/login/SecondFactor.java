package io.insightdesk.login;

import io.insightdesk.key.Secret;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The second factor of who is logged in: an authenticator, and recovery codes for when it or a {@linkplain SecurityKeys security key} is
 * lost. Seeds are encrypted in the database; without an encryption key what makes or reads one throws an {@link
 * io.insightdesk.error.UnavailableException} with code {@code encryption_key_missing}. Keys need none. Thread-safe.
 *
 * @since 0.1.0
 */
public interface SecondFactor {

    /**
     * Begins to set up an authenticator (TOTP, RFC 6238: SHA-1, six digits, 30 seconds). It is asked for once it is {@linkplain
     * #confirm confirmed}; beginning again makes another seed.
     *
     * @param password the present password; wrong ones count as failed attempts to log in
     * @param code what {@link SecurityKeys#prove} gave, or a recovery code, where there is a security key; null where there is none
     * @return the seed
     * @throws io.insightdesk.error.InvalidInputException with code {@code wrong_password}, {@code wrong_code}, or {@code required} for a
     *     code that is missing
     * @throws io.insightdesk.error.ConflictException with code {@code authenticator_exists}: remove it first
     * @throws io.insightdesk.error.LimitReachedException with code {@code too_many_attempts}
     */
    Authenticator begin(String password, @Nullable String code);

    /**
     * The same for who has no security key.
     *
     * @param password the present password
     * @return the seed
     */
    default Authenticator begin(String password) {
        return begin(password, null);
    }

    /**
     * Ends the set-up of an authenticator: from now on a login needs a code. This session counts as begun with one; all others end.
     *
     * @param code six digits that it shows
     * @return recovery codes, each good once instead of the authenticator's; they are shown this once. None where there is a security key, with
     *     which they were given
     * @throws io.insightdesk.error.InvalidInputException with code {@code wrong_code}
     * @throws io.insightdesk.error.ConflictException with code {@code no_authenticator} where nothing was begun
     * @throws io.insightdesk.error.LimitReachedException with code {@code too_many_attempts}
     */
    List<String> confirm(String code);

    /**
     * Removes the authenticator, and the recovery codes unless there is a security key.
     *
     * @param code six digits that it shows, a recovery code, or what {@link SecurityKeys#prove} gave
     * @throws io.insightdesk.error.InvalidInputException with code {@code wrong_code}
     * @throws io.insightdesk.error.ConflictException with code {@code no_authenticator} where there is none
     * @throws io.insightdesk.error.LimitReachedException with code {@code too_many_attempts}
     */
    void remove(String code);

    /**
     * Makes new recovery codes; the old ones are good no more.
     *
     * @param code six digits that the authenticator shows, or what {@link SecurityKeys#prove} gave
     * @return the codes
     * @throws io.insightdesk.error.InvalidInputException with code {@code wrong_code}
     * @throws io.insightdesk.error.ConflictException with code {@code no_authenticator} where there is neither
     * @throws io.insightdesk.error.LimitReachedException with code {@code too_many_attempts}
     */
    List<String> renewRecoveryCodes(String code);

    /**
     * The seed of an authenticator, shown this once.
     *
     * @param seed in base 32, to be typed
     * @param uri {@code otpauth://…}, to be shown as a QR code
     */
    record Authenticator(Secret seed, Secret uri) {}
}
