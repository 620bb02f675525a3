package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operations of a PATCH (RFC 7644, section 3.5.2), in their order. */
record ScimPatch(List<Step> steps) {
    static final String SCHEMA = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    private static final int MAX_OPERATIONS = 1000;

    /** What is done. */
    enum Kind {
        ADD,
        REPLACE,
        REMOVE
    }

    /**
     * One attribute's change.
     *
     * @param named whether the operation itself had the path; an attribute of its value is passed over where it cannot be changed
     */
    record Step(Kind kind, ScimPath path, @Nullable JsonNode value, boolean named) {}

    static ScimPatch of(JsonNode body) {
        JsonNode operations = ScimJson.field(ScimJson.object(body, SCHEMA), "Operations");
        if (operations == null || !operations.isArray() || operations.isEmpty()) {
            throw ScimException.syntax("Operations is required: a list of what shall be done.");
        }
        if (operations.size() > MAX_OPERATIONS) {
            throw new ScimException(
                    400,
                    ScimException.TOO_MANY,
                    "At most " + MAX_OPERATIONS + " Operations are allowed, these are " + operations.size() + ".");
        }
        List<Step> steps = new ArrayList<>();
        for (JsonNode operation : operations) {
            add(operation, steps);
        }
        return new ScimPatch(List.copyOf(steps));
    }

    private static void add(JsonNode operation, List<Step> steps) {
        if (!operation.isObject()) {
            throw ScimException.syntax("Each of the Operations must be an object.");
        }
        Kind kind = kind(ScimJson.text(ScimJson.field(operation, "op"), "op"));
        String path = ScimJson.text(ScimJson.field(operation, "path"), "path");
        JsonNode value = ScimJson.field(operation, "value");
        if (path != null) {
            steps.add(new Step(kind, ScimParser.path(path), value, true));
            return;
        }
        if (kind == Kind.REMOVE) {
            throw new ScimException(400, ScimException.NO_TARGET, "What shall be removed has to be said by a path.");
        }
        if (value == null || !value.isObject()) {
            throw ScimException.value("Without a path the value must be an object.");
        }
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            JsonNode content = field.getValue();
            steps.add(new Step(kind, path(field.getKey()), content.isNull() ? null : content, false));
        }
    }

    /** Some providers send parts of attributes as names with dots, and those of extensions in an object under the extension's name. */
    private static ScimPath path(String name) {
        boolean extension = name.regionMatches(true, 0, "urn:", 0, 4) && name.matches(".*:[0-9.]+:[A-Za-z]+");
        return extension
                ? new ScimPath(new ScimFilter.Attribute(name.toLowerCase(Locale.ROOT), "", null, name), null, null)
                : ScimParser.path(name);
    }

    private static Kind kind(@Nullable String op) {
        return switch (op == null ? "" : op.toLowerCase(Locale.ROOT)) {
            case "add" -> Kind.ADD;
            case "replace" -> Kind.REPLACE;
            case "remove" -> Kind.REMOVE;
            default -> throw ScimException.syntax("op must be add, replace or remove.");
        };
    }
}
