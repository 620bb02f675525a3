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
     * The password was right, and a second factor is needed, too: a code ({@link Logins#confirm}) or a security key ({@link
     * Logins#beginKey}).
     *
     * @param challenge to be given back with it; good for {@link LoginOptions#CHALLENGE_LIFETIME} and one session
     * @param expiresAt until when
     * @param methods what can be given: {@code totp} and {@code security_key}, whichever are set up, and {@code recovery_code}
     */
    record SecondFactorNeeded(Secret challenge, Instant expiresAt, Set<String> methods) implements LoginAnswer {

        /** Makes the set unmodifiable. */
        public SecondFactorNeeded {
            methods = Set.copyOf(methods);
        }
    }
}
