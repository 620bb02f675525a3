package io.insightdesk.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.devenv.servers.S3Buckets;
import io.insightdesk.devenv.servers.S3Endpoint;
import io.insightdesk.devenv.servers.S3Server;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.internal.Ids;
import io.insightdesk.key.Secret;
import io.insightdesk.tenant.TenantId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * At the S3 server of the development environment; at another, such as a MinIO, with {@code S3_TEST_ENDPOINT}, {@code S3_TEST_ACCESS_KEY}
 * and {@code S3_TEST_SECRET_KEY} in the environment.
 */
class S3BlobStoreIT implements BlobStoreContract {

    private static @Nullable S3Server own;
    private static S3Endpoint endpoint;
    private static S3BlobStore store;
    private static S3Client client;

    private final TenantId tenant = new TenantId(Ids.next());
    private final TenantId otherTenant = new TenantId(Ids.next());

    @BeforeAll
    static void start() {
        String external = System.getenv("S3_TEST_ENDPOINT");
        if (external == null) {
            S3Server server = S3Server.start();
            own = server;
            endpoint = server.endpoint();
        } else {
            endpoint = new S3Endpoint(
                    URI.create(external),
                    "us-east-1",
                    System.getenv("S3_TEST_ACCESS_KEY"),
                    System.getenv("S3_TEST_SECRET_KEY"),
                    "insightdesk-test");
            S3Buckets.create(endpoint);
        }
        store = builder(endpoint.bucket(), endpoint.uri()).build();
        client = S3Client.builder()
                .region(Region.of(endpoint.region()))
                .endpointOverride(endpoint.uri())
                .forcePathStyle(true)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(endpoint.accessKey(), endpoint.secretKey())))
                .build();
    }

    @AfterAll
    static void stop() {
        store.close();
        client.close();
        S3Server server = own;
        if (server != null) {
            server.close();
        }
    }

    private static S3BlobStore.Builder builder(String bucket, URI server) {
        return S3BlobStore.builder(bucket, endpoint.region())
                .endpoint(server)
                .pathStyle(true)
                .credentials(endpoint.accessKey(), Secret.of(endpoint.secretKey()));
    }

    @Override
    public BlobStore store() {
        return store;
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
    void contentsOfManyPartsAreWhole() throws IOException {
        int part = S3BlobStore.PART_BYTES;
        for (int length : new int[] {part - 1, part, part + 1, 2 * part, 2 * part + 5}) {
            BlobId id = new BlobId(Ids.next());
            byte[] content = new byte[length];
            new Random(length).nextBytes(content);
            store.put(tenant, id, new ByteArrayInputStream(content));

            try (InputStream in = store.open(tenant, id)) {
                assertThat(Arrays.equals(in.readAllBytes(), content))
                        .as("%s bytes", length)
                        .isTrue();
            }
            int from = Math.max(0, length - 10);
            try (InputStream in = store.open(tenant, id, from, 100)) {
                assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, from, length));
            }
        }
    }

    @Test
    void whatFailsAfterSomePartsLeavesNone() {
        BlobId id = new BlobId(Ids.next());
        IOException broken = new IOException("the line is cut");
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw broken;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                throw broken;
            }
        };
        byte[] some = new byte[S3BlobStore.PART_BYTES + 10];

        assertThatThrownBy(
                        () -> store.put(tenant, id, new SequenceInputStream(new ByteArrayInputStream(some), failing)))
                .isSameAs(broken);

        assertThat(uploads(id)).isZero();
        assertThatThrownBy(() -> store.open(tenant, id)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void deletingAlsoRemovesWhatAKilledUploadLeft() throws IOException {
        BlobId id = new BlobId(Ids.next());
        var unused = client.createMultipartUpload(
                request -> request.bucket(endpoint.bucket()).key(tenant + "/" + id));
        assertThat(uploads(id)).isOne();

        store.delete(tenant, id);

        assertThat(uploads(id)).isZero();
    }

    private long uploads(BlobId id) {
        String key = tenant + "/" + id;
        return client
                .listMultipartUploads(
                        request -> request.bucket(endpoint.bucket()).prefix(key))
                .uploads()
                .stream()
                .filter(upload -> upload.key().equals(key))
                .count();
    }

    @Test
    void whatIsNotWantedAnyMoreIsNotFetched() throws IOException {
        BlobId id = new BlobId(Ids.next());
        store.put(tenant, id, new ByteArrayInputStream(new byte[S3BlobStore.PART_BYTES + 1]));
        for (int i = 0; i < 20; i++) {
            try (InputStream in = store.open(tenant, id)) {
                assertThat(in.read()).isZero();
            }
        }
    }

    @Test
    void aBucketThatMayNotBeUsedIsNoMissingBlob() throws IOException {
        BlobId id = new BlobId(Ids.next());
        store.check();
        try (S3BlobStore missing =
                builder("no-such-bucket-here", endpoint.uri()).build()) {
            assertThatThrownBy(missing::check).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> missing.open(tenant, id)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> missing.put(tenant, id, new ByteArrayInputStream(new byte[1])))
                    .isInstanceOf(IOException.class);
        }
        try (S3BlobStore wrong = S3BlobStore.builder(endpoint.bucket(), endpoint.region())
                .endpoint(endpoint.uri())
                .pathStyle(true)
                .credentials(endpoint.accessKey(), Secret.of("not-the-secret"))
                .build()) {
            assertThatThrownBy(wrong::check).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> wrong.open(tenant, id))
                    .isInstanceOf(IOException.class)
                    .hasMessageNotContaining("not-the-secret");
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsNotWaitedForForEver() throws IOException {
        try (ServerSocket silent = new ServerSocket(0);
                S3BlobStore slow = builder(endpoint.bucket(), URI.create("http://127.0.0.1:" + silent.getLocalPort()))
                        .timeouts(Duration.ofSeconds(1), Duration.ofMillis(300))
                        .build()) {
            long begin = System.nanoTime();

            assertThatThrownBy(() -> slow.open(tenant, new BlobId(Ids.next()))).isInstanceOf(IOException.class);

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        assertThatThrownBy(() -> S3BlobStore.builder("", "")
                        .serverSideEncryption("rot13", null)
                        .timeouts(Duration.ZERO, Duration.ofSeconds(1))
                        .build())
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.violations()).hasSize(4));
    }
}
