package io.insightdesk.devenv.servers;

import com.github.davidmoten.aws.lw.client.Client;
import com.github.davidmoten.aws.lw.client.HttpMethod;
import com.github.davidmoten.aws.lw.client.Response;
import com.github.davidmoten.aws.lw.client.xml.XmlElement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes, looks for and deletes the bucket of an {@link S3Endpoint}, on any server that speaks the S3 protocol. Thread-safe.
 *
 * @apiNote For adapters: may change with any minor release.
 * @since 0.1.0
 */
public final class S3Buckets {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private S3Buckets() {}

    /**
     * Makes the bucket; nothing happens if it is there.
     *
     * @throws DevEnvironmentException if the server refuses or is not there
     */
    public static void create(S3Endpoint endpoint) {
        Response response = send(endpoint, LIMIT, HttpMethod.PUT, endpoint.bucket());
        // A server that answers 409 has the bucket; whose it is the next look tells.
        if (response.statusCode() != OK && !exists(endpoint, LIMIT)) {
            throw refused("make", endpoint, response);
        }
    }

    /** Says whether the bucket is there and the key opens it. */
    static boolean exists(S3Endpoint endpoint, Duration limit) {
        return send(endpoint, limit, HttpMethod.HEAD, endpoint.bucket()).statusCode() == OK;
    }

    /**
     * Deletes the bucket with all that is in it; nothing happens if there is none.
     *
     * @throws DevEnvironmentException if the server refuses or is not there
     */
    public static void delete(S3Endpoint endpoint) {
        while (true) {
            Response listed = send(endpoint, LIMIT, HttpMethod.GET, endpoint.bucket());
            if (listed.statusCode() == NOT_FOUND) {
                return;
            }
            if (!listed.isOk()) {
                throw refused("list", endpoint, listed);
            }
            List<String> keys = keys(listed);
            for (String key : keys) {
                Response deleted = send(endpoint, LIMIT, HttpMethod.DELETE, endpoint.bucket(), key);
                if (!deleted.isOk() && deleted.statusCode() != NOT_FOUND) {
                    throw refused("empty", endpoint, deleted);
                }
            }
            if (keys.isEmpty()) {
                break;
            }
        }
        Response deleted = send(endpoint, LIMIT, HttpMethod.DELETE, endpoint.bucket());
        if (!deleted.isOk() && deleted.statusCode() != NOT_FOUND) {
            throw refused("delete", endpoint, deleted);
        }
    }

    private static List<String> keys(Response listed) {
        XmlElement result = XmlElement.parse(listed.contentUtf8());
        return result.childrenWithName("Contents").stream()
                .map(contents -> contents.child("Key").content())
                .toList();
    }

    private static Response send(S3Endpoint endpoint, Duration limit, HttpMethod method, String... path) {
        try {
            return client(endpoint, limit).path(path).method(method).response();
        } catch (RuntimeException e) {
            throw new DevEnvironmentException(
                    "The S3 server at " + endpoint.uri() + " does not answer: " + rootMessage(e)
                            + ". Is it running, and is this its address?",
                    e);
        }
    }

    private static Client client(S3Endpoint endpoint, Duration limit) {
        String base = endpoint.uri().toString().replaceAll("/+$", "") + "/";
        return Client.s3()
                .region(endpoint.region())
                .accessKey(endpoint.accessKey())
                .secretKey(endpoint.secretKey())
                .baseUrlFactory((service, region) -> base)
                .connectTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .readTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .retryMaxAttempts(1)
                .build();
    }

    private static String rootMessage(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    private static DevEnvironmentException refused(String what, S3Endpoint endpoint, Response response) {
        return new DevEnvironmentException("The S3 server at " + endpoint.uri() + " would not " + what + " the bucket "
                + endpoint.bucket() + " (status " + response.statusCode() + "): " + response.contentUtf8()
                + ". Check the access key " + endpoint.accessKey() + " and its secret, or name another bucket.");
    }
}
