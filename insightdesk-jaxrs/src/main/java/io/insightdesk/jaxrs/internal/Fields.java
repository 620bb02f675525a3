package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.error.Violations;
import jakarta.ws.rs.GET;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which fields of an answer are wanted. What a caller may not see is left out before, so this only ever takes away; and it is applied
 * to the answer as it would be, so that its tag names the whole and can be used for a change.
 *
 * @param names the fields that are left, with those that are always there
 * @param page whether the answer is a page of what has the fields
 */
record Fields(Set<String> names, boolean page) {
    /** Where the fields of a request are kept. */
    static final String PROPERTY = "io.insightdesk.fields";

    private static final List<String> ALWAYS = List.of("id", "version");

    /** What stands beside the fields and was asked for by its own parameter. */
    private static final String INCLUDED = "included";

    Fields {
        names = Set.copyOf(names);
    }

    /** Whether a method's answers have fields that can be chosen. */
    static boolean canBeChosen(Method method, Operation operation) {
        return !operation.scim() && method.isAnnotationPresent(GET.class) && operation.response() != Void.class;
    }

    /** The fields that can be asked for. */
    static List<String> of(Class<?> answer) {
        return Arrays.stream(answer.getRecordComponents())
                .map(RecordComponent::getName)
                .filter(name -> !name.equals(INCLUDED))
                .toList();
    }

    /** The fields that are there whatever is asked for. */
    static List<String> alwaysOf(Class<?> answer) {
        return of(answer).stream().filter(ALWAYS::contains).toList();
    }

    /** Reads the parameter; null where it is not there. */
    static @Nullable Fields read(@Nullable String text, Operation operation) {
        if (text == null) {
            return null;
        }
        List<String> known = of(operation.response());
        Violations violations = new Violations();
        Set<String> names = new LinkedHashSet<>(alwaysOf(operation.response()));
        for (String part : text.split(",", -1)) {
            String name = part.strip();
            if (known.contains(name)) {
                names.add(name);
            } else {
                violations.add(
                        Query.PREFIX + QueryParameter.FIELDS.wireName(),
                        "unknown_field",
                        "There is no field '" + ApiResource.shortened(name) + "' here; there are "
                                + String.join(", ", known) + ".");
            }
        }
        violations.throwIfAny();
        return new Fields(names, operation.page());
    }

    /** Takes everything else out of an answer. */
    byte[] only(byte[] json) {
        JsonNode answer = JsonCodec.parseOwn(json);
        if (page) {
            answer.path("items").forEach(this::trim);
        } else {
            trim(answer);
        }
        return JsonCodec.write(answer);
    }

    private void trim(JsonNode entity) {
        if (entity instanceof ObjectNode object) {
            List<String> others = new ArrayList<>();
            object.fieldNames().forEachRemaining(name -> {
                if (!names.contains(name) && !name.equals(INCLUDED)) {
                    others.add(name);
                }
            });
            object.remove(others);
        }
    }
}
