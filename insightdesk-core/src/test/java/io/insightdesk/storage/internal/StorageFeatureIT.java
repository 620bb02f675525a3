package io.insightdesk.storage.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.InsightDeskException;
import io.insightdesk.error.LimitReachedException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.storage.Blob;
import io.insightdesk.storage.BlobId;
import io.insightdesk.storage.BlobStore;
import io.insightdesk.storage.FileSystemBlobStore;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.ScratchDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageFeatureIT {

    private static final Duration DAY = StorageFeature.ABANDONED_AFTER;
    private static final byte[] CONTENT = "hello".getBytes(UTF_8);

    private static ScratchDatabase scratch;
    private static int number;

    @TempDir
    private Path directory;

    private TenantId tenant;
    private StorageFeature storage;

    @BeforeAll
    static void open() {
        scratch = ScratchDatabase.create();
    }

    @AfterAll
    static void close() {
        scratch.close();
    }

    @BeforeEach
    void prepare() {
        tenant = scratch.tenant("tenant-" + ++number);
        storage = new StorageFeature(scratch.database(), scratch.clock(), new FileSystemBlobStore(directory));
    }

    @Test
    void aStoredBlobKnowsItsSizeAndHash() throws IOException {
        Blob blob = store();

        assertThat(blob.size()).isEqualTo(5);
        assertThat(blob.sha256()).isEqualTo("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
        try (InputStream in = storage.open(tenant, blob.id(), 1, 3)) {
            assertThat(in.readAllBytes()).isEqualTo("ell".getBytes(UTF_8));
        }
        TenantId other = scratch.tenant("other-" + ++number);
        assertThatThrownBy(() -> storage.open(other, blob.id())).isInstanceOf(NotFoundException.class);
    }

    @Test
    void aContentAboveTheLimitIsRefusedAndItsRestSwept() throws IOException {
        assertThatThrownBy(() -> storage.store(tenant, new ByteArrayInputStream(CONTENT), 4))
                .isInstanceOfSatisfying(
                        LimitReachedException.class, e -> assertThat(e.code()).isEqualTo("blob_too_large"));
        assertThat(storage.store(tenant, new ByteArrayInputStream(CONTENT), 5).size())
                .isEqualTo(5);

        assertThat(files()).isEqualTo(1);
        scratch.clock().advance(DAY.plusSeconds(1));
        assertThat(storage.sweep(tenant, DAY)).isEqualTo(2);
        assertThat(files()).isZero();
        assertThat(rows()).isZero();
    }

    @Test
    void onlyWhatNobodyLinkedForADayIsSwept() throws IOException {
        Blob linked = store();
        Blob abandoned = store();
        scratch.database().run(tenant.value(), tx -> {
            storage.link(tx, linked.id());
            storage.link(tx, linked.id());
            return 0;
        });
        scratch.clock().advance(DAY.plusSeconds(1));
        Blob young = store();

        assertThat(storage.sweep(tenant, DAY)).isEqualTo(1);

        assertThat(isThere(linked.id())).isTrue();
        assertThat(isThere(young.id())).isTrue();
        assertThat(isThere(abandoned.id())).isFalse();
        assertThat(files()).isEqualTo(2);
    }

    @Test
    void aLinkThatIsRolledBackDoesNotCount() throws IOException {
        Blob blob = store();
        assertThatThrownBy(() -> scratch.database().run(tenant.value(), tx -> {
                    storage.link(tx, blob.id());
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");
        scratch.clock().advance(DAY.plusSeconds(1));

        assertThat(storage.sweep(tenant, DAY)).isEqualTo(1);
        assertThat(files()).isZero();
    }

    @Test
    void aBlobThatIsBeingLinkedIsNotSwept() {
        Blob blob = store();
        scratch.clock().advance(DAY.plusSeconds(1));

        scratch.database().run(tenant.value(), tx -> {
            storage.link(tx, blob.id());
            assertThat(storage.sweep(tenant, DAY)).isZero();
            return 0;
        });

        assertThat(storage.sweep(tenant, DAY)).isZero();
        assertThat(isThere(blob.id())).isTrue();
    }

    @Test
    void aSweptBlobCannotBeLinked() {
        Blob blob = store();
        scratch.clock().advance(DAY.plusSeconds(1));
        assertThat(storage.sweep(tenant, DAY)).isEqualTo(1);

        assertThatThrownBy(() -> scratch.database().run(tenant.value(), tx -> {
                    storage.link(tx, blob.id());
                    return 0;
                }))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void whatIsUnlinkedIsSweptLater() {
        Blob blob = store();
        scratch.database().run(tenant.value(), tx -> {
            storage.link(tx, blob.id());
            return 0;
        });
        scratch.clock().advance(DAY.plusSeconds(1));
        assertThat(storage.sweep(tenant, DAY)).isZero();

        scratch.database().run(tenant.value(), tx -> {
            storage.unlink(tx, blob.id());
            return 0;
        });

        assertThat(storage.sweep(tenant, DAY)).isEqualTo(1);
    }

    @Test
    void aSweepThatCouldNotRemoveTheContentIsFinishedByTheNext() {
        boolean[] broken = {true};
        BlobStore files = new FileSystemBlobStore(directory);
        StorageFeature shaky = new StorageFeature(scratch.database(), scratch.clock(), new BlobStore() {
            @Override
            public void put(TenantId tenant, BlobId blob, InputStream content) throws IOException {
                files.put(tenant, blob, content);
            }

            @Override
            public InputStream open(TenantId tenant, BlobId blob, long offset, long length) throws IOException {
                return files.open(tenant, blob, offset, length);
            }

            @Override
            public void delete(TenantId tenant, BlobId blob) throws IOException {
                if (broken[0]) {
                    throw new IOException("no answer");
                }
                files.delete(tenant, blob);
            }
        });
        store();
        scratch.clock().advance(DAY.plusSeconds(1));
        assertThat(shaky.sweep(tenant, DAY)).isZero();

        broken[0] = false;

        assertThat(shaky.sweep(tenant, DAY)).isEqualTo(1);
        assertThat(rows()).isZero();
    }

    @Test
    void anUploadThatIsSweptMeanwhileFailsAndLeavesNothing() throws IOException {
        InputStream slow = new ByteArrayInputStream(CONTENT) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
                int count = super.read(buffer, offset, length);
                if (count < 0) {
                    scratch.clock().advance(DAY.plusSeconds(1));
                    assertThat(storage.sweep(tenant, DAY)).isEqualTo(1);
                }
                return count;
            }
        };

        assertThatThrownBy(() -> storage.store(tenant, slow, 100))
                .isInstanceOf(InsightDeskException.class)
                .isInstanceOf(UnavailableException.class);
        assertThat(files()).isZero();
    }

    @Test
    void withoutAStoreOfTheHostContentsAreInTheDatabase() throws IOException {
        StorageFeature own = new StorageFeature(scratch.database(), scratch.clock(), null);
        Blob blob = own.store(tenant, new ByteArrayInputStream(CONTENT), 100);

        try (InputStream in = own.open(tenant, blob.id())) {
            assertThat(in.readAllBytes()).isEqualTo(CONTENT);
        }
        assertThat(files()).isZero();
    }

    private Blob store() {
        return storage.store(tenant, new ByteArrayInputStream(CONTENT), 100);
    }

    private boolean isThere(BlobId id) {
        return scratch.database()
                .run(tenant.value(), tx -> storage.find(tx, id))
                .isPresent();
    }

    private long rows() {
        return scratch.database()
                .run(
                        tenant.value(),
                        tx -> tx.query("select count(*) from {schema}.blob where tenant_id = :tenant")
                                .mapTo(Long.class)
                                .one());
    }

    private long files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).count();
        }
    }
}
