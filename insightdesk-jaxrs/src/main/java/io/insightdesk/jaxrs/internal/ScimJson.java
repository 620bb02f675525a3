package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the JSON of SCIM, where the case of a name does not matter (RFC 7643, section 2.1) and null is absence (section 2.5). */
final class ScimJson {
    private ScimJson() {}

    /** A request's object, which says what it is. */
    static ObjectNode object(JsonNode body, String schema) {
        if (!(body instanceof ObjectNode object)) {
            throw ScimException.syntax("A JSON object is required as the body.");
        }
        JsonNode schemas = field(object, "schemas");
        if (schemas == null || !schemas.isArray()) {
            throw ScimException.syntax("schemas is required: a list with " + schema + ".");
        }
        for (JsonNode named : schemas) {
            if (named.isTextual() && named.textValue().equalsIgnoreCase(schema)) {
                return object;
            }
        }
        throw ScimException.syntax("schemas must hold " + schema + " here.");
    }

    /** A field; null where it is absent or null. */
    static @Nullable JsonNode field(JsonNode object, String name) {
        JsonNode found = null;
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (field.getKey().equalsIgnoreCase(name)) {
                if (found != null) {
                    throw ScimException.syntax(name + " is named twice.");
                }
                found = field.getValue();
            }
        }
        return found == null || found.isNull() ? null : found;
    }

    /** A text; null where there is none, or an empty one. */
    static @Nullable String text(@Nullable JsonNode node, String name) {
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isTextual()) {
            throw ScimException.value(name + " must be a text.");
        }
        Violations violations = new Violations();
        RequestReader.checkText(node.textValue(), "", violations);
        try {
            violations.throwIfAny();
        } catch (InvalidInputException e) {
            throw ScimException.value(name + ": " + e.violations().get(0).message());
        }
        return node.textValue().isBlank() ? null : node.textValue();
    }

    /** A truth, also as the text that some providers send; null where there is none. */
    static @Nullable Boolean truth(@Nullable JsonNode node, String name) {
        if (node == null || node.isNull()) {
            return null;
        }
        String text = node.asText().toLowerCase(Locale.ROOT);
        if (node.isBoolean() || (node.isTextual() && (text.equals("true") || text.equals("false")))) {
            return text.equals("true");
        }
        throw ScimException.value(name + " must be true or false.");
    }

    /** The values of an attribute that can have several: those of a list, or the one that stands without. */
    static List<JsonNode> values(@Nullable JsonNode node) {
        List<JsonNode> values = new ArrayList<>();
        if (node != null && node.isArray()) {
            node.forEach(values::add);
        } else if (node != null && !node.isNull()) {
            values.add(node);
        }
        return values;
    }

    /** The value of one of several: the part of this name, or the text that stands without parts. */
    static @Nullable String value(JsonNode node, String name) {
        if (node.isObject()) {
            return text(field(node, "value"), name + ".value");
        }
        return text(node, name);
    }

    /** Whether one of several is the primary one. */
    static boolean primary(JsonNode node, String name) {
        return node.isObject() && Boolean.TRUE.equals(truth(field(node, "primary"), name + ".primary"));
    }
}
