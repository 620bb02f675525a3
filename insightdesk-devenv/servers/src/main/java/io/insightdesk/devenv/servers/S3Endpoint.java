package io.insightdesk.devenv.servers;

import java.net.URI;

/**
 * Where an S3 server is, and who may use it. Buckets are addressed by path, not by host name.
 *
 * @param uri the server's address, without a bucket: {@code http://127.0.0.1:9000}
 * @param region the region that requests are signed for
 * @param accessKey the name of the key
 * @param secretKey the secret, which only a development environment may show
 * @param bucket a bucket that exists
 * @since 0.1.0
 */
public record S3Endpoint(URI uri, String region, String accessKey, String secretKey, String bucket) {
    /** Returns the same server's other bucket. */
    public S3Endpoint withBucket(String name) {
        return new S3Endpoint(uri, region, accessKey, secretKey, name);
    }
}
