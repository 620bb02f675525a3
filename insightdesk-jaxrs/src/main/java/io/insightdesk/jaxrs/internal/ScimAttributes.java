package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which attributes an answer has (RFC 7644, section 3.4.2.5). Names that are none are passed over; {@code schemas} and {@code id} are
 * always there.
 *
 * @param only the names that are asked for, in lower case; empty for all
 * @param without the names that are not wanted, in lower case
 */
record ScimAttributes(Set<String> only, Set<String> without) {
    private static final Set<String> ALWAYS = Set.of("schemas", "id");

    static ScimAttributes of(@Nullable String attributes, @Nullable String excluded) {
        return new ScimAttributes(names(attributes), names(excluded));
    }

    private static Set<String> names(@Nullable String text) {
        Set<String> names = new HashSet<>();
        if (text != null) {
            for (String name : text.split("[, ]+", 100)) {
                names.add(
                        name.replaceFirst("^[Uu][Rr][Nn]:.*:(?=[A-Za-z$])", "").toLowerCase(Locale.ROOT));
            }
            names.remove("");
        }
        return names;
    }

    /** Whether an attribute is answered, or a part of it. */
    boolean has(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        boolean wanted =
                only.isEmpty() || only.contains(lower) || only.stream().anyMatch(one -> one.startsWith(lower + "."));
        return wanted && !without.contains(lower);
    }

    /** Takes away what is not answered. */
    ObjectNode of(ObjectNode resource) {
        List<String> names = new ArrayList<>();
        resource.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            if (ALWAYS.contains(name)) {
                continue;
            }
            if (has(name)) {
                narrow(name.toLowerCase(Locale.ROOT), resource.get(name));
            } else {
                resource.remove(name);
            }
        }
        return resource;
    }

    private void narrow(String name, JsonNode value) {
        if (value.isArray()) {
            value.forEach(element -> narrow(name, element));
        } else if (value instanceof ObjectNode parts) {
            List<String> subs = new ArrayList<>();
            parts.fieldNames().forEachRemaining(subs::add);
            boolean whole = only.isEmpty() || only.contains(name);
            for (String sub : subs) {
                String path = name + "." + sub.toLowerCase(Locale.ROOT);
                if ((!whole && !only.contains(path)) || without.contains(path)) {
                    parts.remove(sub);
                }
            }
        }
    }
}
