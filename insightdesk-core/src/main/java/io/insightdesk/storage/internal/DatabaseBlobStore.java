package io.insightdesk.storage.internal;

import io.insightdesk.error.NotFoundException;
import io.insightdesk.internal.db.Database;
import io.insightdesk.storage.BlobId;
import io.insightdesk.storage.BlobStore;
import io.insightdesk.tenant.TenantId;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Keeps blobs as rows of the library's schema, a chunk each, every one written and read in a short transaction of its own. The
 * last chunk is shorter than the others, if need be empty, so that a content whose end is missing is noticed. Thread-safe.
 */
final class DatabaseBlobStore implements BlobStore {

    /** Part of the format: the place of a byte is computed with it. */
    static final int CHUNK_BYTES = 256 * 1024;

    private final Database database;
    private final ChunkStore chunks;

    DatabaseBlobStore(Database database, ChunkStore chunks) {
        this.database = database;
        this.chunks = chunks;
    }

    @Override
    public void put(TenantId tenant, BlobId blob, InputStream content) throws IOException {
        delete(tenant, blob);
        try {
            byte[] chunk = new byte[CHUNK_BYTES];
            int count;
            int seq = 0;
            do {
                count = content.readNBytes(chunk, 0, CHUNK_BYTES);
                insert(tenant, blob, seq++, Arrays.copyOf(chunk, count));
            } while (count == CHUNK_BYTES);
        } catch (IOException | RuntimeException e) {
            try {
                delete(tenant, blob);
            } catch (RuntimeException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private void insert(TenantId tenant, BlobId blob, int seq, byte[] chunk) {
        database.run(tenant.value(), tx -> chunks.insert(tx, blob, seq, chunk));
    }

    @Override
    public InputStream open(TenantId tenant, BlobId blob, long offset, long length) throws IOException {
        ChunkStore.Last last =
                database.run(tenant.value(), tx -> chunks.last(tx, blob)).orElse(null);
        if (last == null) {
            throw new NotFoundException("blob", blob.toString());
        }
        long size = (long) last.seq() * CHUNK_BYTES + last.length();
        return new Chunks(tenant, blob, offset, Math.max(0, Math.min(length, size - offset)));
    }

    @Override
    public void delete(TenantId tenant, BlobId blob) {
        database.run(tenant.value(), tx -> chunks.delete(tx, blob));
    }

    /** Reads a chunk when the one before is used up, so that no connection is held in between. */
    private final class Chunks extends InputStream {

        private final TenantId tenant;
        private final BlobId blob;
        private long position;
        private long left;
        private byte[] chunk = {};
        private int used;

        Chunks(TenantId tenant, BlobId blob, long offset, long length) {
            this.tenant = tenant;
            this.blob = blob;
            this.position = offset;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (used == chunk.length) {
                if (left <= 0) {
                    return -1;
                }
                next();
            }
            int count = Math.min(length, chunk.length - used);
            System.arraycopy(chunk, used, buffer, offset, count);
            used += count;
            return count;
        }

        private void next() throws IOException {
            int seq = Math.toIntExact(position / CHUNK_BYTES);
            int from = (int) (position % CHUNK_BYTES);
            int wanted = (int) Math.min(left, CHUNK_BYTES - from);
            byte[] found = database.run(tenant.value(), tx -> chunks.find(tx, blob, seq, from, wanted))
                    .orElse(null);
            if (found == null || found.length == 0) {
                throw new IOException("the content of blob " + blob + " vanished at byte " + position);
            }
            chunk = found;
            used = 0;
            position += found.length;
            left -= found.length;
        }
    }
}
