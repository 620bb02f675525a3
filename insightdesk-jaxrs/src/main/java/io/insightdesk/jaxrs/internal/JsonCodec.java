package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Locale;

/** JSON as this API speaks it: strict when reading, records and ISO-8601 instants when writing. */
final class JsonCodec {
    /** How deep arrays and objects may lie in each other. */
    static final int MAX_DEPTH = 32;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(100)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .addModule(new SimpleModule().addSerializer(new InstantWriter()).addSerializer(new EnumWriter()))
            .build();

    /** For JSON that was checked when it came in; numbers may have become longer since, for the database writes them out. */
    private static final ObjectMapper OWN = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNumberLength(Integer.MAX_VALUE)
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private JsonCodec() {}

    /** Reads a request's JSON; broken JSON is the caller's mistake. */
    static JsonNode parse(byte[] json) {
        try (JsonParser parser = MAPPER.createParser(json)) {
            JsonNode node = MAPPER.readTree(parser);
            if (node == null || node.isMissingNode()) {
                throw new ProblemException(400, "malformed_json", "A JSON object is required as the body.");
            }
            if (parser.nextToken() != null) {
                throw malformed(parser.currentLocation(), "Something follows the end of the JSON value.");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw malformed(e.getLocation(), reason(e));
        } catch (IOException e) {
            throw new ProblemException(400, "malformed_json", "The body is not JSON in UTF-8.");
        }
    }

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads JSON that the core wrote. */
    static JsonNode parseOwn(String json) {
        try {
            return OWN.readTree(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads an answer that is about to be sent. */
    static JsonNode parseOwn(byte[] json) {
        try {
            return OWN.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // The parser's own words may quote the input and name classes, so the reason is put in ours.
    private static String reason(JsonProcessingException e) {
        String original = String.valueOf(e.getOriginalMessage());
        if (original.startsWith("Duplicate field") || original.startsWith("Duplicate Object property")) {
            return "The same field is named twice.";
        }
        if (original.contains("nesting depth")) {
            return "It is nested more than " + MAX_DEPTH + " levels deep.";
        }
        return "The body is not JSON.";
    }

    private static ProblemException malformed(JsonLocation location, String reason) {
        String where = location == null || location.getLineNr() < 1
                ? ""
                : " Line " + location.getLineNr() + ", column " + location.getColumnNr() + ".";
        return new ProblemException(400, "malformed_json", reason + where);
    }

    private static final class InstantWriter extends StdSerializer<Instant> {
        private static final long serialVersionUID = 1L;

        InstantWriter() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeString(value.toString());
        }
    }

    private static final class EnumWriter extends StdSerializer<Enum<?>> {
        private static final long serialVersionUID = 1L;

        EnumWriter() {
            super(Enum.class, false);
        }

        @Override
        public void serialize(Enum<?> value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeString(value.name().toLowerCase(Locale.ROOT));
        }
    }
}
