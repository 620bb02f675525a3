package io.insightdesk.devenv.servers;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

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
    /**
     * Reads an endpoint from one address: {@code http://key:secret@host:9000/bucket?region=us-east-1}. Key and secret are
     * percent-encoded; the region may be left out.
     *
     * @throws DevEnvironmentException if it is none
     */
    static S3Endpoint parse(String address) {
        try {
            URI uri = new URI(address);
            String[] key = String.valueOf(uri.getRawUserInfo()).split(":", 2);
            String bucket = String.valueOf(uri.getPath()).replaceAll("^/+|/+$", "");
            String query = String.valueOf(uri.getQuery());
            if (key.length == 2 && uri.getHost() != null && !bucket.isEmpty() && !bucket.contains("/")) {
                return new S3Endpoint(
                        new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), null, null, null),
                        query.startsWith("region=") ? query.substring("region=".length()) : ServerDescription.S3_REGION,
                        URLDecoder.decode(key[0].replace("+", "%2B"), StandardCharsets.UTF_8),
                        URLDecoder.decode(key[1].replace("+", "%2B"), StandardCharsets.UTF_8),
                        bucket);
            }
        } catch (URISyntaxException e) {
            // Not quoted: it holds a secret.
            throw new DevEnvironmentException(
                    "The address of the S3 server is none (" + e.getReason() + " at character " + e.getIndex()
                            + "). It has the form http://key:secret@host:9000/bucket?region=us-east-1");
        }
        throw new DevEnvironmentException("The address of the S3 server lacks something. It has the form"
                + " http://key:secret@host:9000/bucket?region=us-east-1");
    }

    /** Returns the same server's other bucket. */
    public S3Endpoint withBucket(String name) {
        return new S3Endpoint(uri, region, accessKey, secretKey, name);
    }
}
