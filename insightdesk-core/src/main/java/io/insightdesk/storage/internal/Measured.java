package io.insightdesk.storage.internal;

import io.insightdesk.internal.Sha256;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Counts and hashes what is read, and refuses to read more than a limit. */
final class Measured extends FilterInputStream {

    private final long limit;
    private final MessageDigest digest;
    private long size;

    Measured(InputStream in, long limit) {
        super(in);
        this.limit = limit;
        this.digest = Sha256.digest();
    }

    /** The content is longer than allowed. */
    static final class TooLargeException extends IOException {

        private static final long serialVersionUID = 1L;

        TooLargeException(long limit) {
            super("more than " + limit + " bytes");
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        if (count > 0) {
            size += count;
            if (size > limit) {
                throw new TooLargeException(limit);
            }
            digest.update(buffer, offset, count);
        }
        return count;
    }

    /** What is skipped would be missing in the hash, so it is read. */
    @Override
    public long skip(long count) throws IOException {
        byte[] buffer = new byte[(int) Math.max(0, Math.min(count, 8192))];
        return Math.max(0, read(buffer, 0, buffer.length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** The caller's stream stays open. */
    @Override
    public void close() {
        // A store that closes what it reads must not close what the caller still needs.
    }

    long size() {
        return size;
    }

    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
