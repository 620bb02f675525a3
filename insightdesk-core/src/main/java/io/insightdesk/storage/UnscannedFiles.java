package io.insightdesk.storage;

/**
 * What becomes of files that the {@link FileScanner} did not look at.
 *
 * @since 0.1.0
 */
public enum UnscannedFiles {
    /**
     * Nobody gets them. While the scanner does not answer, uploads fail and mails wait; a file that it will not look at is refused, or where it
     * came by mail, kept and not given out.
     */
    REFUSE,
    /** They are taken and given out, marked as not scanned. */
    ACCEPT
}
