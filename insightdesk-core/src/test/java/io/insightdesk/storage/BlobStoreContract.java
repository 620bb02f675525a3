package io.insightdesk.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.NotFoundException;
import io.insightdesk.internal.Ids;
import io.insightdesk.tenant.TenantId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link BlobStore} keeps to. */
public interface BlobStoreContract {

    /** The store under test; the same with each call in a test. */
    BlobStore store();

    /** A tenant that exists. */
    TenantId tenant();

    /** Another tenant that exists. */
    TenantId otherTenant();

    @Test
    default void givesBackWhatWasPut() throws IOException {
        for (int length : new int[] {0, 1, 1000, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 3_000_000}) {
            BlobId id = newId();
            byte[] content = bytes(length);

            store().put(tenant(), id, new ByteArrayInputStream(content));

            assertThat(read(id, 0, Long.MAX_VALUE)).as("%s bytes", length).isEqualTo(content);
        }
    }

    @Test
    default void givesPartsOfAContent() throws IOException {
        BlobId id = newId();
        byte[] content = bytes(700_000);
        store().put(tenant(), id, new ByteArrayInputStream(content));

        long[][] parts = {
            {0, 10}, {5, 0}, {262_140, 10}, {262_144, 262_144}, {1, 699_999}, {699_999, 10}, {700_000, 5}, {800_000, 5}
        };
        for (long[] part : parts) {
            int from = (int) Math.min(part[0], content.length);
            int to = (int) Math.min(part[0] + part[1], content.length);
            assertThat(read(id, part[0], part[1]))
                    .as("%s bytes from %s", part[1], part[0])
                    .isEqualTo(Arrays.copyOfRange(content, from, to));
        }
    }

    @Test
    default void readsByteByByteAndSkips() throws IOException {
        BlobId id = newId();
        byte[] content = bytes(300_000);
        store().put(tenant(), id, new ByteArrayInputStream(content));

        try (InputStream in = store().open(tenant(), id)) {
            assertThat(in.read()).isEqualTo(content[0] & 0xff);
            in.skipNBytes(262_142);
            assertThat(in.read()).isEqualTo(content[262_143] & 0xff);
            assertThat(in.read()).isEqualTo(content[262_144] & 0xff);
        }
    }

    @Test
    default void puttingAgainReplaces() throws IOException {
        BlobId id = newId();
        store().put(tenant(), id, new ByteArrayInputStream(bytes(600_000)));
        byte[] shorter = bytes(10);

        store().put(tenant(), id, new ByteArrayInputStream(shorter));

        assertThat(read(id, 0, Long.MAX_VALUE)).isEqualTo(shorter);
    }

    @Test
    default void whatFailedHalfwayCannotBeReadAndCanBePutAgain() throws IOException {
        BlobId id = newId();
        IOException broken = new IOException("the line is cut");

        assertThatThrownBy(() -> store().put(
                                tenant(),
                                id,
                                new SequenceInputStream(new ByteArrayInputStream(bytes(600_000)), failing(broken))))
                .isSameAs(broken);

        assertThatThrownBy(() -> store().open(tenant(), id)).isInstanceOf(NotFoundException.class);
        byte[] content = bytes(20);
        store().put(tenant(), id, new ByteArrayInputStream(content));
        assertThat(read(id, 0, Long.MAX_VALUE)).isEqualTo(content);
    }

    @Test
    default void anotherTenantHasNothingUnderTheSameName() throws IOException {
        BlobId id = newId();
        byte[] content = bytes(10);
        store().put(tenant(), id, new ByteArrayInputStream(content));

        assertThatThrownBy(() -> store().open(otherTenant(), id)).isInstanceOf(NotFoundException.class);
        store().delete(otherTenant(), id);
        assertThat(read(id, 0, Long.MAX_VALUE)).isEqualTo(content);
    }

    @Test
    default void deletingLeavesNothingAndMayBeRepeated() throws IOException {
        BlobId id = newId();
        store().put(tenant(), id, new ByteArrayInputStream(bytes(10)));

        store().delete(tenant(), id);

        assertThatThrownBy(() -> store().open(tenant(), id)).isInstanceOf(NotFoundException.class);
        assertThatCode(() -> store().delete(tenant(), id)).doesNotThrowAnyException();
        assertThatCode(() -> store().delete(tenant(), newId())).doesNotThrowAnyException();
    }

    @Test
    default void doesNotCloseWhatItReads() throws IOException {
        boolean[] closed = {false};
        store().put(tenant(), newId(), new ByteArrayInputStream(bytes(10)) {
            @Override
            public void close() {
                closed[0] = true;
            }
        });

        assertThat(closed[0]).isFalse();
    }

    private byte[] read(BlobId id, long offset, long length) throws IOException {
        try (InputStream in = store().open(tenant(), id, offset, length)) {
            return in.readAllBytes();
        }
    }

    private static BlobId newId() {
        return new BlobId(Ids.next());
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static InputStream failing(IOException failure) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                throw failure;
            }
        };
    }
}
