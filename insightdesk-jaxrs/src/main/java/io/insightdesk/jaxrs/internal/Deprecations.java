package io.insightdesk.jaxrs.internal;

import jakarta.ws.rs.core.MultivaluedMap;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Tells callers that an operation will go: {@code Deprecation} (RFC 9745) since when, {@code Sunset} (RFC 8594) until when it works. */
final class Deprecations {
    /** Where the operation of a request is kept that will go. */
    static final String PROPERTY = "io.insightdesk.deprecated";

    // RFC 9110, section 5.6.7; the pattern of the JDK leaves out the zero of single-digit days.
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private Deprecations() {}

    static void tell(Operation operation, MultivaluedMap<String, Object> headers) {
        if (!operation.deprecatedSince().isEmpty()) {
            long since = LocalDate.parse(operation.deprecatedSince())
                    .atStartOfDay(ZoneOffset.UTC)
                    .toEpochSecond();
            headers.putSingle("Deprecation", "@" + since);
        }
        if (!operation.sunset().isEmpty()) {
            headers.putSingle(
                    "Sunset", LocalDate.parse(operation.sunset()).atStartOfDay().format(HTTP_DATE));
        }
    }
}
