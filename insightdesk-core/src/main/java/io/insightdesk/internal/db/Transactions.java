package io.insightdesk.internal.db;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where a service's transactions come from: the library's own pool, a host's open transaction, or one that is already running. */
public interface Transactions {

    /** Runs the work in a transaction in which only the rows of the tenant can be seen. */
    <T extends @Nullable Object> T run(UUID tenant, TxWork<T> work);

    /**
     * Runs work that only reads, and that may be answered by a replica: with all that this caller has written and seen, though
     * perhaps not with the newest of others. Never for what decides who may do what. The work may be repeated.
     */
    default <T extends @Nullable Object> T read(UUID tenant, TxWork<T> work) {
        return run(tenant, work);
    }

    /**
     * Refuses a tenant that may not be used now, as {@link #run} does, where nothing is run.
     *
     * @throws io.insightdesk.error.AccessDeniedException with code {@code tenant_suspended}
     */
    default void admit(UUID tenant) {}

    /** Whether the work of {@link #run} becomes part of a transaction that somebody else began and will end. */
    boolean joinsAnother();
}
