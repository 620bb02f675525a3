package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.DirectoryFilter;
import io.insightdesk.identity.DirectoryFilter.Attribute;
import io.insightdesk.identity.DirectoryFilter.Comparison;
import io.insightdesk.identity.DirectoryFilter.Kind;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Filters as the core has them: over the attributes that can be filtered by, which the refusal of others lists. */
final class ScimFilters {
    private static final DirectoryFilter NOTHING = new DirectoryFilter.Any(List.of());

    private final String schema;
    private final Map<String, Attribute> attributes = new TreeMap<>();
    private final Map<String, JsonNode> constants;
    private final String names;

    private ScimFilters(String schema, Map<String, Attribute> named, Map<String, JsonNode> constants) {
        this.schema = schema.toLowerCase(Locale.ROOT);
        named.forEach((name, attribute) -> attributes.put(name.toLowerCase(Locale.ROOT), attribute));
        this.constants = constants;
        this.names = String.join(", ", new TreeMap<>(named).keySet());
    }

    /** Of users. */
    static ScimFilters users() {
        return new ScimFilters(
                ScimUsers.SCHEMA,
                Map.ofEntries(
                        Map.entry("id", Attribute.ID),
                        Map.entry("externalId", Attribute.EXTERNAL_ID),
                        Map.entry("userName", Attribute.USER_NAME),
                        Map.entry("displayName", Attribute.NAME),
                        Map.entry("name.formatted", Attribute.NAME),
                        Map.entry("name.givenName", Attribute.GIVEN_NAME),
                        Map.entry("name.familyName", Attribute.FAMILY_NAME),
                        Map.entry("emails", Attribute.EMAIL),
                        Map.entry("emails.value", Attribute.EMAIL),
                        Map.entry("active", Attribute.ACTIVE),
                        Map.entry("meta.created", Attribute.CREATED),
                        Map.entry("meta.lastModified", Attribute.LAST_MODIFIED)),
                // Every user has one address, which is this.
                Map.of("emails.type", TextNode.valueOf(ScimUsers.WORK), "emails.primary", BooleanNode.TRUE));
    }

    /** Of groups. */
    static ScimFilters groups() {
        return new ScimFilters(
                ScimGroups.SCHEMA,
                Map.of(
                        "id", Attribute.ID,
                        "externalId", Attribute.EXTERNAL_ID,
                        "displayName", Attribute.NAME,
                        "members", Attribute.MEMBER,
                        "members.value", Attribute.MEMBER,
                        "meta.created", Attribute.CREATED,
                        "meta.lastModified", Attribute.LAST_MODIFIED),
                Map.of());
    }

    /** Reads a filter; null is everything. */
    DirectoryFilter read(@Nullable String text) {
        return text == null ? DirectoryFilter.EVERYTHING : of(ScimParser.filter(text), "");
    }

    private DirectoryFilter of(ScimFilter filter, String outer) {
        if (filter instanceof ScimFilter.And and) {
            return new DirectoryFilter.All(
                    and.parts().stream().map(part -> of(part, outer)).toList());
        }
        if (filter instanceof ScimFilter.Or or) {
            return new DirectoryFilter.Any(
                    or.parts().stream().map(part -> of(part, outer)).toList());
        }
        if (filter instanceof ScimFilter.Not not) {
            return new DirectoryFilter.Not(of(not.part(), outer));
        }
        if (filter instanceof ScimFilter.Has has) {
            if (!outer.isEmpty() || has.attribute().sub() != null) {
                throw ScimException.filter("A filter in brackets follows the name of an attribute that has parts.");
            }
            return of(has.filter(), name(has.attribute(), "") + ".");
        }
        if (filter instanceof ScimFilter.Present present) {
            String name = name(present.attribute(), outer);
            return constants.containsKey(name)
                    ? DirectoryFilter.EVERYTHING
                    : new DirectoryFilter.Present(attribute(name, present.attribute()));
        }
        ScimFilter.Compare compare = (ScimFilter.Compare) filter;
        String name = name(compare.attribute(), outer);
        JsonNode constant = constants.get(name);
        if (constant != null) {
            return ScimFilter.fits(compare, ignored -> constant) ? DirectoryFilter.EVERYTHING : NOTHING;
        }
        return compared(attribute(name, compare.attribute()), compare);
    }

