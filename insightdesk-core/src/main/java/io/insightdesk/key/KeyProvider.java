package io.insightdesk.key;

import java.util.Optional;

/**
 * Extension point: where the integrity keys come from. Without one they are made with the first start and kept in the
 * library's database. A key that ever signed must be found for as long as its tokens shall be good: reply tokens live for two
 * years. Called often, so implementations keep keys in memory. Thread-safe.
 *
 * @since 0.1.0
 */
public interface KeyProvider {

    /**
     * The key that signs from now on.
     *
     * @return the current key
     */
    IntegrityKey current();

    /**
     * Looks up a key by the id that a token carries.
     *
     * @param id any text that came from outside
     * @return the key; empty when there is none
     */
    Optional<IntegrityKey> find(String id);
}
