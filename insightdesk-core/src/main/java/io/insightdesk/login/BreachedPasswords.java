package io.insightdesk.login;

/**
 * Extension point: knows passwords that are known from breaches elsewhere, such as by a service that is asked for the first
 * characters of a hash. Asked outside of database transactions when a password is set, never when one is used. Thread-safe.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface BreachedPasswords {

    /** Knows none. Passwords that are easily guessed are refused all the same. */
    BreachedPasswords NONE = password -> false;

    /**
     * Tells whether a password is known. When this throws the password is not set, so whoever would rather have any password
     * than none answers false instead.
     *
     * @param password as it was typed; not to be kept nor logged
     * @return true to refuse it
     */
    boolean isBreached(String password);
}
