package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.limit.AddressRange;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The schemas of the OpenAPI document, made from the records that are read and written. Not in the jar. */
final class OpenApiSchemas {
    /** The identifier in examples. */
    static final String ID = "0190d7a2-5e3f-7c1a-9b7d-3f2a1c0e4d5b";

    private static final String TIME = "2026-11-23T10:15:30.123456Z";

    private final ObjectMapper mapper;
    private final Map<String, ObjectNode> schemas = new TreeMap<>();
    private final Map<String, Class<?>> named = new TreeMap<>();
    private final Set<Class<?>> chosenFrom = new HashSet<>();

    OpenApiSchemas(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** Says that the fields of an answer can be chosen, so that none but a few are always there. */
    void canBeChosenFrom(Class<?> answer) {
        chosenFrom.add(answer);
    }

    ObjectNode all() {
        ObjectNode all = mapper.createObjectNode();
        schemas.forEach(all::set);
        return all;
    }

    ObjectNode reference(Class<?> type) {
        String name = name(type);
        Class<?> before = named.putIfAbsent(name, type);
        if (before != null && before != type) {
            throw new IllegalStateException("two schemas are named " + name + ": " + before + ", " + type);
        }
        if (before == null) {
            ObjectNode schema = mapper.createObjectNode();
            schemas.put(name, schema);
            fill(schema, type);
        }
        return mapper.createObjectNode().put("$ref", "#/components/schemas/" + name);
    }

    ObjectNode page(Class<?> item, boolean includes) {
        String name = name(item) + "Page";
        if (!schemas.containsKey(name)) {
            ObjectNode schema = mapper.createObjectNode();
            schemas.put(name, schema);
            schema.put("type", "object");
            ObjectNode properties = schema.putObject("properties");
            ObjectNode items = properties.putObject("items");
            items.put("type", "array");
            items.set("items", reference(item));
            ObjectNode cursor = properties.putObject("nextCursor");
            cursor.putArray("type").add("string").add("null");
            cursor.put("description", "Where the next page begins; null at the end.");
            if (includes) {
                properties.set("included", reference(IncludedJson.class));
            }
            schema.putArray("required").add("items").add("nextCursor");
        }
        return mapper.createObjectNode().put("$ref", "#/components/schemas/" + name);
    }

    /** A list as RFC 7644 (section 3.4.2) has it. */
    ObjectNode scimList(Class<?> item) {
        String name = name(item) + "List";
        if (!schemas.containsKey(name)) {
            ObjectNode schema = mapper.createObjectNode();
            schemas.put(name, schema);
            schema.put("type", "object");
            ObjectNode properties = schema.putObject("properties");
            properties
                    .putObject("schemas")
                    .put("type", "array")
                    .putObject("items")
                    .put("type", "string");
            for (String number : List.of("totalResults", "startIndex", "itemsPerPage")) {
                properties.putObject(number).put("type", "integer").put("format", "int32");
            }
            ObjectNode resources = properties.putObject("Resources");
            resources.put("type", "array");
            resources.set("items", reference(item));
            schema.putArray("required").add("schemas").add("totalResults").add("Resources");
        }
        return mapper.createObjectNode().put("$ref", "#/components/schemas/" + name);
    }

    ObjectNode scimListExample(Class<?> item) {
        ObjectNode list = mapper.createObjectNode();
        list.putArray("schemas").add(ScimResource.LIST);
        list.put("totalResults", 1).put("startIndex", 1).put("itemsPerPage", 1);
        list.putArray("Resources").add(example(item));
        return list;
    }

    private static String name(Class<?> type) {
        Class<?> owner = type.getDeclaringClass();
        String own = type.getSimpleName().replaceAll("Json$", "");
        boolean holder = owner == null
                || owner.getSimpleName().endsWith("Requests")
                || owner.getSimpleName().endsWith("Resource");
        return holder ? own : name(owner) + own;
    }

    private void fill(ObjectNode schema, Class<?> type) {
        boolean answer = Wire.class.isAssignableFrom(type)
                || (type.getDeclaringClass() != null && Wire.class.isAssignableFrom(type.getDeclaringClass()));
        schema.put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = mapper.createArrayNode();
        boolean sparse = type.isAnnotationPresent(JsonInclude.class);
        for (RecordComponent component : type.getRecordComponents()) {
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            boolean omitted = nullable && (sparse || component.getAccessor().isAnnotationPresent(JsonInclude.class));
            boolean patch = component.getType() == Patch.class;
            boolean canBeNull =
                    answer ? nullable && !omitted : patch || (nullable && !type.isAnnotationPresent(MergePatch.class));
            properties.set(component.getName(), property(component, canBeNull));
            boolean chosen = chosenFrom.contains(type) && !Fields.alwaysOf(type).contains(component.getName());
            if (answer ? !omitted && !chosen : component.isAnnotationPresent(Required.class)) {
                required.add(component.getName());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        if (!answer && type.getDeclaringClass() != ScimRequests.class) {
            schema.put("additionalProperties", false);
        }
    }

    private ObjectNode property(RecordComponent component, boolean nullable) {
        Text text = component.getAnnotation(Text.class);
        ObjectNode schema = schema(unpatched(component.getGenericType()), text);
        ObjectNode whole = schema;
        if (nullable && schema.has("$ref")) {
            whole = mapper.createObjectNode();
            ArrayNode any = whole.putArray("anyOf");
            any.add(schema);
            any.addObject().put("type", "null");
        } else if (nullable && schema.has("type")) {
            String type = schema.get("type").textValue();
            schema.putArray("type").add(type).add("null");
            if (schema.get("enum") instanceof ArrayNode values) {
                values.addNull();
            }
        }
        if (text == null || text.value().isEmpty()) {
            throw new IllegalStateException(
                    "not described: " + component.getDeclaringRecord() + " " + component.getName());
        }
        whole.put("description", text.value());
        return whole;
    }

    private static Type unpatched(Type type) {
        return type instanceof ParameterizedType generic && generic.getRawType() == Patch.class
                ? generic.getActualTypeArguments()[0]
                : type;
    }

    private ObjectNode schema(Type type, @Nullable Text text) {
        ObjectNode schema = mapper.createObjectNode();
        if (type instanceof ParameterizedType generic) {
            if (generic.getRawType() == List.class) {
                schema.put("type", "array");
                schema.set("items", schema(generic.getActualTypeArguments()[0], text));
            } else {
                schema.put("type", "object").put("additionalProperties", true);
            }
            return schema;
        }
        Class<?> raw = (Class<?>) type;
        if (raw == String.class) {
            schema.put("type", "string");
            if (text != null && text.max() < Integer.MAX_VALUE) {
                schema.put("maxLength", text.max());
            }
        } else if (raw == Role.class) {
            schema.put("type", "string").put("pattern", "^[a-z][a-z0-9_]{1,39}$");
        } else if (raw == AddressRange.class) {
            schema.put("type", "string");
        } else if (raw == UUID.class || isId(raw)) {
            schema.put("type", "string").put("format", "uuid");
        } else if (raw == Instant.class) {
            schema.put("type", "string").put("format", "date-time");
        } else if (raw == Boolean.class) {
            schema.put("type", "boolean");
        } else if (raw == Long.class || raw == Integer.class) {
            schema.put("type", "integer").put("format", raw == Long.class ? "int64" : "int32");
        } else if (raw.isEnum()) {
            ArrayNode values = schema.put("type", "string").putArray("enum");
            Arrays.stream(raw.getEnumConstants()).forEach(value -> values.add(wireName(value)));
        } else if (raw == JsonNode.class && text != null && !text.example().isEmpty()) {
            // Of any type, which an empty schema says.
            return schema;
        } else if (JsonNode.class.isAssignableFrom(raw)) {
            schema.put("type", "object").put("additionalProperties", true);
        } else {
            return reference(raw);
        }
        return schema;
    }

    private static boolean isId(Class<?> type) {
        return !type.isEnum() && type != Role.class && RequestReader.factory(type) != null;
    }

    private static String wireName(Object value) {
        return value instanceof Permission permission
                ? permission.wireName()
                : ((Enum<?>) value).name().toLowerCase(Locale.ROOT);
    }

    ObjectNode example(Class<?> type) {
        ObjectNode example = mapper.createObjectNode();
        for (RecordComponent component : type.getRecordComponents()) {
            boolean alternative =
                    (type == Requests.RequesterJson.class && component.getName().equals("id"))
                            || (type == BulkRequests.BulkJson.class
                                    && component.getName().equals("filter"));
            boolean optionalId = !component.isAnnotationPresent(Required.class) && refersToMore(type, component);
            if (!alternative && !optionalId) {
                Type of = unpatched(component.getGenericType());
                example.set(component.getName(), exampleOf(of, component.getAnnotation(Text.class)));
            }
        }
        return example;
    }

    // An example that names other things would not work when it is tried.
    private static boolean refersToMore(Class<?> owner, RecordComponent component) {
        Type type = unpatched(component.getGenericType());
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            type = generic.getActualTypeArguments()[0];
        }
        return !Wire.class.isAssignableFrom(owner)
                && type instanceof Class<?> raw
                && (isId(raw) || raw == Requests.RequesterRef.class);
    }

    ObjectNode pageExample(Class<?> item) {
        ObjectNode page = mapper.createObjectNode();
        page.putArray("items").add(example(item));
        page.putNull("nextCursor");
        return page;
    }

    private JsonNode exampleOf(Type type, @Nullable Text text) {
        String given = text == null ? "" : text.example();
        if (type instanceof ParameterizedType generic) {
            if (generic.getRawType() == List.class) {
                return mapper.createArrayNode().add(exampleOf(generic.getActualTypeArguments()[0], text));
            }
            return mapper.createObjectNode().put("floor", 3);
        }
        Class<?> raw = (Class<?>) type;
        if (raw == Boolean.class) {
            return mapper.getNodeFactory().booleanNode(given.equals("true"));
        }
        if (raw == Long.class || raw == Integer.class) {
            return mapper.getNodeFactory().numberNode(given.isEmpty() ? 1L : Long.parseLong(given));
        }
        if (raw == Instant.class) {
            return TextNode.valueOf(TIME);
        }
        if (raw.isEnum()) {
            return TextNode.valueOf(given.isEmpty() ? wireName(raw.getEnumConstants()[0]) : given);
        }
        if (raw == Role.class) {
            return TextNode.valueOf(given.isEmpty() ? "agent" : given);
        }
        if (raw == UUID.class || isId(raw)) {
            return TextNode.valueOf(ID);
        }
        if (JsonNode.class.isAssignableFrom(raw)) {
            return given.isEmpty() ? mapper.createObjectNode() : JsonCodec.parseOwn(given);
        }
        return raw == String.class ? TextNode.valueOf(given.isEmpty() ? "text" : given) : example(raw);
    }
}
