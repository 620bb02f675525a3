package io.insightdesk.mail.internal;

import io.insightdesk.internal.html.CleanText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mozilla.universalchardet.UniversalDetector;

/**
 * Turns bytes of a mail into text, whatever the label says. Never throws.
 *
 * <p>Labels mean what mail programs mean by them, which for many is a superset of the standard (WHATWG Encoding):
 * ISO-8859-1 is Windows-1252, gb2312 is GB18030, ks_c_5601-1987 is MS949. A runtime without {@code jdk.charsets}
 * lacks some of them; then the text is decoded as well as can be and a note says so.
 */
final class MailCharsets {

    private static final Map<String, List<String>> MEANT = Map.ofEntries(
            Map.entry("us-ascii", List.of("US-ASCII")),
            Map.entry("ascii", List.of("US-ASCII")),
            Map.entry("ansi_x3.4-1968", List.of("US-ASCII")),
            Map.entry("iso-8859-1", List.of("windows-1252", "ISO-8859-1")),
            Map.entry("latin1", List.of("windows-1252", "ISO-8859-1")),
            Map.entry("l1", List.of("windows-1252", "ISO-8859-1")),
            Map.entry("iso-8859-9", List.of("windows-1254", "ISO-8859-9")),
            Map.entry("latin5", List.of("windows-1254", "ISO-8859-9")),
            Map.entry("iso-8859-11", List.of("x-windows-874", "x-IBM874")),
            Map.entry("tis-620", List.of("x-windows-874", "TIS-620")),
            Map.entry("windows-874", List.of("x-windows-874", "x-IBM874")),
            Map.entry("iso-8859-8-i", List.of("windows-1255", "ISO-8859-8")),
            Map.entry("iso-8859-8-e", List.of("ISO-8859-8")),
            Map.entry("iso-8859-6-i", List.of("ISO-8859-6")),
            Map.entry("gb2312", List.of("GB18030", "GBK", "GB2312")),
            Map.entry("gb_2312-80", List.of("GB18030", "GBK", "GB2312")),
            Map.entry("csgb2312", List.of("GB18030", "GBK")),
            Map.entry("x-gbk", List.of("GB18030", "GBK")),
            Map.entry("gbk", List.of("GB18030", "GBK")),
            Map.entry("cp936", List.of("GB18030", "GBK")),
            Map.entry("windows-936", List.of("GB18030", "GBK")),
            Map.entry("euc-cn", List.of("GB18030", "GBK")),
            Map.entry("big5", List.of("Big5-HKSCS", "x-windows-950", "Big5")),
            Map.entry("big5-eten", List.of("Big5-HKSCS", "x-windows-950", "Big5")),
            Map.entry("shift_jis", List.of("windows-31j", "Shift_JIS")),
            Map.entry("shift-jis", List.of("windows-31j", "Shift_JIS")),
            Map.entry("sjis", List.of("windows-31j", "Shift_JIS")),
            Map.entry("x-sjis", List.of("windows-31j", "Shift_JIS")),
            Map.entry("ms_kanji", List.of("windows-31j", "Shift_JIS")),
            Map.entry("windows-932", List.of("windows-31j", "Shift_JIS")),
            Map.entry("iso-2022-jp", List.of("x-windows-50221", "x-windows-iso2022jp", "ISO-2022-JP")),
            Map.entry("iso-2022-jp-1", List.of("x-windows-50221", "x-windows-iso2022jp", "ISO-2022-JP")),
            Map.entry("iso-2022-jp-ms", List.of("x-windows-50221", "x-windows-iso2022jp", "ISO-2022-JP")),
            Map.entry("cp50220", List.of("x-windows-50220", "ISO-2022-JP")),
            Map.entry("cp50221", List.of("x-windows-50221", "ISO-2022-JP")),
            Map.entry("x-euc-jp", List.of("EUC-JP")),
            Map.entry("ks_c_5601-1987", List.of("x-windows-949", "EUC-KR")),
            Map.entry("ks_c_5601-1989", List.of("x-windows-949", "EUC-KR")),
            Map.entry("ksc5601", List.of("x-windows-949", "EUC-KR")),
            Map.entry("ksc_5601", List.of("x-windows-949", "EUC-KR")),
            Map.entry("korean", List.of("x-windows-949", "EUC-KR")),
            Map.entry("euc-kr", List.of("x-windows-949", "EUC-KR")),
            Map.entry("windows-949", List.of("x-windows-949", "EUC-KR")),
            Map.entry("utf-8", List.of("UTF-8")),
            Map.entry("utf8", List.of("UTF-8")),
            Map.entry("utf-8mb4", List.of("UTF-8")),
            Map.entry("utf8mb4", List.of("UTF-8")),
            Map.entry("unicode-1-1-utf-8", List.of("UTF-8")),
            Map.entry("cskoi8r", List.of("KOI8-R")),
            Map.entry("koi8", List.of("KOI8-R")),
            Map.entry("koi", List.of("KOI8-R")),
            Map.entry("koi8-ru", List.of("KOI8-U", "KOI8-R")),
            Map.entry("macintosh", List.of("x-MacRoman")),
            Map.entry("x-mac-roman", List.of("x-MacRoman")));

    private static final Pattern CODE_PAGE =
            Pattern.compile("(?:x-)?(?:windows|win|cp|ibm|ms|microsoft-cp)[-_ ]?(?:cp)?[-_ ]?(\\d{3,5})");
    private static final Pattern ISO_8859 = Pattern.compile("iso[-_ ]?8859[-_ ]?(\\d{1,2})(?:[-_:].*)?");

    private final Function<String, @Nullable Charset> installed;
    private final Consumer<String> notes;

