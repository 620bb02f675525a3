package io.insightdesk.devenv.seed;

import java.util.UUID;
import java.util.random.RandomGenerator;

/** Identifiers as the library makes them (UUIDv7, RFC 9562), but of any time and from a given source of chance. */
final class SeedIds {
    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private SeedIds() {}

    /** Returns an identifier whose time part is {@code millis} since 1970. */
    static UUID at(long millis, RandomGenerator random) {
        long most = (millis << 16) | VERSION_7 | (random.nextLong() & 0xfffL);
        long least = VARIANT | (random.nextLong() >>> 2);
        return new UUID(most, least);
    }
}
