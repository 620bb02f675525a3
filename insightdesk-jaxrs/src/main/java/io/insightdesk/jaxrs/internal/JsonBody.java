package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.insightdesk.error.Violations;

/** The body of a request as it came; it is read when the resource asks, so that every error is the resource's own. */
public final class JsonBody {
    private static final JsonBody NONE = new JsonBody(new byte[0], false, 0);

    private final byte[] bytes;
    private final boolean cut;
    private final int limit;

    JsonBody(byte[] bytes, boolean cut, int limit) {
        this.bytes = bytes;
        this.cut = cut;
        this.limit = limit;
    }

    /** What a request without a body has. */
    static JsonBody none() {
        return NONE;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Reads it as it is. */
    JsonNode tree() {
        if (cut) {
            throw new ProblemException(
                    413, "body_too_large", "The body has more than the " + limit + " bytes that are allowed.");
        }
        return JsonCodec.parse(bytes);
    }

    /** Reads it as a record, listing every mistake at once. */
    <T extends Record> T as(Class<T> type) {
        JsonNode node = tree();
        Violations violations = new Violations();
        T value = RequestReader.read(type, node, "", violations);
        violations.throwIfAny();
        if (value == null) {
            throw new IllegalStateException("no violation and no value");
        }
        return value;
    }
}