    private String name(ScimFilter.Attribute attribute, String outer) {
        if (!attribute.schema().isEmpty() && !attribute.schema().equals(schema)) {
            throw unknown(attribute);
        }
        return outer + attribute.path();
    }

    private Attribute attribute(String name, ScimFilter.Attribute written) {
        Attribute attribute = attributes.get(name);
        if (attribute == null) {
            throw unknown(written);
        }
        return attribute;
    }

    private ScimException unknown(ScimFilter.Attribute attribute) {
        return ScimException.filter("There is no filter by '" + ApiResource.shortened(attribute.written())
                + "' here; there are filters by " + names + ".");
    }

    private static DirectoryFilter compared(Attribute attribute, ScimFilter.Compare compare) {
        ScimFilter.Operator operator = compare.operator();
        JsonNode value = compare.value();
        boolean equality = operator == ScimFilter.Operator.EQ || operator == ScimFilter.Operator.NE;
        if (value.isNull()) {
            requireOperator(equality, compare);
            DirectoryFilter present = new DirectoryFilter.Present(attribute);
            return operator == ScimFilter.Operator.EQ ? new DirectoryFilter.Not(present) : present;
        }
        if (attribute.kind() == Kind.TRUTH) {
            requireOperator(equality, compare);
            boolean active = truth(value, compare);
            return new DirectoryFilter.Active(active == (operator == ScimFilter.Operator.EQ));
        }
        if (attribute.kind() == Kind.MEMBERS) {
            requireOperator(operator == ScimFilter.Operator.EQ, compare);
            return member(text(value, compare));
        }
        Comparison comparison = comparison(operator);
        if (attribute.kind() == Kind.TIME) {
            requireOperator(!comparison.ofText(), compare);
            return new DirectoryFilter.Time(attribute, comparison, time(text(value, compare), compare));
        }
        return new DirectoryFilter.Text(attribute, comparison, text(value, compare));
    }

    private static void requireOperator(boolean good, ScimFilter.Compare compare) {
        if (!good) {
            throw ScimException.filter("'"
                    + ApiResource.shortened(compare.attribute().written())
                    + "' does not compare by " + compare.operator().name().toLowerCase(Locale.ROOT)
                    + " with this value.");
        }
    }

    private static boolean truth(JsonNode value, ScimFilter.Compare compare) {
        // Texts are what some providers send.
        String text = value.asText().toLowerCase(Locale.ROOT);
        if (!value.isBoolean() && !(value.isTextual() && (text.equals("true") || text.equals("false")))) {
            throw wrongValue(compare, "true or false");
        }
        return text.equals("true");
    }

    private static DirectoryFilter member(String text) {
        try {
            return new DirectoryFilter.Member(AgentId.of(text));
        } catch (InvalidInputException e) {
            // No identifier: nobody's.
            return NOTHING;
        }
    }

    private static String text(JsonNode value, ScimFilter.Compare compare) {
        if (!value.isTextual()) {
            throw wrongValue(compare, "a text in double quotes");
        }
        return value.textValue();
    }

    private static Instant time(String text, ScimFilter.Compare compare) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (time.isBefore(Instant.EPOCH) || time.isAfter(Instant.parse("9999-12-31T00:00:00Z"))) {
                throw wrongValue(compare, "a time from 1970 to 9999");
            }
            return time;
        } catch (DateTimeException e) {
            throw wrongValue(compare, "a time such as \"2026-11-23T10:15:30Z\"");
        }
    }

    private static ScimException wrongValue(ScimFilter.Compare compare, String wanted) {
        return ScimException.filter(
                "'" + ApiResource.shortened(compare.attribute().written()) + "' compares with " + wanted + ".");
    }

    private static Comparison comparison(ScimFilter.Operator operator) {
        return switch (operator) {
            case EQ -> Comparison.EQUAL;
            case NE -> Comparison.NOT_EQUAL;
            case CO -> Comparison.CONTAINS;
            case SW -> Comparison.STARTS_WITH;
            case EW -> Comparison.ENDS_WITH;
            case GT -> Comparison.GREATER;
            case GE -> Comparison.GREATER_OR_EQUAL;
            case LT -> Comparison.LESS;
            case LE -> Comparison.LESS_OR_EQUAL;
        };
    }
}
