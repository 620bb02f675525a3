package io.insightdesk.internal.db;

import org.jspecify.annotations.Nullable;

/**
 * Work inside a transaction. It may be repeated after a serialization failure, so it does nothing but database work.
 *
 * @param <T> what it answers
 */
@FunctionalInterface
public interface TxWork<T extends @Nullable Object> {

    /** Does the work. */
    T run(Tx tx);
}
