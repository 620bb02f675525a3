package io.insightdesk.jaxrs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violations;
import jakarta.ws.rs.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OpenApiTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static JsonNode inTheJar() throws IOException {
        try (InputStream document = OpenApiTest.class.getResourceAsStream(OpenApiResource.LOCATION)) {
            assertThat(document).isNotNull();
            return MAPPER.readTree(document);
        }
    }

    @Test
    void theDocumentInTheJarIsThatOfTheResources() throws IOException {
        JsonNode document = inTheJar();
        JsonNode made = OpenApiGenerator.document(document.at("/info/version").asText());
        assertThat(document).isEqualTo(MAPPER.readTree(MAPPER.writeValueAsBytes(made)));
        assertThat(document.at("/openapi").asText()).isEqualTo("3.1.0");
    }

    @Test
    void everyMethodOfAResourceIsAnOperationAndTheReverse() throws IOException {
        Set<String> ofResources = new TreeSet<>();
        for (Class<?> resource : Parts.resources()) {
            for (Method method : resource.getDeclaredMethods()) {
                for (Annotation annotation : method.getAnnotations()) {
                    HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
                    Operation operation = method.getAnnotation(Operation.class);
                    if (verb != null && (operation == null || operation.documented())) {
                        ofResources.add(verb.value().toLowerCase(Locale.ROOT) + " " + GateFilter.route(method));
                    }
                }
            }
        }
        Set<String> ofDocument = new TreeSet<>();
        List<String> ids = new ArrayList<>();
        JsonNode paths = inTheJar().at("/paths");
        paths.fieldNames()
                .forEachRemaining(path -> paths.get(path).fieldNames().forEachRemaining(verb -> {
                    ofDocument.add(verb + " " + path);
                    ids.add(paths.get(path).get(verb).get("operationId").asText());
                }));
        assertThat(ofDocument).isEqualTo(ofResources).hasSizeGreaterThan(40);
        assertThat(ids).doesNotHaveDuplicates().hasSameSizeAs(ofDocument);
    }

    @Test
    void everyOperationHasErrorsAndExamplesAndEveryReferenceAnEnd() throws IOException {
        JsonNode document = inTheJar();
        JsonNode paths = document.at("/paths");
        for (JsonNode path : paths) {
            for (JsonNode operation : path) {
                String id = operation.get("operationId").asText();
                Set<String> statuses = new LinkedHashSet<>();
                operation.get("responses").fieldNames().forEachRemaining(statuses::add);
                assertThat(statuses).as(id).contains("400", "500").anyMatch(status -> status.startsWith("2"));
                JsonNode body = operation.at("/requestBody/content/application~1json");
                assertThat(body.isMissingNode() || body.has("example")).as(id).isTrue();
            }
        }
        for (JsonNode reference : document.findValues("$ref")) {
            assertThat(document.at(reference.asText().substring(1)).isMissingNode())
                    .as(reference.asText())
                    .isFalse();
        }
    }

    @Test
    void everyExampleOfARequestCanBeRead() {
        int read = 0;
        for (Class<?> resource : Parts.resources()) {
            for (Method method : resource.getDeclaredMethods()) {
                Operation operation = method.getAnnotation(Operation.class);
                if (operation != null && operation.request() != Void.class) {
                    Violations violations = new Violations();
                    JsonNode example = new OpenApiSchemas(MAPPER).example(operation.request());
                    Object value =
                            RequestReader.read(operation.request().asSubclass(Record.class), example, "", violations);
                    violations.throwIfAny();
                    assertThat(value).as(operation.id()).isNotNull();
                    read++;
                }
            }
        }
        assertThat(read).isGreaterThan(10);
    }

    @Test
    void aTextThatCannotBeKeptIsRefused() {
        for (String text : List.of("a\\u0000b", "\\ud800", "x\\udc00y")) {
            JsonBody body = new JsonBody(
                    ("{\"tags\":[\"" + text + "\"]}").getBytes(java.nio.charset.StandardCharsets.UTF_8), false, 100);
            assertThatThrownBy(() -> body.as(Requests.TagsJson.class)).isInstanceOf(InvalidInputException.class);
        }
    }

    @Test
    void rangesAreReadAsTheyAreWritten() {
        assertThat(range("bytes=0-3")).isEqualTo(new ByteRange(0, 3));
        assertThat(range("bytes=5-")).isEqualTo(new ByteRange(5, 9));
        assertThat(range("bytes=-4")).isEqualTo(new ByteRange(6, 9));
        assertThat(range("bytes=-40")).isEqualTo(new ByteRange(0, 9));
        assertThat(range("bytes=2-100")).isEqualTo(new ByteRange(2, 9));
        assertThat(range("bytes=10-")).isEqualTo(ByteRange.UNSATISFIABLE);
        assertThat(range("bytes=-0")).isEqualTo(ByteRange.UNSATISFIABLE);
        for (String whole : Arrays.asList(null, "bytes=3-1", "bytes=-", "lines=1-2", "bytes=0-1,4-5")) {
            assertThat(range(whole)).as(String.valueOf(whole)).isNull();
        }
    }

    private static @Nullable ByteRange range(@Nullable String header) {
        return ByteRange.of(header, 10);
    }

    @Test
    void preconditionsNameVersions() {
        assertThat(Preconditions.expectedVersion(null)).isNull();
        assertThat(Preconditions.expectedVersion("*")).isNull();
        assertThat(Preconditions.expectedVersion("\"3-1a2b\"")).isEqualTo(3);
        assertThat(Preconditions.expectedVersion("\"3\", \"4-0\"")).isEqualTo(4);
        assertThat(Preconditions.expectedVersion("W/\"3-1a2b\"")).isEqualTo(-1);
        assertThat(Preconditions.expectedVersion("nonsense")).isEqualTo(-1);
        assertThat(Preconditions.isKnown("W/\"a\", \"3-1\"", "\"3-1\"")).isTrue();
        assertThat(Preconditions.isKnown("\"2-1\"", "\"3-1\"")).isFalse();
        assertThat(Preconditions.isKnown("*", "\"3-1\"")).isTrue();
    }
}
