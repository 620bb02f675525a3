package io.insightdesk.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a change changes, for its event: {@code from} and {@code to}, personal values apart. For one use. */
public final class Changes {

    private final List<String> fields = new ArrayList<>();
    private final Map<String, Object> plain = new LinkedHashMap<>();
    private final Map<String, Object> personal = new LinkedHashMap<>();

    /** Nothing yet. */
    public Changes() {}

    /** Notes a field if it changes: an identifier, a text, a number, a truth, or a list. */
    public Changes plain(String field, @Nullable Object from, @Nullable Object to) {
        return note(plain, field, from, to);
    }

    /** Notes a field that tells of a person if it changes. */
    public Changes personal(String field, @Nullable Object from, @Nullable Object to) {
        return note(personal, field, from, to);
    }

    /** Notes that a field changes, and neither from what nor to what: for what may hold anything. */
    public Changes unseen(String field, Object from, Object to) {
        if (!from.equals(to)) {
            fields.add(field);
        }
        return this;
    }

    private Changes note(Map<String, Object> where, String field, @Nullable Object from, @Nullable Object to) {
        if (!Objects.equals(from, to)) {
            fields.add(field);
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            values.put("from", json(from));
            values.put("to", json(to));
            where.put(field, values);
        }
        return this;
    }

    /** Identifiers and addresses are records of ours, which JSON has as texts. */
    private static @Nullable Object json(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        return value == null || value instanceof Boolean || value instanceof Number ? value : value.toString();
    }

    /** Whether nothing changes. */
    public boolean isEmpty() {
        return fields.isEmpty();
    }

    /** The payload: what it is about, the names of all fields that change, and the values of those that tell of no person. */
    public Map<String, Object> payload(String key, Object id) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put(key, id.toString());
        payload.put("fields", fields);
        payload.putAll(plain);
        return payload;
    }

    /** The values that tell of persons. */
    public Map<String, Object> personal() {
        return Collections.unmodifiableMap(personal);
    }
}
