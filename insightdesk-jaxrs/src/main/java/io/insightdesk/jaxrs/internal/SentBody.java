package io.insightdesk.jaxrs.internal;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The body of a request while it comes in. That it breaks off is the caller's doing, and told apart so from what fails where it is
 * stored. It also ends what sends more than is allowed around the contents that count: each of those allows itself.
 */
final class SentBody extends FilterInputStream {
    private long allowed;

    /** A body of any length. */
    SentBody(InputStream in) {
        this(in, Long.MAX_VALUE);
    }

    /** A body of which so many bytes are read, and as many more as {@link #allow} says. */
    SentBody(InputStream in, long allowed) {
        super(in);
        this.allowed = allowed;
    }

    /** Has more bytes be read. */
    void allow(long more) {
        allowed += more;
    }

    @Override
    public int read() throws IOException {
        try {
            int b = super.read();
            count(b < 0 ? 0 : 1);
            return b;
        } catch (IOException e) {
            throw brokenOff();
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        try {
            int count = super.read(target, offset, length);
            count(count);
            return count;
        } catch (IOException e) {
            throw brokenOff();
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void count(int bytes) {
        if (bytes > 0 && allowed != Long.MAX_VALUE) {
            allowed -= bytes;
            if (allowed < 0) {
                throw new ProblemException(413, "body_too_large", "There is too much around the files of this form.");
            }
        }
    }

    private static ProblemException brokenOff() {
        return new ProblemException(400, "bad_request", "The body broke off before its end.");
    }
}
