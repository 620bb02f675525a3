package io.insightdesk.jaxrs.internal;

import io.insightdesk.transfer.LongOperation;
import io.insightdesk.transfer.OperationKind;
import io.insightdesk.transfer.OperationStatus;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Work that takes longer than a request. */
record OperationJson(
        @Text("The operation.") UUID id,
        @Text("What it does.") OperationKind kind,

        @Text("The customer it is about; null where it is about none.") @Nullable UUID customer,

        @Text("How it stands.") OperationStatus status,

        @Text(value = "How far it is, in percent, where it tells.", example = "30") @Nullable Integer progress,

        @Text(value = "What it does at the moment, where it tells.", example = "Writes the file") @Nullable String progressNote,

        @Text("What was done so far, each kind of thing by its name.")
        Map<String, Long> counts,

        @Text(value = "The length of the file that it made, in bytes; null where there is none.", example = "48213")
        @Nullable Long resultSize,

        @Text(
                value = "The SHA-256 of that file, in hex.",
                example = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        @Nullable String resultSha256,

        @Text("When that file is removed.") @Nullable Instant expiresAt,

        @Text("When it was asked for.") Instant createdAt,
        @Text("When it was done or cancelled.") @Nullable Instant finishedAt)
        implements Wire {
    static OperationJson of(LongOperation operation) {
        return new OperationJson(
                operation.id().value(),
                operation.kind(),
                operation.customer() == null ? null : operation.customer().value(),
                operation.status(),
                operation.progress(),
                operation.progressNote(),
                // In order, so that the same operation has the same tag on every node.
                new TreeMap<>(operation.counts()),
                operation.resultSize(),
                operation.resultSha256(),
                operation.expiresAt(),
                operation.createdAt(),
                operation.finishedAt());
    }
}
