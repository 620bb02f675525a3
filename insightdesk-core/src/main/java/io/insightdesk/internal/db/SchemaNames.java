package io.insightdesk.internal.db;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Fills in the schema's name: once per statement text, of which there is a bounded number. Thread-safe. */
final class SchemaNames {

    private final String schema;
    private final Map<String, String> rendered = new ConcurrentHashMap<>();

    SchemaNames(String schema) {
        this.schema = schema;
    }

    String render(String template) {
        return rendered.computeIfAbsent(template, text -> text.replace("{schema}", schema));
    }
}
