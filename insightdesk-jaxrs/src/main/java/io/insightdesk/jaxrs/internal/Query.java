package io.insightdesk.jaxrs.internal;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violation;
import io.insightdesk.error.Violations;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriBuilder;
import jakarta.ws.rs.core.UriInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The query of a request, read with all mistakes at once. What is wrong is named by the parameter, not by a pointer. */
final class Query {
    /** Marks a violation of a parameter among those of a body. */
    static final String PREFIX = "?";

    private static final int DEFAULT_LIMIT = 25;
    private static final int MAX_LIMIT = 100;

    private final UriInfo uri;
    private final MultivaluedMap<String, String> values;
    private final Violations violations = new Violations();

    Query(UriInfo uri) {
        this.uri = uri;
        this.values = uri.getQueryParameters();
    }

    /** Refuses parameters that the operation has not got, and texts that cannot be kept. */
    static void check(MultivaluedMap<String, String> values, List<QueryParameter> allowed) {
        Violations violations = new Violations();
        List<String> names = allowed.stream().map(QueryParameter::wireName).toList();
        values.forEach((name, texts) -> {
            if (!names.contains(name)) {
                violations.add(PREFIX + name, "unknown_parameter", unknown(name, allowed, names));
            } else if (texts.size() > 1) {
                violations.add(PREFIX + name, "repeated", "This parameter can be given once.");
            } else {
                RequestReader.checkText(texts.get(0), PREFIX + name, violations);
            }
        });
        for (QueryParameter parameter : allowed) {
            if (parameter.required() && !values.containsKey(parameter.wireName())) {
                violations.add(PREFIX + parameter.wireName(), "required", "This parameter is required.");
            }
        }
        violations.throwIfAny();
    }

    private static String unknown(String name, List<QueryParameter> allowed, List<String> names) {
        if (name.startsWith("filter[")) {
            String filters = allowed.stream()
                    .filter(QueryParameter::isFilter)
                    .map(QueryParameter::wireName)
                    .collect(Collectors.joining(", "));
            return filters.isEmpty()
                    ? "This list cannot be filtered."
                    : "This list cannot be filtered so; it can by " + filters + ".";
        }
        return names.isEmpty()
                ? "There are no parameters here."
                : "There is no such parameter; there are " + String.join(", ", names) + ".";
    }

    @Nullable String text(QueryParameter parameter) {
        return values.getFirst(parameter.wireName());
    }

    int limit() {
        String text = text(QueryParameter.LIMIT);
        if (text == null) {
            return DEFAULT_LIMIT;
        }
        if (text.matches("[0-9]{1,3}")) {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        }
        violations.add(PREFIX + "limit", "out_of_range", "The limit is a whole number from 1 to " + MAX_LIMIT + ".");
        return DEFAULT_LIMIT;
    }

    /** Reads a value; null where it is absent or wrong. */
    <T> @Nullable T value(QueryParameter parameter, Function<String, T> reader) {
        String text = text(parameter);
        return text == null ? null : read(parameter, text, reader);
    }

    /** Reads values that are separated by commas. */
    <T> List<T> values(QueryParameter parameter, Function<String, T> reader) {
        String text = text(parameter);
        List<T> all = new ArrayList<>();
        if (text != null) {
            for (String part : text.split(",", -1)) {
                T value = read(parameter, part.strip(), reader);
                if (value != null) {
                    all.add(value);
                }
            }
        }
        return all;
    }

    private <T> @Nullable T read(QueryParameter parameter, String text, Function<String, T> reader) {
        try {
            return reader.apply(text);
        } catch (InvalidInputException e) {
            for (Violation violation : e.violations()) {
                violations.add(PREFIX + parameter.wireName(), violation.code(), violation.message());
            }
            return null;
        }
    }

    /** Ends the reading: all mistakes at once. */
    void done() {
        violations.throwIfAny();
    }

    /** The address of the next page, without host. */
    String next(String cursor) {
        UriBuilder builder = uri.getRequestUriBuilder().replaceQueryParam("cursor", "{cursor}");
        java.net.URI next = builder.build(cursor);
        return next.getRawPath() + "?" + next.getRawQuery();
    }
}
