package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.conversation.Attachments;
import io.insightdesk.jaxrs.ApiOptions;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes the OpenAPI document from the resources. Runs when the library is built, and is not in the jar. */
public final class OpenApiGenerator {
    private static final ObjectMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final Pattern PATH_PARAMETER = Pattern.compile("\\{(\\w+)}");

    private static final Map<String, String> ABOUT = Map.ofEntries(
            Map.entry("agents", "People who answer."),
            Map.entry("api-tokens", "Keys for programs."),
            Map.entry("attachments", "Files for messages."),
            Map.entry(
                    "auth",
                    "Logging in and out, passwords, sessions and second factors, where the library's own login is on."),
            Map.entry("customers", "People who ask."),
            Map.entry("job-kinds", "What jobs do, and pausing it."),
            Map.entry("job-queues", "Queues of background jobs: weights, limits and pauses."),
            Map.entry("job-schedules", "Background jobs that recur."),
            Map.entry("job-workers", "The nodes that work in the background."),
            Map.entry("jobs", "Background jobs: what waits, runs and failed."),
            Map.entry("legal-holds", "What must be kept, whatever rules and wishes say."),
            Map.entry("mail", "Mail that comes in."),
            Map.entry("mailboxes", "The addresses that mail is read at and answered from."),
            Map.entry("me", "Who asks."),
            Map.entry("messages", "What customers and agents wrote to each other."),
            Map.entry("openapi.json", "This document."),
            Map.entry("operations", "Work that takes longer than a request."),
            Map.entry("organizations", "The companies of customers."),
            Map.entry("retention-rules", "What is kept for how long."),
            Map.entry(
                    "scim",
                    "Agents and teams as an identity provider keeps them: SCIM 2.0 (RFC 7643 and 7644), with its own media type and errors."),
            Map.entry("tags", "Words that tickets are marked with."),
            Map.entry("teams", "Groups of agents."),
            Map.entry("tickets", "What customers asked, and what became of it."));

    /** The problem that is the example of a status. */
    private static final Map<Integer, ProblemCode> PROBLEMS = Map.ofEntries(
            Map.entry(400, ProblemCode.INVALID_INPUT),
            Map.entry(401, ProblemCode.INVALID_TOKEN),
            Map.entry(403, ProblemCode.ACCESS_DENIED),
            Map.entry(404, ProblemCode.TICKET_NOT_FOUND),
            Map.entry(405, ProblemCode.METHOD_NOT_ALLOWED),
            Map.entry(406, ProblemCode.NOT_ACCEPTABLE),
            Map.entry(409, ProblemCode.REQUEST_IN_FLIGHT),
            Map.entry(412, ProblemCode.VERSION_CONFLICT),
            Map.entry(413, ProblemCode.BODY_TOO_LARGE),
            Map.entry(415, ProblemCode.UNSUPPORTED_MEDIA_TYPE),
            Map.entry(416, ProblemCode.RANGE_NOT_SATISFIABLE),
            Map.entry(422, ProblemCode.IDEMPOTENCY_KEY_REUSED),
            Map.entry(429, ProblemCode.RATE_LIMITED),
            Map.entry(500, ProblemCode.INTERNAL_ERROR),
            Map.entry(503, ProblemCode.DATABASE_UNAVAILABLE));

    /** What a stream looks like; the data of an event is that of {@code listTicketEvents}. */
    private static final String STREAM = """
            retry: 2000

            event: ready
            id: AQ…
            data: {}

            id: AR…
            data: {"id":"0190d7a2-5e3f-7c1a-9b7d-2f4e6a8c0b1d","type":"ticket_created","ticketSeq":1}
            """;

    private final OpenApiSchemas schemas = new OpenApiSchemas(MAPPER);

    private OpenApiGenerator() {}

