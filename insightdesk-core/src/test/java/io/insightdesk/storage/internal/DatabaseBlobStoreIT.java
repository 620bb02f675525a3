package io.insightdesk.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.internal.Ids;
import io.insightdesk.storage.BlobId;
import io.insightdesk.storage.BlobStore;
import io.insightdesk.storage.BlobStoreContract;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.ScratchDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DatabaseBlobStoreIT implements BlobStoreContract {

    private static ScratchDatabase scratch;
    private static TenantId tenant;
    private static TenantId otherTenant;

    @BeforeAll
    static void open() {
        scratch = ScratchDatabase.create();
        tenant = scratch.tenant("one");
        otherTenant = scratch.tenant("other");
    }

    @AfterAll
    static void close() {
        scratch.close();
    }

    @Override
    public BlobStore store() {
        return new DatabaseBlobStore(scratch.database(), new ChunkStore());
    }

    @Override
    public TenantId tenant() {
        return tenant;
    }

    @Override
    public TenantId otherTenant() {
        return otherTenant;
    }

    @Test
    void aContentThatVanishesWhileItIsReadIsAnErrorAndNotAnEnd() throws IOException {
        BlobId id = new BlobId(Ids.next());
        store().put(tenant, id, new ByteArrayInputStream(new byte[2 * DatabaseBlobStore.CHUNK_BYTES]));

        try (InputStream in = store().open(tenant, id)) {
            assertThat(in.readNBytes(10)).hasSize(10);
            store().delete(tenant, id);
            assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class).hasMessageContaining("vanished");
        }
    }
}
