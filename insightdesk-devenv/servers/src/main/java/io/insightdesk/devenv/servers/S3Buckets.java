package io.insightdesk.devenv.servers;

/** Makes, empties and deletes the buckets of an S3 server of development. Public because the JUnit extension makes one per class. */
public final class S3Buckets {
    private S3Buckets() {}

    /** Makes the bucket if it is not there. */
    public static void create(S3Endpoint endpoint) {
        throw new IllegalStateException("to come");
    }

    /** Deletes the bucket with all that is in it; nothing happens if there is none. */
    public static void delete(S3Endpoint endpoint) {
        throw new IllegalStateException("to come");
    }
}
