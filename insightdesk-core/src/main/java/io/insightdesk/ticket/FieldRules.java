package io.insightdesk.ticket;

import io.insightdesk.error.Violations;
import io.insightdesk.internal.Numbers;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rules that a new ticket and a change have in common. */
final class FieldRules {

    private static final int MAX_TAGS = 50;
    private static final int MAX_TAG = 60;
    private static final int MAX_FIELDS = 100;
    private static final int MAX_VALUE = 4000;
    private static final Pattern FIELD_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,59}");

    private FieldRules() {}

    /** The form in which tags are kept and compared. */
    static String normalTag(String tag) {
        return tag.strip().toLowerCase(Locale.ROOT);
    }

    static void checkTags(Violations violations, Collection<String> tags) {
        if (tags.size() > MAX_TAGS) {
            violations.add("/tags", "too_many", "At most " + MAX_TAGS + " tags are allowed.");
        }
        int index = 0;
        for (String tag : tags) {
            violations.requireText("/tags/" + index, tag, MAX_TAG);
            index++;
        }
    }

    static void checkCustomFields(Violations violations, Map<String, ? extends @Nullable Object> fields) {
        if (fields.size() > MAX_FIELDS) {
            violations.add("/customFields", "too_many", "At most " + MAX_FIELDS + " custom fields are allowed.");
        }
        fields.forEach((name, value) -> {
            String pointer = "/customFields/" + name.replace("~", "~0").replace("/", "~1");
            if (!FIELD_NAME.matcher(name).matches()) {
                violations.add(
                        pointer,
                        "invalid_name",
                        "A field's name begins with a letter and has up to 60 letters, digits, '_', '.' and '-'.");
            }
            if (value != null && !isAllowed(value)) {
                violations.add(
                        pointer, "invalid_value", "A field holds a text, a number, a boolean or a list of texts.");
            }
            Numbers.check(violations, pointer, value);
            if (value instanceof String text) {
                violations.limit(pointer, text, MAX_VALUE);
            }
        });
    }

    private static boolean isAllowed(Object value) {
        return value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance));
    }
}
