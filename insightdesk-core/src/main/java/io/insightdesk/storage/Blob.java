package io.insightdesk.storage;

import static java.util.Objects.requireNonNull;

/**
 * A stored blob.
 *
 * @param id the blob
 * @param size its length in bytes
 * @param sha256 the SHA-256 of its content, 64 lower-case hexadecimal digits
 * @since 0.1.0
 */
public record Blob(BlobId id, long size, String sha256) {

    /** Checks that nothing is missing. */
    public Blob {
        requireNonNull(id, "id");
        requireNonNull(sha256, "sha256");
    }
}
