package io.insightdesk.jaxrs.internal;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** A body that is hashed and counted while it streams. */
final class HashingInput extends FilterInputStream {
    private final MessageDigest digest;
    private final long limit;
    private long read;

    HashingInput(InputStream in, MessageDigest digest, long limit) {
        super(in);
        this.digest = digest;
        this.limit = limit;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        if (b >= 0) {
            digest.update((byte) b);
            count(1);
        }
        return b;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        if (count > 0) {
            digest.update(target, offset, count);
            count(count);
        }
        return count;
    }

    private void count(int more) {
        read += more;
        if (read > limit) {
            throw new ProblemException(
                    413, "body_too_large", "The body has more than the " + limit + " bytes that are allowed.");
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** The hash of everything; reads what is left. */
    byte[] hash() throws IOException {
        transferTo(java.io.OutputStream.nullOutputStream());
        return digest.digest();
    }
}
