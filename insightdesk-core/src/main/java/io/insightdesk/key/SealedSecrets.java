package io.insightdesk.key;

/**
 * The secrets of all tenants that are encrypted at rest, for whoever changes the encryption key. For the host's own
 * administration: nobody's permissions are checked. Thread-safe.
 *
 * @since 0.1.0
 */
public interface SealedSecrets {

    /**
     * Counts what is still encrypted under another key than the current one. At 0, on a cluster whose nodes all have the new key,
     * the older keys are not needed any more.
     *
     * @return the number of secrets, over all tenants
     * @throws io.insightdesk.error.UnavailableException with code {@code encryption_key_missing} when there are no keys
     */
    long underOlderKeys();

    /**
     * Encrypts all of them anew under the current key, now. The workers do it by themselves within the hour. Several nodes may do
     * it at once, and secrets may be read and changed meanwhile.
     *
     * @return how many were encrypted anew
     * @throws io.insightdesk.error.UnavailableException with code {@code encryption_key_missing} when there are no keys, with
     *     {@code encryption_key_unknown} or {@code secret_unreadable} after all others were done when one cannot be decrypted
     */
    long reseal();
}
