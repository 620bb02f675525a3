package io.insightdesk.login;

import io.insightdesk.key.Secret;
import java.util.List;

/**
 * The second factor of who is logged in: an authenticator, and recovery codes for when it is lost. Seeds are encrypted in the database;
 * without an encryption key
 * each call throws an {@link io.insightdesk.error.UnavailableException} with code {@code encryption_key_missing}. Thread-safe.
 *
 * @since 0.1.0
 */
public interface SecondFactor {

    /**
     * Begins to set up an authenticator (TOTP, RFC 6238: SHA-1, six digits, 30 seconds). It is asked for once it is {@linkplain
     * #confirm confirmed}; beginning again makes another seed.
     *
     * @param password the present password; wrong ones count as failed attempts to log in
     * @return the seed
     * @throws io.insightdesk.error.InvalidInputException with code {@code wrong_password}
     * @throws io.insightdesk.error.ConflictException with code {@code authenticator_exists}: remove it first
     * @throws io.insightdesk.error.LimitReachedException with code {@code too_many_attempts}
     */
    Authenticator begin(String password);

    /**
     * Ends the set-up of an authenticator: from now on a login needs a code. This session counts as begun with one; all others end.
     *
     * @param code six digits that it shows
     * @return recovery codes, each good once instead of the authenticator's; they are shown this once
     * @throws io.insightdesk.error.InvalidInputException with code {@code wrong_code}
     * @throws io.insightdesk.error.ConflictException with code {@code no_authenticator} where nothing was begun
     * @throws io.insightdesk.error.LimitReachedException with code {@code too_many_attempts}
     */
    List<String> confirm(String code);

    /**
     * Removes the authenticator and the recovery codes.
     *
     * @param code six digits that it shows, or a recovery code
     * @throws io.insightdesk.error.InvalidInputException with code {@code wrong_code}
     * @throws io.insightdesk.error.ConflictException with code {@code no_authenticator} where there is none
     * @throws io.insightdesk.error.LimitReachedException with code {@code too_many_attempts}
     */
    void remove(String code);

    /**
     * Makes new recovery codes; the old ones are good no more.
     *
     * @param code six digits that the authenticator shows
     * @return the codes
     * @throws io.insightdesk.error.InvalidInputException with code {@code wrong_code}
     * @throws io.insightdesk.error.ConflictException with code {@code no_authenticator} where there is none
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
