package io.insightdesk.key.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.internal.db.Database;
import io.insightdesk.key.IntegrityKey;
import io.insightdesk.key.KeyProvider;
import io.insightdesk.testing.ScratchDatabase;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KeyFeatureIT {

    private static final byte[] DATA = "some data".getBytes(UTF_8);

    private static ScratchDatabase scratch;

    @BeforeAll
    static void open() {
        scratch = ScratchDatabase.create();
    }

    @AfterAll
    static void close() {
        scratch.close();
    }

    @Test
    void nodesThatStartTogetherMakeOneKey() throws Exception {
        try (ScratchDatabase fresh = ScratchDatabase.create()) {
            CountDownLatch start = new CountDownLatch(1);
            ExecutorService threads = Executors.newFixedThreadPool(8);
            List<Future<String>> ids = IntStream.range(0, 8)
                    .mapToObj(node -> threads.submit(() -> {
                        KeyFeature keys = new KeyFeature(fresh.database(), null, null);
                        start.await();
                        return keys.currentKeyId();
                    }))
                    .toList();
            start.countDown();
            String first = ids.get(0).get();
            for (Future<String> id : ids) {
                assertThat(id.get()).isEqualTo(first);
            }
            threads.shutdown();
        }
    }

    @Test
    void anotherNodeVerifiesWhatOneSigned() {
        byte[] mac = new KeyFeature(scratch.database(), null, null).mac("cursor", DATA);

        KeyFeature other = new KeyFeature(scratch.anotherNode(), null, null);

        assertThat(other.verify("cursor", DATA, mac)).isTrue();
        assertThat(other.verify("link", DATA, mac)).isFalse();
        assertThat(other.verify("cursor", "some date".getBytes(UTF_8), mac)).isFalse();
        for (int length = 0; length < mac.length; length++) {
            assertThat(other.verify("cursor", DATA, Arrays.copyOf(mac, length))).isFalse();
        }
        byte[] forged = mac.clone();
        forged[0] = -1;
        assertThat(other.verify("cursor", DATA, forged)).isFalse();
    }

    @Test
    void oldKeysOfTheHostVerifyAndTheNewOneSigns() {
        Rotating hosts = new Rotating();
        KeyFeature keys = new KeyFeature(scratch.database(), hosts, null);
        byte[] before = keys.mac("reply", DATA);
        String oldId = keys.currentKeyId();
        byte[] cut = Arrays.copyOf(keys.mac(oldId, "reply", DATA), 10);

        hosts.rotate();

        assertThat(keys.currentKeyId()).isNotEqualTo(oldId);
        assertThat(keys.mac("reply", DATA)).isNotEqualTo(before);
        assertThat(keys.verify("reply", DATA, before)).isTrue();
        assertThat(keys.verify(oldId, "reply", DATA, cut)).isTrue();
        assertThat(keys.verify("k2", "reply", DATA, cut)).isFalse();
        assertThat(keys.verify("unknown", "reply", DATA, cut)).isFalse();
        assertThat(keys.verify(oldId, "reply", DATA, Arrays.copyOf(cut, 7))).isFalse();
    }

    @Test
    void aKeyThatAnotherNodeAddedIsFoundByItsId() {
        try (ScratchDatabase fresh = ScratchDatabase.create()) {
            Database database = fresh.database();
            DatabaseKeys keys = new DatabaseKeys(database, new KeyStore());
            database.system(tx -> {
                new KeyStore().insert(tx, key("added", 7));
                return 0;
            });

            assertThat(keys.find("added")).isPresent();
            assertThat(keys.find("another")).isEmpty();
        }
    }

    @Test
    void aShortSecretIsRefused() {
        assertThatThrownBy(() -> new IntegrityKey("k", new byte[31])).hasMessageContaining("at least 32");
    }

    private static IntegrityKey key(String id, int fill) {
        byte[] secret = new byte[IntegrityKey.MIN_SECRET_BYTES];
        Arrays.fill(secret, (byte) fill);
        return new IntegrityKey(id, secret);
    }

    private static final class Rotating implements KeyProvider {

        private final Map<String, IntegrityKey> keys = Map.of("k1", key("k1", 1), "k2", key("k2", 2));
        private IntegrityKey current = key("k1", 1);

        void rotate() {
            current = key("k2", 2);
        }

        @Override
        public IntegrityKey current() {
            return current;
        }

        @Override
        public Optional<IntegrityKey> find(String id) {
            return Optional.ofNullable(keys.get(id));
        }
    }
}
