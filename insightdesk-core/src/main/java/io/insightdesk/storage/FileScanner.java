package io.insightdesk.storage;

import java.io.IOException;
import java.io.InputStream;

/**
 * Extension point: looks for malware in files that come in, by upload or by mail. It is called outside database transactions, by
 * several threads at once, after a file is stored and before anybody can read it. Thread-safe. A scanner that a host made is closed by
 * the host.
 *
 * @since 0.1.0
 * @see ClamdScanner
 */
public interface FileScanner {

    /**
     * Looks at a content. Has to come to an end by itself: a scanner that hangs is one that throws.
     *
     * @param content read as far as is needed, not closed
     * @return what was found
     * @throws IOException when the content cannot be read, or the scanner does not answer as it should
     */
    ScanResult scan(InputStream content) throws IOException;

    /**
     * Finds out within half a second whether the scanner answers; {@link io.insightdesk.InsightDesk#health()} asks, and waits. Does nothing
     * unless overridden.
     *
     * @throws IOException when it does not
     */
    default void ping() throws IOException {}
}