    /** Takes the file to write and the version of the library. */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        Files.createDirectories(file.getParent());
        Files.write(file, MAPPER.writeValueAsBytes(document(arguments[1])));
    }

    static ObjectNode document(String version) {
        return new OpenApiGenerator().make(version);
    }

    /** The methods that are operations, with their routes; sorted. */
    static Map<String, Map<String, Method>> operations() {
        Map<String, Map<String, Method>> found = new TreeMap<>();
        for (Class<?> resource : Parts.resources()) {
            for (Method method : resource.getDeclaredMethods()) {
                String verb = verb(method);
                if (!verb.isEmpty()
                        && isDocumented(method)
                        && found.computeIfAbsent(GateFilter.route(method), route -> new TreeMap<>())
                                        .put(verb, method)
                                != null) {
                    throw new IllegalStateException("two methods for " + verb + " " + GateFilter.route(method));
                }
            }
        }
        return found;
    }

    private static boolean isDocumented(Method method) {
        Operation operation = method.getAnnotation(Operation.class);
        return operation == null || operation.documented();
    }

    private static String verb(Method method) {
        for (Annotation annotation : method.getAnnotations()) {
            HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
            if (verb != null) {
                return verb.value().toLowerCase(Locale.ROOT);
            }
        }
        return "";
    }

    private ObjectNode make(String version) {
        ObjectNode document = MAPPER.createObjectNode();
        document.put("openapi", "3.1.0");
        ObjectNode info = document.putObject("info");
        info.put("title", "InsightDesk");
        info.put("version", version);
        info.put(
                "description",
                "The HTTP API of InsightDesk: tickets, conversations, people and mail of one tenant, which the token names. "
                        + "Every error is a problem document (RFC 9457).");
        info.putObject("contact").put("name", "InsightDesk").put("url", "https://insightdesk.io");
        info.putObject("license").put("name", "Apache-2.0").put("url", "https://www.apache.org/licenses/LICENSE-2.0");
        document.putArray("servers").addObject().put("url", "/api/v1");
        document.putArray("security").addObject().putArray("apiToken");
        ArrayNode tags = document.putArray("tags");
        ObjectNode paths = document.putObject("paths");
        Set<String> tagNames = new TreeSet<>();
        for (Map<String, Method> methods : operations().values()) {
            for (Method method : methods.values()) {
                Operation operation = method.getAnnotation(Operation.class);
                if (operation != null && Fields.canBeChosen(method, operation)) {
                    schemas.canBeChosenFrom(operation.response());
                }
            }
        }
        operations().forEach((route, methods) -> {
            ObjectNode path = paths.putObject(route);
            methods.forEach((verb, method) -> {
                tagNames.add(tag(route));
                operation(path.putObject(verb), route, verb, method);
            });
        });
        tagNames.forEach(name -> tags.addObject()
                .put("name", name)
                .put("description", ABOUT.getOrDefault(name, "All about " + name.replace('-', ' ') + ".")));
        schemas.reference(ProblemJson.class);
        ObjectNode components = document.putObject("components");
        components.set("schemas", schemas.all());
        components
                .putObject("securitySchemes")
                .putObject("apiToken")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("bearerFormat", "idk_…")
                .put("description", "An API token, or the access token of a login.");
        return document;
    }

    private static String tag(String route) {
        int end = route.indexOf('/', 1);
        return route.substring(1, end < 0 ? route.length() : end);
    }

    private void operation(ObjectNode node, String route, String verb, Method method) {
        Operation operation = method.getAnnotation(Operation.class);
        if (operation == null) {
            throw new IllegalStateException("not described: " + method);
        }
        node.put("operationId", operation.id());
        node.put("summary", operation.value());
        if (!operation.deprecatedSince().isEmpty()) {
            node.put("deprecated", true);
        }
        node.putArray("tags").add(tag(route));
        if (operation.open()) {
            node.putArray("security");
        } else if (operation.signedLinks()) {
            ArrayNode security = node.putArray("security");
            security.addObject().putArray("apiToken");
            security.addObject();
        }
        parameters(node.putArray("parameters"), route, verb, method, operation);
        body(node, method, operation);
        responses(node.putObject("responses"), route, verb, operation);
    }

    private void parameters(ArrayNode parameters, String route, String verb, Method method, Operation operation) {
        for (Matcher names = PATH_PARAMETER.matcher(route); names.find(); ) {
            String name = names.group(1);
            ObjectNode parameter = parameter(parameters, name, "path", pathDescription(name));
            parameter.put("required", true);
            parameter.putObject("schema").put("type", "string");
            parameter.put(
                    "example",
                    switch (name) {
                        case "ticket" -> "1042";
                        case "tag" -> "hardware";
                        case "target" -> "customer";
                        case "rule" -> "attachments";
                        default -> OpenApiSchemas.ID;
                    });
        }
        for (QueryParameter known : QueryParameter.of(method, operation)) {
            ObjectNode parameter = parameter(parameters, known.wireName(), "query", known.description());
            parameter.put("required", known.required());
            ObjectNode schema = parameter.putObject("schema");
            if (known == QueryParameter.SCIM_START_INDEX || known == QueryParameter.SCIM_COUNT) {
                schema.put("type", "integer").put("format", "int32");
                parameter.put("example", Integer.parseInt(known.example()));
                continue;
            }
            List<String> values = values(known, operation);
            if (!values.isEmpty()) {
                schema.put("type", "array").put("minItems", 1);
                ArrayNode names =
                        schema.putObject("items").put("type", "string").putArray("enum");
                values.forEach(names::add);
                parameter.put("style", "form").put("explode", false);
                ArrayNode example = parameter.putArray("example");
                values.stream().limit(2).forEach(example::add);
            } else if (known == QueryParameter.LIMIT) {
                schema.put("type", "integer")
                        .put("minimum", 1)
                        .put("maximum", 100)
                        .put("default", 25);
            } else {
                schema.put("type", "string");
            }
            if (values.isEmpty() && !known.example().isEmpty() && known != QueryParameter.LIMIT) {
                parameter.put("example", known.example());
            }
        }
        if (verb.equals("post") && operation.idempotencyKey()) {
            header(
                    parameters,
                    "Idempotency-Key",
                    "The same key and body give the same answer for 24 hours, and one effect.");
        }
        if ((operation.versioned() || operation.tagged()) && verb.equals("get")) {
            header(parameters, "If-None-Match", "The ETag that is known: 304 where nothing changed.");
        } else if (operation.versioned() && operation.status() != 201) {
            header(parameters, "If-Match", "The ETag the change is made for: 412 where somebody was faster.");
        }
        if (ranged(operation)) {
            header(parameters, "Range", "Which bytes, such as bytes=0-1023: 206 with only those.");
        }
        if (!operation.open()) {
            header(
                    parameters,
                    GateFilter.READ_AFTER,
                    "What the caller's last answer had in this header: lists show at least what was seen there.");
        }
        header(
                parameters,
                "X-Request-Id",
                "The request's name in logs, problems and events; made where it is not sent.");
    }

    /** What a parameter can be a list of; empty where it is a single value. */
    private static List<String> values(QueryParameter parameter, Operation operation) {
        return switch (parameter) {
            case FIELDS -> Fields.of(operation.response());
            case INCLUDE -> TicketInclude.names();
            default -> List.of();
        };
    }

    private static String pathDescription(String name) {
        return switch (name) {
            case "ticket" -> "The ticket's id or number.";
            case "tag" -> "The tag's name.";
            case "target" -> "What sort of thing it is: customer, organization or ticket.";
            case "rule" -> "What the rule is about: closed_tickets, attachments, raw_mails, audit or audit_personal.";
            default -> "The id.";
        };
    }

    private static void header(ArrayNode parameters, String name, String description) {
        ObjectNode parameter = parameter(parameters, name, "header", description);
        parameter.put("required", false);
        parameter.putObject("schema").put("type", "string");
    }

    private static ObjectNode parameter(ArrayNode parameters, String name, String in, String description) {
        return parameters.addObject().put("name", name).put("in", in).put("description", description);
    }

    private void body(ObjectNode node, Method method, Operation operation) {
        boolean json = operation.request() != Void.class;
        if (!json && operation.requestMedia().length == 0) {
            return;
        }
        ObjectNode body = node.putObject("requestBody");
        body.put("required", !operation.bodyOptional());
        ObjectNode content = body.putObject("content");
        if (!json) {
            for (String type : operation.requestMedia()) {
                ObjectNode media = content.putObject(type);
                if (type.startsWith("multipart/")) {
                    ObjectNode schema = media.putObject("schema").put("type", "object");
                    ObjectNode files = schema.putObject("properties").putObject("files");
                    files.put("type", "array").put("minItems", 1).put("maxItems", Attachments.MAX_FILES_AT_ONCE);
                    files.putObject("items").put("type", "string").put("format", "binary");
                    files.put("description", "The files; each part has a filename, and any name.");
                    schema.putArray("required").add("files");
                }
            }
            return;
        }
        Consumes consumes = method.getAnnotation(Consumes.class);
        // Where there may be no body the resource itself looks at the media type.
        for (String type : consumes == null ? new String[] {Answer.JSON} : consumes.value()) {
            ObjectNode media = content.putObject(type);
            media.set("schema", schemas.reference(operation.request()));
            media.set("example", schemas.example(operation.request()));
        }
    }

    private void responses(ObjectNode responses, String route, String verb, Operation operation) {
        ObjectNode success = responses.putObject(Integer.toString(operation.status()));
        success.put("description", reason(operation.status()));
        ObjectNode headers = success.putObject("headers");
        responseHeader(headers, "X-Request-Id", "The request's name.");
        responseHeader(
                headers, "RateLimit-Policy", "How many requests are answered (draft-ietf-httpapi-ratelimit-headers).");
        responseHeader(headers, "RateLimit", "How many more are answered now, and when it is all again.");
        if (!operation.open()) {
            responseHeader(
                    headers,
                    GateFilter.READ_AFTER,
                    "How far the caller has now seen the database, where lists may come from a replica; not in every answer.");
        }
        if (operation.versioned() || operation.tagged()) {
            responseHeader(headers, "ETag", "Names this version of the representation.");
        }
        if (operation.status() == 201 || operation.status() == 202) {
            responseHeader(headers, "Location", "Where the new thing is.");
        }
        if (!operation.deprecatedSince().isEmpty()) {
            responseHeader(headers, "Deprecation", "Since when another operation should be used.");
            responseHeader(headers, "Sunset", "Until when this one works, once that is known.");
        }
        if (operation.page() && !operation.scim()) {
            responseHeader(headers, "Link", "The next page, as rel=next.");
        }
        if (operation.response() != Void.class) {
            ObjectNode media =
                    success.putObject("content").putObject(operation.scim() ? ScimResource.MEDIA_TYPE : Answer.JSON);
            if (operation.page() && operation.scim()) {
                media.set("schema", schemas.scimList(operation.response()));
                media.set("example", schemas.scimListExample(operation.response()));
            } else if (operation.page()) {
                media.set("schema", schemas.page(operation.response(), includes(operation)));
                media.set("example", schemas.pageExample(operation.response()));
            } else if (operation.orPage()) {
                ArrayNode either = media.putObject("schema").putArray("anyOf");
                either.add(schemas.reference(operation.response()));
                either.add(schemas.page(operation.response(), false));
                media.set("example", schemas.example(operation.response()));
            } else {
                media.set("schema", schemas.reference(operation.response()));
                media.set("example", schemas.example(operation.response()));
            }
        } else if (operation.status() == 200) {
            boolean document = operation.open();
            success.putObject("content")
                    .putObject(document ? Answer.JSON : media(operation))
                    .putObject("schema")
                    .put("type", document ? "object" : "string");
            if (operation.streams()) {
                ((ObjectNode) success.at("/content").get(media(operation))).put("example", STREAM);
            }
        }
        if (operation.otherStatus() != 0) {
            ObjectNode other = success.deepCopy();
            other.put("description", reason(operation.otherStatus()));
            responses.set(Integer.toString(operation.otherStatus()), other);
        }
        if (operation.accepted() != Void.class) {
            ObjectNode accepted = success.deepCopy();
            accepted.put("description", reason(202));
            responseHeader((ObjectNode) accepted.get("headers"), "Location", "Where the operation is that goes on.");
            ObjectNode media = accepted.putObject("content").putObject(Answer.JSON);
            media.set("schema", schemas.reference(operation.accepted()));
            media.set("example", schemas.example(operation.accepted()));
            responses.set("202", accepted);
        }
        if (ranged(operation)) {
            ObjectNode part = success.deepCopy();
            part.put("description", reason(206));
            responseHeader(
                    (ObjectNode) part.get("headers"), "Content-Range", "Which part this is, and of how many bytes.");
            responses.set("206", part);
        }
        if ((operation.versioned() || operation.tagged()) && verb.equals("get")) {
            responses.putObject("304").put("description", reason(304));
        }
        for (int status : errors(route, verb, operation)) {
            ObjectNode error = responses.putObject(Integer.toString(status));
            error.put("description", reason(status));
            if (status == 429 || status == 503) {
                responseHeader(error.putObject("headers"), "Retry-After", "After how many seconds to try again.");
            }
            ObjectNode content = error.putObject("content");
            if (operation.scim()) {
                ObjectNode media = content.putObject(ScimResource.MEDIA_TYPE);
                media.set("schema", schemas.reference(ScimErrorJson.class));
                media.set("example", scimError(status));
                if (status != 400 && status != 414) {
                    continue;
                }
                // A server refuses what is no address, or too long, before anybody knows that it is one of SCIM.
            }
            ObjectNode media = content.putObject(Problems.MEDIA_TYPE);
            media.set("schema", schemas.reference(ProblemJson.class));
            media.set("example", problem(status));
        }
    }

    private static boolean includes(Operation operation) {
        return List.of(operation.query()).contains(QueryParameter.INCLUDE);
    }

    private static boolean ranged(Operation operation) {
        return Arrays.stream(operation.errors()).anyMatch(status -> status == 416);
    }

    private static ObjectNode problem(int status) {
        ProblemCode code = PROBLEMS.getOrDefault(status, ProblemCode.BAD_REQUEST);
        ObjectNode example = MAPPER.createObjectNode();
        example.put("type", ApiOptions.DEFAULT_PROBLEM_PAGES + code.wireName());
        example.put("title", reason(status)).put("status", status);
        example.put("detail", code.meaning()).put("code", code.wireName());
        example.put("requestId", OpenApiSchemas.ID);
        return example;
    }

    private static ObjectNode scimError(int status) {
        ObjectNode example = MAPPER.createObjectNode();
        example.putArray("schemas").add(ScimErrorJson.SCHEMA);
        example.put("status", Integer.toString(status));
        if (status == 400) {
            example.put("scimType", ScimException.INVALID_VALUE);
        }
        ProblemCode code = PROBLEMS.getOrDefault(status, ProblemCode.BAD_REQUEST);
        return example.put("detail", code.meaning());
    }

    private static List<Integer> errors(String route, String verb, Operation operation) {
        Set<Integer> statuses = new TreeSet<>(List.of(400, 406, 414, 429, 500));
        if (route.contains("{")) {
            statuses.add(404);
        }
        if (!operation.open()) {
            statuses.addAll(List.of(401, 403, 503));
        }
        if (verb.equals("post") && operation.idempotencyKey()) {
            statuses.addAll(List.of(409, 422));
        }
        if (operation.request() != Void.class) {
            statuses.addAll(List.of(413, 415));
        }
        Arrays.stream(operation.errors()).forEach(statuses::add);
        return new ArrayList<>(statuses);
    }

    private static void responseHeader(ObjectNode headers, String name, String description) {
        ObjectNode header = headers.putObject(name);
        header.put("description", description);
        header.putObject("schema").put("type", "string");
    }

    private static String reason(int status) {
        Response.Status known = Response.Status.fromStatusCode(status);
        return known == null ? "Unprocessable Content" : known.getReasonPhrase();
    }

    /** The order of the operations' ids, for whoever lists them. */
    static List<String> ids() {
        return operations().values().stream()
                .flatMap(methods -> methods.values().stream())
                .map(method -> method.getAnnotation(Operation.class).id())
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    private static String media(Operation operation) {
        return operation.responseMedia().isEmpty() ? "application/octet-stream" : operation.responseMedia();
    }
}
