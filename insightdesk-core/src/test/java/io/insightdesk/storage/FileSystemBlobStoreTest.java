package io.insightdesk.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.internal.Ids;
import io.insightdesk.tenant.TenantId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSystemBlobStoreTest implements BlobStoreContract {

    private final TenantId tenant = new TenantId(Ids.next());
    private final TenantId otherTenant = new TenantId(Ids.next());

    @TempDir
    private Path directory;

    @Override
    public BlobStore store() {
        return new FileSystemBlobStore(directory.resolve("blobs"));
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
    void deletingAlsoRemovesWhatAKilledUploadLeft() throws IOException {
        BlobId id = new BlobId(Ids.next());
        store().put(tenant, id, new ByteArrayInputStream(new byte[10]));
        Path file = files().get(0);
        Files.createFile(file.resolveSibling(id + ".killed.part"));

        store().delete(tenant, id);

        assertThat(files()).isEmpty();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
