package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A filter of RFC 7644 (section 3.4.2.2), as it was written. */
sealed interface ScimFilter {
    /** All hold. */
    record And(List<ScimFilter> parts) implements ScimFilter {}

    /** One holds. */
    record Or(List<ScimFilter> parts) implements ScimFilter {}

    /** It does not hold. */
    record Not(ScimFilter part) implements ScimFilter {}

    /** There is a value. */
    record Present(Attribute attribute) implements ScimFilter {}

    /** A value compares so; null is JSON's null. */
    record Compare(Attribute attribute, Operator operator, JsonNode value) implements ScimFilter {}

    /** One of an attribute's values fits a filter, whose attributes are those of the value. */
    record Has(Attribute attribute, ScimFilter filter) implements ScimFilter {}

    /**
     * The name of an attribute. Names are in lower case, for their case does not matter.
     *
     * @param schema the URN before it; empty for none
     * @param name the attribute
     * @param sub the part of it; null for the whole
     * @param written as it was written, for messages
     */
    record Attribute(String schema, String name, @Nullable String sub, String written) {
        /** The name with its part. */
        String path() {
            return sub == null ? name : name + "." + sub;
        }
    }

    /** How values compare. */
    enum Operator {
        EQ,
        NE,
        CO,
        SW,
        EW,
        GT,
        GE,
        LT,
        LE
    }

    /** Whether a value, by the names of its parts, fits. Texts compare without case, and truths also as texts. */
    static boolean fits(ScimFilter filter, Function<String, @Nullable JsonNode> value) {
        if (filter instanceof And and) {
            return and.parts().stream().allMatch(part -> fits(part, value));
        }
        if (filter instanceof Or or) {
            return or.parts().stream().anyMatch(part -> fits(part, value));
        }
        if (filter instanceof Not not) {
            return !fits(not.part(), value);
        }
        if (filter instanceof Present present) {
            return value.apply(present.attribute().path()) != null;
        }
        if (filter instanceof Compare compare) {
            JsonNode known = value.apply(compare.attribute().path());
            if (known == null || compare.value().isNull()) {
                boolean equal = known == null && compare.value().isNull();
                return compare.operator() == Operator.NE ? !equal : compare.operator() == Operator.EQ && equal;
            }
            return compares(folded(known), compare.operator(), folded(compare.value()));
        }
        throw ScimException.path("Values of values cannot be filtered.");
    }

    private static String folded(JsonNode node) {
        return node.asText().toLowerCase(Locale.ROOT);
    }

    private static boolean compares(String known, Operator operator, String wanted) {
        return switch (operator) {
            case EQ -> known.equals(wanted);
            case NE -> !known.equals(wanted);
            case CO -> known.contains(wanted);
            case SW -> known.startsWith(wanted);
            case EW -> known.endsWith(wanted);
            case GT -> known.compareTo(wanted) > 0;
            case GE -> known.compareTo(wanted) >= 0;
            case LT -> known.compareTo(wanted) < 0;
            case LE -> known.compareTo(wanted) <= 0;
        };
    }
}
