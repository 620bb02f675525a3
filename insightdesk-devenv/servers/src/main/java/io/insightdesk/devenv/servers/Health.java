package io.insightdesk.devenv.servers;

import java.time.Duration;
import java.util.List;

/**
 * Whether a server does its work, found out by a real request to it.
 *
 * @param service the server
 * @param healthy whether it answered as it should
 * @param detail what it answered, or why it did not, in one line
 * @param took how long that took
 * @since 0.1.0
 */
public record Health(Service service, boolean healthy, String detail, Duration took) {

    /**
     * Asks all servers at the same time: a query, a {@code PING}, the bucket, the SMTP greeting and the page. Changes
     * nothing.
     *
     * @param limit how long each may take
     */
    public static List<Health> of(Endpoints endpoints, Duration limit) {
        throw new IllegalStateException("to come");
    }
}
