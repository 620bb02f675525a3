package io.insightdesk.mail.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The header fields of a mail or a part, in order. Values are unfolded bytes, one {@code char} each (ISO-8859-1). */
final class HeaderFields {

    record Field(String name, String value) {}

    private final List<Field> fields = new ArrayList<>();

    void add(String name, String value) {
        fields.add(new Field(name.toLowerCase(Locale.ROOT), value));
    }

    int size() {
        return fields.size();
    }

    boolean has(String name) {
        return fields.stream().anyMatch(f -> f.name.equals(name));
    }

    boolean hasAnyStartingWith(String prefix) {
        return fields.stream().anyMatch(f -> f.name.startsWith(prefix));
    }

    /** Values of all fields of that lower-case name, topmost first. */
    List<String> all(String name) {
        return fields.stream()
                .filter(f -> f.name.equals(name))
                .map(Field::value)
                .toList();
    }

    /** The topmost value that is not blank. */
    Optional<String> first(String name) {
        return fields.stream()
                .filter(f -> f.name.equals(name) && !f.value.isBlank())
                .map(Field::value)
                .findFirst();
    }

    /** The topmost value in lower case without blanks around, or nothing. */
    String word(String name) {
        return first(name).map(v -> v.strip().toLowerCase(Locale.ROOT)).orElse("");
    }

    static byte[] bytes(String value) {
        return value.getBytes(StandardCharsets.ISO_8859_1);
    }
}
