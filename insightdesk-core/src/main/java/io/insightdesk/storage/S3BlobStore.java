package io.insightdesk.storage;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.error.Violations;
import io.insightdesk.key.Secret;
import io.insightdesk.tenant.TenantId;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * Keeps blobs in a bucket of Amazon S3, or of a server that speaks its protocol, such as MinIO: an object per blob, named by tenant and
 * blob. A content is sent in parts of {@link #PART_BYTES}, one of which is in memory per writer, each with its length and a checksum
 * (CRC-32) that the server verifies. Requests have time-outs and are repeated after failures that may pass. Thread-safe.
 *
 * <p>Needs {@code software.amazon.awssdk:s3} and {@code software.amazon.awssdk:url-connection-client} on the class path, which the library
 * does not bring; for roles of Kubernetes service accounts also {@code software.amazon.awssdk:sts}. The rights: {@code s3:GetObject},
 * {@code s3:PutObject}, {@code s3:DeleteObject}, {@code s3:AbortMultipartUpload}, {@code s3:ListBucket} (or what is not there is taken for
 * forbidden) and {@code s3:ListBucketMultipartUploads}.
 *
 * @since 0.1.0
 */
public final class S3BlobStore implements BlobStore, AutoCloseable {

    /** How large the parts of a content are. */
    public static final int PART_BYTES = 8 * 1024 * 1024;

    /** How long a connection may take, unless told otherwise. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** How long one attempt at a request may take, unless told otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    private static final int MOST_PARTS = 10_000;
    private static final int NOT_FOUND = 404;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final S3Client client;
    private final String bucket;
    private final @Nullable String encryption;
    private final @Nullable String encryptionKey;

    private S3BlobStore(Builder options) {
        this.bucket = options.bucket;
        this.encryption = options.encryption;
        this.encryptionKey = options.encryptionKey;
        this.client = options.client();
    }

    /**
     * Begins with a bucket that exists.
     *
     * @param bucket its name; nothing else should be in it
     * @param region its region; any where an {@link Builder#endpoint} does not care
     * @return a builder
     */
    public static Builder builder(String bucket, String region) {
        return new Builder(requireNonNull(bucket, "bucket"), requireNonNull(region, "region"));
    }

    @Override
    public void put(TenantId tenant, BlobId blob, InputStream content) throws IOException {
        String key = key(tenant, blob);
        @Nullable String upload = null;
        try {
            byte[] part = new byte[PART_BYTES];
            int length = content.readNBytes(part, 0, part.length);
            if (length < part.length) {
                putWhole(key, part, length);
                return;
            }
            upload = begin(key);
            List<CompletedPart> parts = new ArrayList<>();
            while (length > 0) {
                if (parts.size() == MOST_PARTS) {
                    throw new IOException("A blob of more than " + MOST_PARTS + " parts of " + PART_BYTES + " bytes");
                }
                parts.add(putPart(key, upload, parts.size() + 1, part, length));
                length = content.readNBytes(part, 0, part.length);
            }
            complete(key, upload, parts);
        } catch (SdkException e) {
            clearAfter(e, key, upload);
            throw failed("keep", e);
        } catch (IOException | RuntimeException e) {
            clearAfter(e, key, upload);
            throw e;
        }
    }

    private void putWhole(String key, byte[] bytes, int length) {
        var unused = client.putObject(
                request -> request.bucket(bucket)
                        .key(key)
                        .serverSideEncryption(encryption)
                        .ssekmsKeyId(encryptionKey),
                RequestBody.fromByteBuffer(ByteBuffer.wrap(bytes, 0, length)));
    }

    private String begin(String key) {
        return client.createMultipartUpload(request -> request.bucket(bucket)
                        .key(key)
                        .serverSideEncryption(encryption)
                        .ssekmsKeyId(encryptionKey))
                .uploadId();
    }

    private CompletedPart putPart(String key, String upload, int number, byte[] bytes, int length) {
        var answer = client.uploadPart(
                request -> request.bucket(bucket).key(key).uploadId(upload).partNumber(number),
                RequestBody.fromByteBuffer(ByteBuffer.wrap(bytes, 0, length)));
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(answer.eTag())
                .checksumCRC32(answer.checksumCRC32())
                .build();
    }

    private void complete(String key, String upload, List<CompletedPart> parts) {
        var unused = client.completeMultipartUpload(
                request -> request.bucket(bucket).key(key).uploadId(upload).multipartUpload(all -> all.parts(parts)));
    }

    /** What was there before was to be replaced; what is there now may be whole, where only the answer was lost. */
    private void clearAfter(Exception failure, String key, @Nullable String upload) {
        try {
            if (upload != null) {
                abort(key, upload);
            }
            remove(key);
        } catch (SdkException second) {
            failure.addSuppressed(second);
        }
    }

    @Override
    public InputStream open(TenantId tenant, BlobId blob, long offset, long length) throws IOException {
        String key = key(tenant, blob);
        try {
            if (length == 0) {
                var unused = client.headObject(request -> request.bucket(bucket).key(key));
                return InputStream.nullInputStream();
            }
            GetObjectRequest.Builder request =
                    GetObjectRequest.builder().bucket(bucket).key(key);
            if (offset > 0 || length != Long.MAX_VALUE) {
                long last = length > Long.MAX_VALUE - offset ? Long.MAX_VALUE : offset + length - 1;
                request.range("bytes=" + offset + "-" + (last == Long.MAX_VALUE ? "" : Long.toString(last)));
            }
            return new Content(client.getObject(request.build()));
        } catch (S3Exception e) {
            if (e.statusCode() == RANGE_NOT_SATISFIABLE) {
                return InputStream.nullInputStream();
            }
            if (e.statusCode() == NOT_FOUND && !"NoSuchBucket".equals(code(e))) {
                throw new NotFoundException("blob", blob.toString());
            }
            throw failed("read", e);
        } catch (SdkException e) {
            throw failed("read", e);
        }
    }

    private static @Nullable String code(S3Exception e) {
        return e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
    }

    @Override
    public void delete(TenantId tenant, BlobId blob) throws IOException {
        String key = key(tenant, blob);
        try {
            remove(key);
            for (MultipartUpload left : client.listMultipartUploadsPaginator(
                            request -> request.bucket(bucket).prefix(key))
                    .uploads()) {
                if (left.key().equals(key)) {
                    abort(key, left.uploadId());
                }
            }
        } catch (SdkException e) {
            throw failed("remove", e);
        }
    }

    private void remove(String key) {
        var unused = client.deleteObject(request -> request.bucket(bucket).key(key));
    }

    private void abort(String key, String upload) {
        try {
            var unused = client.abortMultipartUpload(
                    request -> request.bucket(bucket).key(key).uploadId(upload));
        } catch (S3Exception e) {
            // Ended by another node meanwhile.
            if (e.statusCode() != NOT_FOUND) {
                throw e;
            }
        }
    }

    /**
     * Finds out whether the bucket is there and may be used.
     *
     * @throws IOException when not
     */
    public void check() throws IOException {
        try {
            var unused = client.headBucket(request -> request.bucket(bucket));
        } catch (SdkException e) {
            throw failed("look at", e);
        }
    }

    /** Ends the connections. */
    @Override
    public void close() {
        client.close();
    }

    private static String key(TenantId tenant, BlobId blob) {
        return tenant + "/" + blob;
    }

    private IOException failed(String what, SdkException e) {
        String status = e instanceof S3Exception s3 ? " (status " + s3.statusCode() + ")" : "";
        return new IOException(
                "The bucket " + bucket + " did not let the library " + what + " a blob" + status + ".", e);
    }

    /** Bytes from the server. What is not wanted any more is not fetched. */
    private static final class Content extends FilterInputStream {

        private final ResponseInputStream<GetObjectResponse> response;
        private boolean atEnd;

        Content(ResponseInputStream<GetObjectResponse> response) {
            super(response);
            this.response = response;
        }

        @Override
        public int read() throws IOException {
            try {
                int value = super.read();
                atEnd |= value < 0;
                return value;
            } catch (SdkException e) {
                throw new IOException("The blob could not be read to its end.", e);
            }
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                int count = super.read(buffer, offset, length);
                atEnd |= count < 0;
                return count;
            } catch (SdkException e) {
                throw new IOException("The blob could not be read to its end.", e);
            }
        }

        @Override
        public void close() throws IOException {
            if (!atEnd) {
                response.abort();
            }
            super.close();
        }
    }

    /** Collects how the bucket is reached. Not thread-safe. */
    public static final class Builder {

        private final String bucket;
        private final String region;
        private @Nullable URI endpoint;
        private boolean pathStyle;
        private @Nullable String accessKey;
        private @Nullable Secret secretKey;
        private @Nullable String encryption;
        private @Nullable String encryptionKey;
        private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
        private Duration timeout = DEFAULT_TIMEOUT;

        private Builder(String bucket, String region) {
            this.bucket = bucket;
            this.region = region;
        }

        /**
         * Sets the server, where it is not Amazon's.
         *
         * @param value its address, without the bucket
         * @return this
         */
        public Builder endpoint(URI value) {
            this.endpoint = requireNonNull(value, "value");
            return this;
        }

        /**
         * Says whether the bucket's name goes into the path and not into the host's name, as MinIO and others need it.
         *
         * @param value whether; no otherwise
         * @return this
         */
        public Builder pathStyle(boolean value) {
            this.pathStyle = value;
            return this;
        }

        /**
         * Sets a key. Otherwise what the SDK finds: its variables and files, the role of the container or of the machine.
         *
         * @param access the name of the key
         * @param secret its secret
         * @return this
         */
        public Builder credentials(String access, Secret secret) {
            this.accessKey = requireNonNull(access, "access");
            this.secretKey = requireNonNull(secret, "secret");
            return this;
        }

        /**
         * Has the server encrypt what it keeps. What the bucket does by itself otherwise.
         *
         * @param algorithm as S3 names it: {@code AES256} or {@code aws:kms}
         * @param kmsKey the key of the key management service; null for the usual one
         * @return this
         */
        public Builder serverSideEncryption(String algorithm, @Nullable String kmsKey) {
            this.encryption = requireNonNull(algorithm, "algorithm");
            this.encryptionKey = kmsKey;
            return this;
        }

        /**
         * Sets how long the server may take.
         *
         * @param toConnect for a connection; {@link #DEFAULT_CONNECT_TIMEOUT} otherwise
         * @param toAnswer for one attempt at a request; {@link #DEFAULT_TIMEOUT} otherwise
         * @return this
         */
        public Builder timeouts(Duration toConnect, Duration toAnswer) {
            this.connectTimeout = requireNonNull(toConnect, "toConnect");
            this.timeout = requireNonNull(toAnswer, "toAnswer");
            return this;
        }

        /**
         * Makes the store. Nothing is asked of the server yet.
         *
         * @return the store; the caller closes it
         * @throws InvalidInputException listing what is wrong
         */
        public S3BlobStore build() {
            Violations violations = new Violations();
            if (bucket.isBlank()) {
                violations.add("/bucket", "required", "A bucket is required.");
            }
            if (region.isBlank()) {
                violations.add("/region", "required", "A region is required.");
            }
            if (encryption != null
                    && ServerSideEncryption.fromValue(encryption) == ServerSideEncryption.UNKNOWN_TO_SDK_VERSION) {
                violations.add("/serverSideEncryption", "invalid_value", "The algorithm is AES256 or aws:kms.");
            }
            if (connectTimeout.toMillis() < 1 || timeout.toMillis() < 1) {
                violations.add("/timeouts", "out_of_range", "The times must be positive.");
            }
            violations.throwIfAny();
            return new S3BlobStore(this);
        }

        private S3Client client() {
            AwsCredentialsProvider credentials = accessKey == null || secretKey == null
                    ? DefaultCredentialsProvider.builder().build()
                    : StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey.reveal()));
            S3ClientBuilder builder = S3Client.builder()
                    .region(Region.of(region))
                    .credentialsProvider(credentials)
                    .forcePathStyle(pathStyle)
                    .httpClientBuilder(UrlConnectionHttpClient.builder()
                            .connectionTimeout(connectTimeout)
                            .socketTimeout(timeout))
                    .overrideConfiguration(
                            all -> all.apiCallAttemptTimeout(timeout).retryStrategy(RetryMode.STANDARD));
            if (endpoint != null) {
                builder.endpointOverride(endpoint);
            }
            return builder.build();
        }
    }
}