    MailCharsets(Consumer<String> notes) {
        this(MailCharsets::find, notes);
    }

    /** For a runtime that has only some charsets. */
    MailCharsets(Function<String, @Nullable Charset> installed, Consumer<String> notes) {
        this.installed = installed;
        this.notes = notes;
    }

    private static @Nullable Charset find(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException missing) {
            return null; // The caller has other names to try.
        }
    }

    /** Decodes with the charset that the label means; without a label, or with an unknown one, by trying. */
    String decode(byte[] bytes, @Nullable String label) {
        String name = label == null ? "" : canonical(label);
        if (name.isEmpty()) {
            return undeclared(bytes);
        }
        if (name.equals("utf-7") || name.equals("unicode-1-1-utf-7") || name.equals("csunicode11utf7")) {
            return Utf7.decode(bytes);
        }
        Charset charset = charset(name);
        if (charset == null) {
            notes.accept("charset unknown: " + CleanText.line(name.length() > 40 ? name.substring(0, 40) : name));
            return undeclared(bytes);
        }
        if (charset.equals(StandardCharsets.US_ASCII)) {
            return undeclared(bytes);
        }
        if (charset.equals(StandardCharsets.UTF_8)) {
            return utf8(bytes);
        }
        String text = replacing(bytes, charset);
        return name.endsWith("1258") ? Normalizer.normalize(text, Normalizer.Form.NFC) : text;
    }

    /** Text whose charset nobody named: UTF-8 if it is, otherwise what the detector says, otherwise Windows-1252. */
    String undeclared(byte[] bytes) {
        if (isAscii(bytes)) {
            return containsEscape(bytes) ? decode(bytes, "iso-2022-jp") : new String(bytes, StandardCharsets.US_ASCII);
        }
        String text = strict(bytes, StandardCharsets.UTF_8);
        if (text != null) {
            return text;
        }
        return detected(bytes);
    }

    private String detected(byte[] bytes) {
        UniversalDetector detector = new UniversalDetector();
        detector.handleData(bytes, 0, Math.min(bytes.length, 64 * 1024));
        detector.dataEnd();
        String found = detector.getDetectedCharset();
        if (found != null && !found.equals("UTF-8") && !found.equals("US-ASCII")) {
            Charset charset = charset(canonical(found));
            String text = charset == null ? null : strict(bytes, charset);
            if (text != null) {
                return text;
            }
        }
        return replacing(bytes, fallback());
    }

    /** Declared UTF-8 that is not: mostly UTF-8 keeps its good characters, anything else was mislabelled. */
    private String utf8(byte[] bytes) {
        String text = strict(bytes, StandardCharsets.UTF_8);
        if (text != null) {
            return text;
        }
        notes.accept("text is not valid UTF-8");
        String lossy = new String(bytes, StandardCharsets.UTF_8);
        long good = lossy.codePoints().filter(c -> c > 0x7F && c != 0xFFFD).count();
        long bad = lossy.codePoints().filter(c -> c == 0xFFFD).count();
        return good >= bad ? lossy : detected(bytes);
    }

    @Nullable Charset charset(String canonicalLabel) {
        for (String candidate : MEANT.getOrDefault(canonicalLabel, List.of(canonicalLabel))) {
            Charset charset = installed.apply(candidate);
            if (charset != null) {
                return charset;
            }
        }
        return null;
    }

    static String canonical(String label) {
        String name = label.strip().toLowerCase(Locale.ROOT);
        int end = name.indexOf(';');
        if (end >= 0) {
            name = name.substring(0, end);
        }
        name = name.replaceAll("[\"'<>\\s]", "");
        if (name.isEmpty() || name.length() > 60) {
            return name.isEmpty() ? "" : name.substring(0, 60);
        }
        Matcher page = CODE_PAGE.matcher(name);
        if (page.matches()) {
            String number = page.group(1);
            return number.startsWith("5022") ? "cp" + number : codePage(number);
        }
        Matcher iso = ISO_8859.matcher(name);
        if (iso.matches() && !name.endsWith("-i") && !name.endsWith("-e")) {
            return "iso-8859-" + iso.group(1);
        }
        if (name.startsWith("_iso-2022-jp") || name.startsWith("iso-2022-jp$")) {
            return "iso-2022-jp";
        }
        return name;
    }

    private static String codePage(String number) {
        return switch (number) {
            case "65001" -> "utf-8";
            case "65000" -> "utf-7";
            case "20866" -> "koi8-r";
            case "28591" -> "iso-8859-1";
            case "437", "850", "852", "855", "857", "858", "862", "866" -> "ibm" + number;
            default -> "windows-" + number;
        };
    }

    private Charset fallback() {
        Charset western = installed.apply("windows-1252");
        return western == null ? StandardCharsets.ISO_8859_1 : western;
    }

    private static @Nullable String strict(byte[] bytes, Charset charset) {
        try {
            return charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notThisOne) {
            return null; // An answer, not a failure: the caller tries another charset.
        }
    }

    private static String replacing(byte[] bytes, Charset charset) {
        String text = new String(bytes, charset);
        if (charset.name().equals("windows-1252") && text.indexOf('\uFFFD') >= 0) {
            // Five code points have no character; browsers keep them as controls, which are dropped later.
            text = text.replace("\uFFFD", "");
        }
        return text;
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean containsEscape(byte[] bytes) {
        for (int i = 0; i + 2 < bytes.length; i++) {
            if (bytes[i] == 0x1B && (bytes[i + 1] == '$' || bytes[i + 1] == '(')) {
                return true;
            }
        }
        return false;
    }
}
