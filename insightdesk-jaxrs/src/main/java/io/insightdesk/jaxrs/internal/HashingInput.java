package io.insightdesk.jaxrs.internal;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;

/** A body that is hashed while it streams. */
final class HashingInput extends FilterInputStream {
    private final MessageDigest digest;

    HashingInput(InputStream in, MessageDigest digest) {
        super(in);
        this.digest = digest;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        if (b >= 0) {
            digest.update((byte) b);
        }
        return b;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        if (count > 0) {
            digest.update(target, offset, count);
        }
        return count;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** The hash of everything; reads what is left. */
    byte[] hash() throws IOException {
        transferTo(OutputStream.nullOutputStream());
        return digest.digest();
    }
}
