package io.insightdesk.devenv.seed;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one table in PostgreSQL's binary COPY format, in which lengths are given, so that no character of a text means
 * anything else. Times are milliseconds since 1970. Not thread-safe.
 */
final class CopyBuffer {
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };
    private static final long EPOCH_OF_POSTGRES = Duration.between(Instant.EPOCH, Instant.parse("2000-01-01T00:00:00Z"))
            .toMillis();
    private static final int NULL = -1;
    private static final int END = -1;
    private static final byte JSONB_VERSION = 1;

    private byte[] bytes = new byte[64 * 1024];
    private int length;
    private int rows;

    CopyBuffer() {
        clear();
    }

    /** Forgets all rows. */
    void clear() {
        System.arraycopy(HEADER, 0, bytes, 0, HEADER.length);
        length = HEADER.length;
        rows = 0;
    }

    int rows() {
        return rows;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Writes the end, and returns how many bytes count. */
    int finish() {
        int2(END);
        return length;
    }

    /** Begins a row; each of its fields must follow. */
    CopyBuffer row(int fields) {
        rows++;
        int2(fields);
        return this;
    }

    CopyBuffer uuid(@Nullable UUID value) {
        if (value == null) {
            return nothing();
        }
        int4(16);
        int8(value.getMostSignificantBits());
        int8(value.getLeastSignificantBits());
        return this;
    }

    CopyBuffer text(@Nullable String value) {
        if (value == null) {
            return nothing();
        }
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        int4(encoded.length);
        raw(encoded);
        return this;
    }

    CopyBuffer json(String value) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        int4(encoded.length + 1);
        room(1);
        bytes[length++] = JSONB_VERSION;
        raw(encoded);
        return this;
    }

    CopyBuffer integer(int value) {
        int4(4);
        int4(value);
        return this;
    }

    CopyBuffer bigint(long value) {
        int4(8);
        int8(value);
        return this;
    }

    CopyBuffer time(@Nullable Long millis) {
        return millis == null ? nothing() : bigint((millis - EPOCH_OF_POSTGRES) * 1000);
    }

    private CopyBuffer nothing() {
        int4(NULL);
        return this;
    }

    private void raw(byte[] value) {
        room(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
    }

    private void int2(int value) {
        room(2);
        bytes[length++] = (byte) (value >>> 8);
        bytes[length++] = (byte) value;
    }

    private void int4(int value) {
        room(4);
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
    }

    private void int8(long value) {
        room(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
