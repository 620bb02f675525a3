package io.insightdesk.storage;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link FileScanner} found in a file.
 *
 * @param verdict whether it is good
 * @param finding the malware's name, or why the file was not looked at; printable ASCII of at most {@value #MAX_FINDING} characters,
 *     others are replaced; null where there is nothing to say
 * @since 0.1.0
 */
public record ScanResult(Verdict verdict, @Nullable String finding) {

    /** The longest finding. */
    public static final int MAX_FINDING = 200;

    /** Nothing was found. */
    public static final ScanResult CLEAN = new ScanResult(Verdict.CLEAN, null);

    /** Whether a file is good. */
    public enum Verdict {
        /** Nothing was found. */
        CLEAN,
        /** Malware was found. */
        INFECTED,
        /** It was not looked at, or not as a whole. */
        NOT_SCANNED;

        /**
         * The form in JSON and in the database.
         *
         * @return lower case
         */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * Finds a verdict by its wire name.
         *
         * @param wireName lower case
         * @return the verdict
         * @throws IllegalArgumentException when there is none
         */
        public static Verdict of(String wireName) {
            return valueOf(wireName.toUpperCase(Locale.ROOT));
        }
    }

    /** Makes the finding harmless, for it is shown and logged. */
    public ScanResult {
        requireNonNull(verdict, "verdict");
        if (finding != null) {
            String plain = finding.replaceAll("[^\\x20-\\x7E]", "?").strip();
            finding = plain.length() <= MAX_FINDING ? plain : plain.substring(0, MAX_FINDING);
        }
    }

    /**
     * Malware was found.
     *
     * @param name its name
     * @return the result
     */
    public static ScanResult infected(String name) {
        return new ScanResult(Verdict.INFECTED, requireNonNull(name, "name"));
    }

    /**
     * The file was not looked at, or not as a whole, and will not be: it is too large, or encrypted.
     *
     * @param reason why
     * @return the result
     */
    public static ScanResult notScanned(String reason) {
        return new ScanResult(Verdict.NOT_SCANNED, requireNonNull(reason, "reason"));
    }
}
