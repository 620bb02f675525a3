package io.insightdesk.mail.internal;

import io.insightdesk.internal.html.CleanText;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads Date headers: RFC 5322, its obsolete forms, and ISO dates. */
final class MailDates {

    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

    private static final Pattern RFC = Pattern.compile(
            "(\\d{1,2})[ \\-]+([A-Za-z]{3})[A-Za-z]*\\.?[ \\-]+(\\d{2,4})[ ,]+(\\d{1,2})[:.](\\d{1,2})(?:[:.](\\d{1,2}))?"
                    + "(?:\\.\\d+)?(?:\\s*([+-]\\d{4}|[+-]\\d{2}:\\d{2}|[A-Za-z]{1,5}))?.*");
    private static final Pattern ASCTIME = Pattern.compile(
            "(?:[A-Za-z]{3,9},?\\s+)?([A-Za-z]{3})[A-Za-z]*\\s+(\\d{1,2}),?\\s+(\\d{1,2}):(\\d{2})(?::(\\d{2}))?"
                    + "\\s+(?:([A-Z]{3,4}|[+-]\\d{4})\\s+)?(\\d{4}).*");
    private static final Pattern ISO = Pattern.compile(
            "(\\d{4})-(\\d{2})-(\\d{2})[T ](\\d{2}):(\\d{2})(?::(\\d{2}))?(?:\\.\\d+)?\\s*(Z|[+-]\\d{2}:?\\d{2})?.*");

    private static final Map<String, Integer> ZONES = Map.of(
            "edt", -4, "est", -5, "cdt", -5, "cst", -6, "mdt", -6, "mst", -7, "pdt", -7, "pst", -8, "cet", 1, "cest",
            2);

    private MailDates() {}

    /** The instant, or null if the value is no date that exists. */
    static @Nullable Instant parse(String rawValue) {
        String value = CleanText.line(rawValue.replaceAll("\\([^()]{0,100}\\)", " "));
        if (value.length() > 100) {
            return null;
        }
        try {
            return read(value);
        } catch (DateTimeException | NumberFormatException impossible) {
            return null; // "29:24" and its like: the caller notes that the date is unreadable.
        }
    }

    private static @Nullable Instant read(String value) {
        Matcher iso = ISO.matcher(value);
        if (iso.matches()) {
            return instant(
                    Integer.parseInt(iso.group(1)),
                    Integer.parseInt(iso.group(2)),
                    iso.group(3),
                    iso.group(4),
                    iso.group(5),
                    iso.group(6),
                    iso.group(7));
        }
        Matcher rfc = RFC.matcher(value);
        if (rfc.find()) {
            return instant(
                    year(rfc.group(3)),
                    month(rfc.group(2)),
                    rfc.group(1),
                    rfc.group(4),
                    rfc.group(5),
                    rfc.group(6),
                    rfc.group(7));
        }
        Matcher asctime = ASCTIME.matcher(value);
        if (asctime.matches()) {
            return instant(
                    year(asctime.group(7)),
                    month(asctime.group(1)),
                    asctime.group(2),
                    asctime.group(3),
                    asctime.group(4),
                    asctime.group(5),
                    asctime.group(6));
        }
        return null;
    }

    private static @Nullable Instant instant(
            int year,
            int month,
            String day,
            String hour,
            String minute,
            @Nullable String second,
            @Nullable String zone) {
        if (year < 1970 || year > 9000) {
            return null;
        }
        int seconds = second == null ? 0 : Math.min(Integer.parseInt(second), 59);
        return OffsetDateTime.of(
                        year,
                        month,
                        Integer.parseInt(day),
                        Integer.parseInt(hour),
                        Integer.parseInt(minute),
                        seconds,
                        0,
                        zone(zone))
                .toInstant();
    }

    private static int month(String name) {
        int at = MONTHS.indexOf(name.toLowerCase(Locale.ROOT));
        if (at < 0 || at % 3 != 0) {
            throw new DateTimeException("no month: " + name);
        }
        return at / 3 + 1;
    }

    private static int year(String digits) {
        int year = Integer.parseInt(digits);
        if (digits.length() == 4) {
            return year;
        }
        return year < 50 ? 2000 + year : 1900 + year;
    }

    /** Unknown names mean UTC, as RFC 5322 asks; offsets out of range too. */
    private static ZoneOffset zone(@Nullable String zone) {
        if (zone == null) {
            return ZoneOffset.UTC;
        }
        if (zone.startsWith("+") || zone.startsWith("-")) {
            int hours = Integer.parseInt(zone.substring(1, 3));
            int minutes = Integer.parseInt(zone.substring(zone.length() - 2));
            int total = (hours * 60 + minutes) * 60;
            return total > 18 * 3600
                    ? ZoneOffset.UTC
                    : ZoneOffset.ofTotalSeconds(zone.charAt(0) == '-' ? -total : total);
        }
        return ZoneOffset.ofHours(ZONES.getOrDefault(zone.toLowerCase(Locale.ROOT), 0));
    }
}
