package io.insightdesk.key.internal;

import io.insightdesk.internal.db.Database;
import io.insightdesk.key.IntegrityKey;
import io.insightdesk.key.KeyProvider;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keys made with the first use and kept in the library's schema; the newest signs. */
final class DatabaseKeys implements KeyProvider {

    /** Whoever sends tokens with made-up keys does not make the database look for each of them. */
    private static final Duration RELOAD_PAUSE = Duration.ofSeconds(5);

    private final Database database;
    private final KeyStore store;
    private final SecureRandom random = new SecureRandom();
    private volatile @Nullable Keys known;
    private long loadedAt;

    private record Keys(IntegrityKey current, Map<String, IntegrityKey> byId) {}

    DatabaseKeys(Database database, KeyStore store) {
        this.database = database;
        this.store = store;
    }

    @Override
    public IntegrityKey current() {
        Keys keys = known;
        return (keys == null ? load(null) : keys).current();
    }

    @Override
    public Optional<IntegrityKey> find(String id) {
        Keys keys = known;
        if (keys == null || !keys.byId().containsKey(id)) {
            keys = load(keys);
        }
        return Optional.ofNullable(keys.byId().get(id));
    }

    /** Reads the keys again unless that was done since the caller looked, or a moment ago. */
    private synchronized Keys load(@Nullable Keys seen) {
        Keys keys = known;
        if (keys != null && (!keys.equals(seen) || System.nanoTime() - loadedAt < RELOAD_PAUSE.toNanos())) {
            return keys;
        }
        List<IntegrityKey> stored = database.system(store::list);
        if (stored.isEmpty()) {
            stored = database.system(tx -> {
                store.lock(tx);
                if (store.list(tx).isEmpty()) {
                    store.insert(tx, generate());
                }
                return store.list(tx);
            });
        }
        Keys loaded = new Keys(
                stored.get(0),
                stored.stream().collect(Collectors.toUnmodifiableMap(IntegrityKey::id, Function.identity())));
        known = loaded;
        loadedAt = System.nanoTime();
        return loaded;
    }

    private IntegrityKey generate() {
        byte[] id = new byte[6];
        random.nextBytes(id);
        byte[] secret = new byte[IntegrityKey.MIN_SECRET_BYTES];
        random.nextBytes(secret);
        return new IntegrityKey(Base64.getUrlEncoder().withoutPadding().encodeToString(id), secret);
    }
}
