package io.insightdesk.storage.internal;

import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.internal.Refusals;
import io.insightdesk.storage.Blob;
import io.insightdesk.storage.FileScanner;
import io.insightdesk.storage.ScanResult;
import io.insightdesk.storage.ScanResult.Verdict;
import io.insightdesk.storage.UnscannedFiles;
import io.insightdesk.tenant.TenantId;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has what was stored looked at before anybody can read it, where there is a scanner. Takes connections of its own and as long as the
 * scanner does, so it is never called inside a transaction. Thread-safe.
 */
final class FileScans {

    private static final Logger log = LoggerFactory.getLogger(FileScans.class);
    private static final Logger security = LoggerFactory.getLogger(Refusals.LOGGER);

    private final StorageFeature storage;
    private final @Nullable FileScanner scanner;
    private final UnscannedFiles unscanned;
    private final MeterRegistry meters;

    FileScans(StorageFeature storage, @Nullable FileScanner scanner, UnscannedFiles unscanned, MeterRegistry meters) {
        this.storage = storage;
        this.scanner = scanner;
        this.unscanned = unscanned;
        this.meters = meters;
    }

    /**
     * Has a content looked at that is stored and not linked yet.
     *
     * @return what was found; null where there is no scanner
     * @throws UnavailableException with code {@code scanner_unavailable} when the scanner does not answer, and nothing unscanned is taken
     */
    @Nullable ScanResult scan(TenantId tenant, Blob blob) {
        if (scanner == null) {
            return null;
        }
        ScanResult result = ask(scanner, tenant, blob);
        if (result.verdict() == Verdict.INFECTED) {
            security.warn("file_infected blob={} tenant={} finding={}", blob.id(), tenant, result.finding());
        }
        return result;
    }

    private ScanResult ask(FileScanner asked, TenantId tenant, Blob blob) {
        try (InputStream content = storage.open(tenant, blob.id())) {
            ScanResult result = asked.scan(content);
            count(result.verdict().wireName());
            return result;
        } catch (IOException | RuntimeException e) {
            count("failed");
            if (unscanned == UnscannedFiles.ACCEPT) {
                log.warn("Blob {} of tenant {} could not be scanned, and is taken all the same", blob.id(), tenant, e);
                return ScanResult.notScanned("the scanner did not answer");
            }
            throw new UnavailableException(
                    StorageFeature.SCANNER_UNAVAILABLE,
                    "The file could not be scanned for malware. Try again later.",
                    e);
        }
    }

    private void count(String outcome) {
        meters.counter("insightdesk.files.scanned", "outcome", outcome).increment();
    }

    /**
     * Refuses a file that somebody wants to upload.
     *
     * @param pointer where it is, as a JSON pointer
     */
    void requireGood(String pointer, @Nullable ScanResult result) {
        if (!withholds(result)) {
            return;
        }
        boolean infected = result != null && result.verdict() == Verdict.INFECTED;
        String finding = result == null ? null : result.finding();
        throw infected
                ? new InvalidInputException(
                        pointer, "file_infected", "The file holds malware (" + finding + ") and was not stored.")
                : new InvalidInputException(
                        pointer,
                        "file_not_scanned",
                        "The file cannot be scanned for malware (" + finding + ") and was not stored.");
    }

    /** Whether a file is kept from everybody. */
    boolean withholds(@Nullable ScanResult result) {
        return result != null
                && (result.verdict() == Verdict.INFECTED
                        || (result.verdict() == Verdict.NOT_SCANNED && unscanned == UnscannedFiles.REFUSE));
    }

    /**
     * Refuses to give out a file that is kept from everybody.
     *
     * @throws AccessDeniedException with code {@code attachment_withheld}
     */
    void requireReadable(@Nullable ScanResult result) {
        if (result != null && withholds(result)) {
            throw AccessDeniedException.attachmentWithheld(
                    result.verdict() == Verdict.INFECTED
                            ? "holds malware (" + result.finding() + ")"
                            : "could not be scanned for malware (" + result.finding() + ")");
        }
    }

    /** Whether there is a scanner. */
    boolean configured() {
        return scanner != null;
    }

    /** What is wrong with the scanner, for people; empty where all is well or there is none. */
    Optional<String> problem() {
        if (scanner == null) {
            return Optional.empty();
        }
        try {
            scanner.ping();
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            log.debug("The scanner does not answer a health check", e);
            return Optional.of(
                    unscanned == UnscannedFiles.ACCEPT
                            ? "The scanner does not answer; until it does, files are taken that nobody looked at."
                            : "The scanner does not answer; until it does, uploads fail and mails with files wait.");
        }
    }
}
