package io.insightdesk.jaxrs.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.Desk;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violation;
import io.insightdesk.error.Violations;
import io.insightdesk.idempotency.IdempotentRequest;
import io.insightdesk.idempotency.RememberedAnswer;
import io.insightdesk.jaxrs.DeskPrincipal;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the resources have in common. One is made for each request. */
abstract class ApiResource {
    static final String MERGE_PATCH = "application/merge-patch+json";

    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    @Context
    private @Nullable SecurityContext security;

    @Context
    private @Nullable UriInfo uri;

    @Context
    private @Nullable HttpHeaders headers;

    ApiResource() {}

    /** The desk of who asks. */
    Desk desk() {
        if (requireNonNull(security, "security").getUserPrincipal() instanceof DeskPrincipal principal) {
            return principal.desk();
        }
        throw new IllegalStateException("no DeskPrincipal: the authentication of this API is not registered");
    }

    /** Who calls an operation that anybody may call. */
    Visitor visitor() {
        if (requireNonNull(security, "security").getUserPrincipal() instanceof Visitor visitor) {
            return visitor;
        }
        throw new IllegalStateException("no Visitor: the authentication of this API is not registered");
    }

    /** The value of a cookie; null where the request has none of the name. */
    @Nullable String cookie(String name) {
        return LoginCookies.read(header(HttpHeaders.COOKIE), name);
    }

    UriInfo uri() {
        return requireNonNull(uri, "uri");
    }

    Query query() {
        return new Query(uri());
    }

    /** The path of something under the base path, without host. */
    String path(String... segments) {
        return uri().getBaseUriBuilder().segment(segments).build().getRawPath();
    }

    @Nullable String header(String name) {
        return requireNonNull(headers, "headers").getHeaderString(name);
    }

    /** The version that a change is meant for; null for any. */
    @Nullable Long expectedVersion() {
        return Preconditions.expectedVersion(header(HttpHeaders.IF_MATCH));
    }

    /** Answers a read: 304 where the caller has it. */
    Response read(Wire value, long version) {
        return read(Answer.of(200, value, version));
    }

    /** The same for what has no version. */
    Response read(Wire value) {
        return read(Answer.tagged(200, value));
    }

    private Response read(Answer answer) {
        String tag = answer.headers().get(HttpHeaders.ETAG);
        if (Preconditions.isKnown(header(HttpHeaders.IF_NONE_MATCH), tag)) {
            return Response.notModified().header(HttpHeaders.ETAG, tag).build();
        }
        return answer.toResponse();
    }

    <T> Response page(Query query, List<T> items, @Nullable String nextCursor) {
        return page(query, items, nextCursor, null);
    }

    <T> Response page(Query query, List<T> items, @Nullable String nextCursor, @Nullable IncludedJson included) {
        Answer answer = Answer.of(200, new PageJson<>(items, nextCursor, included));
        if (nextCursor != null) {
            answer = answer.with(HttpHeaders.LINK, "<" + query.next(nextCursor) + ">; rel=\"next\"");
        }
        return answer.toResponse();
    }

    /** Runs a POST once for its idempotency key, in one transaction with what is remembered. */
    Response once(byte[] body, Function<Desk, Answer> work) {
        return once(hash(body), work, Function.identity());
    }

    /** Runs a POST that has no body and answers nothing, once for its idempotency key. */
    Response onceSilently(Consumer<Desk> work) {
        return once(new byte[0], desk -> {
            work.accept(desk);
            return new Answer(204, Map.of(), new byte[0]);
        });
    }

    /** The same, where the body was hashed while it streamed. What is remembered may differ from what is answered first. */
    Response once(byte[] hash, Function<Desk, Answer> work, Function<Answer, Answer> remembered) {
        String key = header(IDEMPOTENCY_KEY);
        if (key == null) {
            return work.apply(desk()).toResponse();
        }
        if (!key.matches("[!-~]{1,255}")) {
            throw new ProblemException(
                    400, "invalid_idempotency_key", "An Idempotency-Key has 1 to 255 visible ASCII characters.");
        }
        AtomicReference<@Nullable Answer> fresh = new AtomicReference<>();
        // None of the parts before the key can hold a blank, so they cannot be mixed up.
        String scope = desk().actor().type().wireName() + " " + desk().actor().id() + " POST "
                + uri().getRequestUri().getRawPath() + " " + key;
        IdempotentRequest request = new IdempotentRequest(scope, HexFormat.of().formatHex(hash));
        RememberedAnswer stored = desk().remember(request, desk -> {
            Answer answer = work.apply(desk);
            fresh.set(answer);
            Answer kept = remembered.apply(answer);
            return new RememberedAnswer(kept.status(), kept.headers(), new String(kept.body(), StandardCharsets.UTF_8));
        });
        Answer first = fresh.get();
        return first != null
                ? first.toResponse()
                : new Answer(stored.status(), stored.headers(), stored.body().getBytes(StandardCharsets.UTF_8))
                        .with("Idempotency-Replayed", "true")
                        .toResponse();
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] hash(byte[] body) {
        return digest().digest(body);
    }

    /** Reads an identifier of the path; what is none names nothing. */
    static <T> T id(String kind, String text, Function<String, T> reader) {
        try {
            return reader.apply(text);
        } catch (InvalidInputException e) {
            throw new io.insightdesk.error.NotFoundException(kind, shortened(text));
        }
    }

    static String shortened(String text) {
        String printable = text.replaceAll("[^ -~]", "?");
        return printable.length() > 64 ? printable.substring(0, 64) + "…" : printable;
    }

    /** Makes a part of a request; what is wrong with it is told by its place in the whole. */
    static <T> @Nullable T part(String pointer, Violations violations, Supplier<T> maker) {
        try {
            return maker.get();
        } catch (InvalidInputException e) {
            for (Violation violation : e.violations()) {
                violations.add(pointer + violation.pointer(), violation.code(), violation.message());
            }
            return null;
        }
    }

    /** The body of a request that need not have one. */
    Optional<JsonBody> jsonIfAny(@Nullable JsonBody body) {
        if (body == null || body.bytes().length == 0) {
            return Optional.empty();
        }
        String type = header(HttpHeaders.CONTENT_TYPE);
        // Not left to the implementation, for some take a body that is not there for one of a wrong media type.
        if (type == null || !type.strip().toLowerCase(Locale.ROOT).matches("application/json(\\s*;.*)?")) {
            throw new ProblemException(
                    415, "unsupported_media_type", "The body has a media type that is not read here.");
        }
        return Optional.of(body);
    }

    static JsonBody orNone(@Nullable JsonBody body) {
        return body == null ? JsonBody.none() : body;
    }
}
