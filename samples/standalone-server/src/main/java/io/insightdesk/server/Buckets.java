package io.insightdesk.server;

import io.insightdesk.key.Secret;
import io.insightdesk.storage.S3BlobStore;
import java.net.URI;

/** Files in a bucket of S3, as the settings say. */
final class Buckets {

    private Buckets() {}

    /** Opens it; nothing is asked of the server yet. The caller closes it. */
    static S3BlobStore open(Settings.Bucket bucket) {
        S3BlobStore.Builder builder =
                S3BlobStore.builder(bucket.name(), bucket.region()).pathStyle(bucket.pathStyle());
        URI endpoint = bucket.endpoint();
        if (endpoint != null) {
            builder.endpoint(endpoint);
        }
        String access = bucket.accessKey();
        Secret secret = bucket.secretKey();
        if (access != null && secret != null) {
            builder.credentials(access, secret);
        }
        return builder.build();
    }
}
