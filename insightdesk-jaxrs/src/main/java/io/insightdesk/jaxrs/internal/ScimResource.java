package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violations;
import io.insightdesk.identity.DirectoryFilter;
import io.insightdesk.identity.DirectoryQuery;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the resources of SCIM (RFC 7644) have in common. One is made for each request. */
abstract class ScimResource extends ApiResource {
    static final String MEDIA_TYPE = "application/scim+json";
    static final String LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

    /** How many a page has where nothing is said. */
    static final int DEFAULT_COUNT = 100;

    ScimResource() {}

    ScimPlaces places() {
        return ScimPlaces.of(uri());
    }

    /** A parameter of the query; what is not known is passed over, for providers have parameters of their own. */
    @Nullable String parameter(QueryParameter parameter) {
        String text = uri().getQueryParameters().getFirst(parameter.wireName());
        if (text != null) {
            Violations violations = new Violations();
            RequestReader.checkText(text, "", violations);
            try {
                violations.throwIfAny();
            } catch (InvalidInputException e) {
                throw ScimException.value(
                        parameter.wireName() + ": " + e.violations().get(0).message());
            }
        }
        return text;
    }

    ScimAttributes attributes() {
        return ScimAttributes.of(
                parameter(QueryParameter.SCIM_ATTRIBUTES), parameter(QueryParameter.SCIM_EXCLUDED_ATTRIBUTES));
    }

    /** A page as it is asked for; numbers out of their ranges mean the nearest that are in them (RFC 7644, section 3.4.2.4). */
    DirectoryQuery page(DirectoryFilter filter) {
        int start = Math.max(1, number(QueryParameter.SCIM_START_INDEX, 1));
        int count = number(QueryParameter.SCIM_COUNT, DEFAULT_COUNT);
        return new DirectoryQuery(filter, start - 1, Math.max(0, Math.min(DirectoryQuery.MAX_LIMIT, count)));
    }

    private int number(QueryParameter parameter, int otherwise) {
        String text = parameter(parameter);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("-?[0-9]{1,9}")) {
            throw ScimException.value(parameter.wireName() + " must be a whole number.");
        }
        return Integer.parseInt(text);
    }

    /** Answers a read: 304 where the caller has it. */
    Response read(ObjectNode resource) {
        String tag = tag(resource);
        if (Preconditions.isKnown(header(HttpHeaders.IF_NONE_MATCH), tag)) {
            return Response.notModified().header(HttpHeaders.ETAG, tag).build();
        }
        return answer(200, resource, attributes()).toResponse();
    }

    /** An answer with a resource, its tag, and with 201 its place. */
    static Answer answer(int status, ObjectNode resource, ScimAttributes attributes) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE);
        headers.put(HttpHeaders.ETAG, tag(resource));
        if (status == 201) {
            headers.put(HttpHeaders.LOCATION, resource.at("/meta/location").textValue());
        }
        return new Answer(status, headers, JsonCodec.write(attributes.of(resource)));
    }

    private static String tag(ObjectNode resource) {
        return resource.at("/meta/version").textValue();
    }

    /** Answers a list (RFC 7644, section 3.4.2). */
    static Response list(long total, int startIndex, List<ObjectNode> resources) {
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.putArray("schemas").add(LIST);
        list.put("totalResults", total);
        list.put("startIndex", startIndex);
        list.put("itemsPerPage", resources.size());
        ArrayNode all = list.putArray("Resources");
        resources.forEach(all::add);
        return json(list);
    }

    static Response json(JsonNode value) {
        return Response.ok(new JsonBytes(JsonCodec.write(value)), MEDIA_TYPE).build();
    }

    /** Whether an answer or a request is SCIM's, by its path. */
    static boolean isPath(String path) {
        String own = path.startsWith("/") ? path.substring(1) : path;
        return own.equals(ScimPlaces.ROOT) || own.startsWith(ScimPlaces.ROOT + "/");
    }
}
