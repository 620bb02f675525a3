package io.insightdesk.internal.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * A content whose beginning is kept while somebody reads it, so that what it is can be told without reading it twice. Closing it
 * leaves the content open. For one thread.
 */
public final class Beginning extends InputStream {

    /** How much of a content decides what it is. */
    static final int BYTES = 64 * 1024;

    private final InputStream content;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    /** Keeps the beginning of a content that was not read yet. */
    public Beginning(InputStream content) {
        this.content = content;
    }

    /** What was read of the beginning until now; all of it when the content was read to its end. */
    public byte[] bytes() {
        return kept.toByteArray();
    }

    @Override
    public int read() throws IOException {
        int b = content.read();
        if (b >= 0 && kept.size() < BYTES) {
            kept.write(b);
        }
        return b;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        int count = content.read(target, offset, length);
        if (count > 0 && kept.size() < BYTES) {
            kept.write(target, offset, Math.min(count, BYTES - kept.size()));
        }
        return count;
    }
}
