package io.insightdesk.storage.internal;

import io.insightdesk.error.LimitReachedException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.storage.Blob;
import io.insightdesk.storage.BlobId;
import io.insightdesk.storage.BlobStore;
import io.insightdesk.storage.FileScanner;
import io.insightdesk.storage.ScanResult;
import io.insightdesk.storage.UnscannedFiles;
import io.insightdesk.tenant.TenantId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs: a row first, then the content, then the link from the business transaction; what is never linked is swept. Contents
 * are moved outside transactions only, so nothing but {@link #find}, {@link #link} and {@link #unlink} belongs inside one.
 * Thread-safe.
 */
public final class StorageFeature {

    /** Of what a scanner for malware does not answer for. */
    public static final String SCANNER_UNAVAILABLE = "scanner_unavailable";

    /** How long an upload may wait for the transaction that links it. */
    public static final Duration ABANDONED_AFTER = Duration.ofHours(24);

    private static final Logger log = LoggerFactory.getLogger(StorageFeature.class);
    private static final int SWEEP_BATCH = 100;

    private final Database database;
    private final Clock clock;
    private final BlobStore contents;
    private final BlobRowStore rows = new BlobRowStore();
    private final FileScans scans;

    /**
     * Makes the feature.
     *
     * @param hosts where contents are kept; null for the database
     */
    public StorageFeature(Database database, Clock clock, @Nullable BlobStore hosts) {
        this(database, clock, hosts, null, UnscannedFiles.REFUSE, new SimpleMeterRegistry());
    }

    /**
     * Makes the feature.
     *
     * @param hosts where contents are kept; null for the database
     * @param scanner looks for malware in files; null for none
     * @param unscanned what becomes of files that it did not look at
     */
    public StorageFeature(
            Database database,
            Clock clock,
            @Nullable BlobStore hosts,
            @Nullable FileScanner scanner,
            UnscannedFiles unscanned,
            MeterRegistry meters) {
        this.scans = new FileScans(this, scanner, unscanned, meters);
        this.database = database;
        this.clock = clock;
        this.contents = hosts == null ? new DatabaseBlobStore(database, new ChunkStore()) : hosts;
    }

    /**
     * Stores a content under a new id. Takes connections of its own, so it is not for a host's open transaction.
     *
     * @param content read to its end, not closed
     * @throws LimitReachedException with code {@code blob_too_large}; nothing stays but what the sweeper takes
     * @throws UnavailableException with code {@code blob_store_unavailable} when the content cannot be read or kept
     */
    public Blob store(TenantId tenant, InputStream content, long maxSize) {
        BlobId id = new BlobId(Ids.next());
        database.run(tenant.value(), tx -> rows.insertPending(tx, id, now()));
        Measured measured = new Measured(content, maxSize);
        try {
            contents.put(tenant, id, measured);
        } catch (Measured.TooLargeException e) {
            throw new LimitReachedException(
                    "blob_too_large", "The file is larger than the " + maxSize + " bytes that are allowed.", null);
        } catch (IOException e) {
            throw new UnavailableException(
                    "blob_store_unavailable", "The content could not be kept as blob " + id + ". Try again later.", e);
        }
        Blob blob = new Blob(id, measured.size(), measured.sha256());
        if (!database.run(tenant.value(), tx -> rows.markStored(tx, blob))) {
            discard(tenant, id);
            throw new UnavailableException(
                    "upload_too_slow",
                    "The upload of blob " + id + " took longer than " + ABANDONED_AFTER + " and was given up.",
                    null);
        }
        return blob;
    }

    private void discard(TenantId tenant, BlobId id) {
        try {
            contents.delete(tenant, id);
        } catch (IOException e) {
            log.warn(
                    "The content of blob {} of tenant {} could not be removed and stays without an owner",
                    id,
                    tenant,
                    e);
        }
    }

    /**
     * Has a content that is stored, and not linked yet, looked at by the scanner for malware. Takes as long as that does, so it is never
     * called inside a transaction.
     *
     * @return what was found; null where there is no scanner
     * @throws UnavailableException with code {@link #SCANNER_UNAVAILABLE} when the scanner does not answer, and nothing unscanned is taken
     */
    public @Nullable ScanResult scan(TenantId tenant, Blob blob) {
        return scans.scan(tenant, blob);
    }

    /**
     * Refuses a file that somebody wants to upload, where nobody would be given it.
     *
     * @param pointer where it is, as a JSON pointer
     */
    public void requireGood(String pointer, @Nullable ScanResult result) {
        scans.requireGood(pointer, result);
    }

    /**
     * Refuses to give out a file that is kept from everybody.
     *
     * @throws io.insightdesk.error.AccessDeniedException with code {@code attachment_withheld}
     */
    public void requireReadable(@Nullable ScanResult result) {
        scans.requireReadable(result);
    }

    /** Whether there is a scanner for malware. */
    public boolean hasScanner() {
        return scans.configured();
    }

    /** What is wrong with the scanner, for people; empty where all is well or there is none. */
    public Optional<String> scannerProblem() {
        return scans.problem();
    }

    /** Removes blobs that nothing was linked to, because something failed; what cannot be removed now the sweeper takes after a day. */
    public void removeAfter(Throwable failure, TenantId tenant, Collection<BlobId> ids) {
        if (ids.isEmpty()) {
            return;
        }
        try {
            database.run(tenant.value(), tx -> {
                discard(tx, ids);
                return ids;
            });
            int unused = removeDiscarded(tenant);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** A stored blob, linked or not. */
    public Optional<Blob> find(Tx tx, BlobId id) {
        return rows.find(tx, id);
    }

    /**
     * Makes the blob belong to something, in the transaction of that something. Repeating it does no harm.
     *
     * @throws NotFoundException when the blob is not stored, or was swept
     */
    public void link(Tx tx, BlobId id) {
        if (!rows.setLinked(tx, id, true)) {
            throw new NotFoundException("blob", id.toString());
        }
    }

    /** Gives the blob to the sweeper, when what it belonged to goes. */
    public void unlink(Tx tx, BlobId id) {
        boolean unused = rows.setLinked(tx, id, false);
    }

    /**
     * Has blobs removed for good, in the transaction in which what they belonged to goes: from its commit on they cannot be read.
     * {@link #removeDiscarded} removes the contents, or the sweeper does in time.
     */
    public void discard(Tx tx, Collection<BlobId> ids) {
        if (!ids.isEmpty()) {
            int unused = rows.discard(tx, ids);
        }
    }

    /**
     * Removes what was discarded in a tenant, rows and contents, whatever its age. After a crash the next call goes on.
     *
     * @return how many were removed
     * @throws UnavailableException with code {@code blob_store_unavailable} when a content cannot be removed now
     */
    public int removeDiscarded(TenantId tenant) {
        int removed = 0;
        while (true) {
            List<BlobId> marked = database.run(tenant.value(), tx -> rows.marked(tx, SWEEP_BATCH));
            for (BlobId id : marked) {
                try {
                    contents.delete(tenant, id);
                } catch (IOException e) {
                    throw new UnavailableException(
                            "blob_store_unavailable", "Blob " + id + " could not be removed. Try again later.", e);
                }
            }
            if (!marked.isEmpty()) {
                removed += database.run(tenant.value(), tx -> rows.deleteMarked(tx, marked));
            }
            if (marked.size() < SWEEP_BATCH) {
                return removed;
            }
        }
    }

    /**
     * Opens a content.
     *
     * @throws NotFoundException when the blob is not stored
     * @throws UnavailableException with code {@code blob_store_unavailable} when it cannot be read now
     */
    public InputStream open(TenantId tenant, BlobId id) {
        return open(tenant, id, 0, Long.MAX_VALUE);
    }

    /** Opens a part of a content; see {@link BlobStore#open(TenantId, BlobId, long, long)}. */
    public InputStream open(TenantId tenant, BlobId id, long offset, long length) {
        if (database.run(tenant.value(), tx -> rows.find(tx, id)).isEmpty()) {
            throw new NotFoundException("blob", id.toString());
        }
        try {
            return contents.open(tenant, id, offset, length);
        } catch (IOException e) {
            throw new UnavailableException(
                    "blob_store_unavailable", "Blob " + id + " could not be read. Try again later.", e);
        }
    }

    /**
     * Removes a tenant's blobs, rows and contents, that were not linked within a time. Several nodes may do so at once. After a
     * crash the next call goes on with what was begun.
     *
     * @return how many were removed
     */
    public int sweep(TenantId tenant, Duration olderThan) {
        Instant before = now().minus(olderThan);
        int swept = 0;
        while (true) {
            List<BlobId> marked = database.run(tenant.value(), tx -> rows.markAbandoned(tx, before, SWEEP_BATCH));
            List<BlobId> removed = new ArrayList<>();
            for (BlobId id : marked) {
                try {
                    contents.delete(tenant, id);
                    removed.add(id);
                } catch (IOException e) {
                    log.warn("Blob {} of tenant {} could not be removed; the next sweep tries again", id, tenant, e);
                }
            }
            if (!removed.isEmpty()) {
                swept += database.run(tenant.value(), tx -> rows.deleteMarked(tx, removed));
            }
            if (marked.size() < SWEEP_BATCH || removed.size() < marked.size()) {
                return swept;
            }
        }
    }

    /**
     * Removes some blobs of a tenant that is being deleted, contents first, and sees that the contents are gone.
     *
     * @return how many; 0 at the end
     * @throws UnavailableException with code {@code blob_store_unavailable} when a content cannot be removed now
     */
    public int removeSome(TenantId tenant) {
        List<BlobId> marked = database.run(tenant.value(), tx -> rows.markAny(tx, SWEEP_BATCH));
        for (BlobId id : marked) {
            try {
                contents.delete(tenant, id);
                requireGone(tenant, id);
            } catch (IOException e) {
                throw new UnavailableException(
                        "blob_store_unavailable", "Blob " + id + " could not be removed. Try again later.", e);
            }
        }
        return marked.isEmpty() ? 0 : database.run(tenant.value(), tx -> rows.deleteMarked(tx, marked));
    }

    private void requireGone(TenantId tenant, BlobId id) throws IOException {
        try (InputStream still = contents.open(tenant, id, 0, 1)) {
            throw new IOException("the content of blob " + id + " is still there: " + still.available() + " bytes");
        } catch (NotFoundException e) {
            log.trace("Blob {} is gone", id, e);
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
