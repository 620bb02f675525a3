package io.insightdesk.mail.internal;

import io.insightdesk.internal.Sha256;
import io.insightdesk.internal.html.CleanText;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * Fingerprint of what a mail says, taken while its body is read: From, Date, Subject and the body. Line ends and empty
 * lines at the end do not count, nor do headers that are added on the way.
 */
final class ContentDigest {

    private static final byte[] LINE_END = {'\n'};

    private final MessageDigest digest;
    private int heldLineEnds;
    private boolean afterReturn;

    ContentDigest(HeaderFields header) {
        digest = Sha256.digest();
        for (String name : List.of("from", "date", "subject")) {
            for (String value : header.all(name)) {
                digest.update((name + ':' + CleanText.line(value) + '\n').getBytes(StandardCharsets.UTF_8));
            }
        }
        digest.update(LINE_END);
    }

    /** The same bytes, digested as they are read. */
    InputStream reading(InputStream body) {
        return new FilterInputStream(body) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                int count = in.read(into, from, length);
                if (count > 0) {
                    update(into, from, count);
                }
                return count;
            }

            @Override
            public long skip(long count) throws IOException {
                return readNBytes((int) Math.min(count, 8192)).length;
            }

            @Override
            public boolean markSupported() {
                return false;
            }

            @Override
            public void close() {
                // The stream belongs to the caller of the parser.
            }
        };
    }

    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private void update(byte[] bytes, int from, int count) {
        int start = from;
        for (int i = from; i < from + count; i++) {
            byte b = bytes[i];
            if (b == '\r' || b == '\n') {
                content(bytes, start, i);
                start = i + 1;
                if (b == '\r' || !afterReturn) {
                    heldLineEnds++;
                }
                afterReturn = b == '\r';
            } else {
                afterReturn = false;
            }
        }
        content(bytes, start, from + count);
    }

    private void content(byte[] bytes, int start, int end) {
        if (end > start) {
            for (; heldLineEnds > 0; heldLineEnds--) {
                digest.update(LINE_END);
            }
            digest.update(bytes, start, end - start);
        }
    }
}
