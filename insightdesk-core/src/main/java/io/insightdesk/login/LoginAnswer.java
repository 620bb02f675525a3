package io.insightdesk.login;

import io.insightdesk.key.Secret;
import java.time.Instant;
import java.util.Set;

/**
 * What becomes of a right password.
 *
 * @since 0.1.0
 */
public sealed interface LoginAnswer permits LoggedIn, LoginAnswer.SecondFactorNeeded {

    /**
     * The password was right, and a code is needed, too: {@link Logins#confirm}.
     *
     * @param challenge to be given back with the code; good for {@link LoginOptions#CHALLENGE_LIFETIME} and one session
     * @param expiresAt until when
     * @param methods what can be given: {@code totp}, {@code recovery_code}
     */
    record SecondFactorNeeded(Secret challenge, Instant expiresAt, Set<String> methods) implements LoginAnswer {

        /** Makes the set unmodifiable. */
        public SecondFactorNeeded {
            methods = Set.copyOf(methods);
        }
    }
}
