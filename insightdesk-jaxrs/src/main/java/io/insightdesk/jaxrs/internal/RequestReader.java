package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violations;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads request records from JSON and collects everything that is wrong, where data binding would stop at the first mistake. A
 * field is a text, a number, a boolean, a list, a free object, another record, or a type of the core with {@code of(String)}.
 */
final class RequestReader {
    private static final int MAX_LIST = 1000;
    private static final int MAX_NUMBER_SCALE = 300;

    private RequestReader() {}

    /** Reads a record; null where anything was wrong, which the violations then tell. */
    static <T extends Record> @Nullable T read(Class<T> type, JsonNode node, String pointer, Violations violations) {
        if (!node.isObject()) {
            violations.add(pointer, "wrong_type", "An object is required here, not " + kind(node) + ".");
            return null;
        }
        RecordComponent[] components = type.getRecordComponents();
        Map<String, RecordComponent> known = new LinkedHashMap<>();
        for (RecordComponent component : components) {
            known.put(component.getName(), component);
        }
        boolean good = refuseUnknown(node, pointer, known, violations);
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            String at = pointer + "/" + escape(component.getName());
            Violations own = new Violations();
            values[i] = field(type, component, node.get(component.getName()), at, own);
            good &= moveAll(own, violations);
        }
        return good ? construct(type, components, values) : null;
    }

    private static boolean refuseUnknown(
            JsonNode node, String pointer, Map<String, RecordComponent> known, Violations violations) {
        boolean good = true;
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.containsKey(name)) {
                good = false;
                violations.add(
                        pointer + "/" + escape(shortened(name)),
                        "unknown_field",
                        "There is no field '" + shortened(name) + "' here; there are "
                                + String.join(", ", known.keySet()) + ".");
            }
        }
        return good;
    }

    private static @Nullable Object field(
            Class<?> owner, RecordComponent component, @Nullable JsonNode node, String at, Violations violations) {
        boolean required = component.isAnnotationPresent(Required.class);
        Type type = component.getGenericType();
        if (node == null) {
            if (required) {
                violations.add(at, "required", "This field is required.");
            }
            return null;
        }
        if (component.getType() == Patch.class) {
            Type inner = ((ParameterizedType) type).getActualTypeArguments()[0];
            return new Patch<>(node.isNull() ? null : value(inner, component, node, at, violations));
        }
        if (node.isNull()) {
            if (required) {
                violations.add(at, "required", "This field is required.");
            } else if (owner.isAnnotationPresent(MergePatch.class)) {
                violations.add(at, "not_removable", "This field can be changed, but not removed.");
            }
            return null;
        }
        return value(type, component, node, at, violations);
    }

    private static @Nullable Object value(
            Type type, RecordComponent component, JsonNode node, String at, Violations violations) {
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == List.class
                    ? list(generic.getActualTypeArguments()[0], component, node, at, violations)
                    : freeObject(node, at, violations);
        }
        Class<?> raw = (Class<?>) type;
        if (raw == JsonNode.class) {
            return node;
        }
        if (raw == ObjectNode.class) {
            return node.isObject() ? node : wrong("An object", node, at, violations);
        }
        if (raw == String.class) {
            return text(component, node, at, violations);
        }
        if (raw == Boolean.class) {
            return node.isBoolean() ? node.booleanValue() : wrong("A boolean", node, at, violations);
        }
        if (raw == Long.class) {
            return node.isIntegralNumber() && node.canConvertToLong()
                    ? node.longValue()
                    : wrong("A whole number", node, at, violations);
        }
        if (raw == Integer.class) {
            return node.isIntegralNumber() && node.canConvertToInt()
                    ? node.intValue()
                    : wrong("A whole number", node, at, violations);
        }
        Method of = factory(raw);
        if (of != null) {
            return node.isTextual()
                    ? parsed(of, node.textValue(), at, violations)
                    : wrong("A text", node, at, violations);
        }
        return read(raw.asSubclass(Record.class), node, at, violations);
    }

    private static @Nullable Object text(RecordComponent component, JsonNode node, String at, Violations violations) {
        if (!node.isTextual()) {
            return wrong("A text", node, at, violations);
        }
        String text = node.textValue();
        Text limits = component.getAnnotation(Text.class);
        checkText(text, at, violations);
        if (component.isAnnotationPresent(Required.class) && text.isBlank()) {
            violations.add(at, "required", "A text that is not blank is required here.");
        }
        if (limits != null && text.length() > limits.max()) {
            violations.add(
                    at,
                    "too_long",
                    "At most " + limits.max() + " characters are allowed, these are " + text.length() + ".");
        }
        return text;
    }

    /** Refuses what PostgreSQL cannot keep. */
    static void checkText(String text, String at, Violations violations) {
        if (text.indexOf('\0') >= 0) {
            violations.add(at, "invalid_value", "The NUL character is not allowed in a text.");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                violations.add(at, "invalid_value", "Half of a surrogate pair is not a character.");
                return;
            }
        }
    }

    private static @Nullable Object list(
            Type element, RecordComponent component, JsonNode node, String at, Violations violations) {
        if (!node.isArray()) {
            return wrong("A list", node, at, violations);
        }
        if (node.size() > MAX_LIST) {
            violations.add(
                    at, "too_many", "At most " + MAX_LIST + " elements are allowed, these are " + node.size() + ".");
            return null;
        }
        List<Object> values = new ArrayList<>();
        int index = 0;
        for (JsonNode item : node) {
            Object read = value(element, component, item, at + "/" + index, violations);
            if (read != null) {
                values.add(read);
            }
            index++;
        }
        return values;
    }

    private static @Nullable Object freeObject(JsonNode node, String at, Violations violations) {
        if (!node.isObject()) {
            return wrong("An object", node, at, violations);
        }
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String here = at + "/" + escape(shortened(entry.getKey()));
            checkText(entry.getKey(), here, violations);
            values.put(entry.getKey(), free(entry.getValue(), here, violations));
        }
        return values;
    }

    private static @Nullable Object free(JsonNode node, String at, Violations violations) {
        if (node.isNull()) {
            return null;
        }
        if (node.isTextual()) {
            checkText(node.textValue(), at, violations);
            return node.textValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isNumber()) {
            return number(node, at, violations);
        }
        return node.isArray() ? freeList(node, at, violations) : freeObject(node, at, violations);
    }

    private static List<@Nullable Object> freeList(JsonNode node, String at, Violations violations) {
        List<@Nullable Object> values = new ArrayList<>();
        int index = 0;
        for (JsonNode item : node) {
            values.add(free(item, at + "/" + index, violations));
            index++;
        }
        return values;
    }

    private static @Nullable Object number(JsonNode node, String at, Violations violations) {
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        BigDecimal decimal = node.decimalValue();
        if (Math.abs((long) decimal.scale()) > MAX_NUMBER_SCALE) {
            violations.add(
                    at,
                    "out_of_range",
                    "This number is too great or too fine: its exponent is at most " + MAX_NUMBER_SCALE + ".");
            return null;
        }
        return decimal;
    }

    private static @Nullable Object wrong(String wanted, JsonNode node, String at, Violations violations) {
        violations.add(at, "wrong_type", wanted + " is required here, not " + kind(node) + ".");
        return null;
    }

    private static @Nullable Object parsed(Method of, String text, String at, Violations violations) {
        try {
            return of.invoke(null, text);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof InvalidInputException invalid) {
                invalid.violations().forEach(v -> violations.add(at, v.code(), v.message()));
                return null;
            }
            throw new IllegalStateException(
                    "cannot read " + of.getDeclaringClass().getSimpleName(), e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The method by which a type of the core is made from its wire form. */
    static @Nullable Method factory(Class<?> type) {
        try {
            Method of = type.getMethod("of", String.class);
            return Modifier.isStatic(of.getModifiers()) ? of : null;
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    private static <T extends Record> T construct(
            Class<T> type, RecordComponent[] components, @Nullable Object[] values) {
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(
                    Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make " + type.getSimpleName() + Arrays.toString(components), e);
        }
    }

    private static boolean moveAll(Violations from, Violations to) {
        try {
            from.throwIfAny();
            return true;
        } catch (InvalidInputException e) {
            e.violations().forEach(v -> to.add(v.pointer(), v.code(), v.message()));
            return false;
        }
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case STRING -> "a text";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            default -> "null";
        };
    }

    private static String shortened(String name) {
        String printable = name.codePoints()
                .map(c -> Character.isISOControl(c) || (c >= 0xD800 && c <= 0xDFFF) ? '?' : c)
                .limit(60)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        return printable;
    }

    /** Writes a name as a part of a JSON pointer. */
    static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
