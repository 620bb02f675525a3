package io.insightdesk.transfer;

import io.insightdesk.customer.CustomerId;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Work that takes longer than a call, as it stands now. A background job does it.
 *
 * @param id the operation; its job has the same identifier
 * @param kind what it does
 * @param customer whom it is about; null where it is about no customer
 * @param status how it stands
 * @param progress how far it is, 0 to 100; null where it does not tell
 * @param progressNote what it does at the moment; null where it does not tell
 * @param counts what was done so far, such as {@code tickets} and {@code messages}; unmodifiable
 * @param resultSize the length of the file that it made, in bytes; null where there is none (yet, or no longer)
 * @param resultSha256 the SHA-256 of that file, 64 lower-case hexadecimal digits; null where there is none
 * @param expiresAt when the file is removed; null where there is none
 * @param createdAt when it was asked for
 * @param finishedAt when it was done or cancelled; null before
 * @since 0.1.0
 */
public record LongOperation(
        OperationId id,
        OperationKind kind,
        @Nullable CustomerId customer,
        OperationStatus status,
        @Nullable Integer progress,
        @Nullable String progressNote,
        Map<String, Long> counts,
        @Nullable Long resultSize,
        @Nullable String resultSha256,
        @Nullable Instant expiresAt,
        Instant createdAt,
        @Nullable Instant finishedAt) {

    /** Copies the counts. */
    public LongOperation {
        counts = Map.copyOf(counts);
    }

    /**
     * The same operation with what was done by now.
     *
     * @param value what was done
     * @return a copy
     */
    public LongOperation withCounts(Map<String, Long> value) {
        return new LongOperation(
                id,
                kind,
                customer,
                status,
                progress,
                progressNote,
                value,
                resultSize,
                resultSha256,
                expiresAt,
                createdAt,
                finishedAt);
    }
}
