package io.insightdesk.mail.internal;

import java.util.Arrays;

/** Decodes UTF-7 (RFC 2152), which the JDK does not know. Lenient: what is not UTF-7 stays as it is. */
final class Utf7 {

    private static final int[] VALUES = new int[128];

    static {
        Arrays.fill(VALUES, -1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            VALUES[alphabet.charAt(i)] = i;
        }
    }

    private Utf7() {}

    static String decode(byte[] bytes) {
        StringBuilder out = new StringBuilder(bytes.length);
        int i = 0;
        while (i < bytes.length) {
            int b = bytes[i++] & 0xFF;
            if (b != '+') {
                out.append((char) b);
            } else if (i < bytes.length && bytes[i] == '-') {
                out.append('+');
                i++;
            } else {
                int start = i;
                i = shifted(bytes, i, out);
                if (i == start) {
                    out.append('+');
                }
            }
        }
        return out.toString();
    }

    /** Reads one Base64 run and its closing hyphen; answers where plain text goes on. */
    private static int shifted(byte[] bytes, int from, StringBuilder out) {
        int i = from;
        int bits = 0;
        int held = 0;
        while (i < bytes.length && bytes[i] >= 0 && VALUES[bytes[i]] >= 0) {
            bits = (bits << 6) | VALUES[bytes[i++]];
            held += 6;
            if (held >= 16) {
                held -= 16;
                out.append((char) ((bits >>> held) & 0xFFFF));
                bits &= (1 << held) - 1;
            }
        }
        return i > from && i < bytes.length && bytes[i] == '-' ? i + 1 : i;
    }
}
