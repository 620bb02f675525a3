package io.insightdesk.jaxrs.internal;

import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InsightDeskException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.LimitReachedException;
import io.insightdesk.error.NotAuthenticatedException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.error.Violation;
import io.insightdesk.jaxrs.ApiOptions;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Makes problem documents (RFC 9457) of everything that goes wrong. */
final class Problems {
    static final String MEDIA_TYPE = "application/problem+json";

    /** What a 401 has to say (RFC 9110, 11.6.1). */
    static final String CHALLENGE = "Bearer realm=\"InsightDesk\"";

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final String TYPES = ApiOptions.DEFAULT_PROBLEM_PAGES;

    /** Violations that are no mistake in a field: problems of their own. */
    private static final Set<String> ALONE = Set.of("idempotency_key_reused", "file_infected", "file_not_scanned");

    private static final Duration UNAVAILABLE_FOR = Duration.ofSeconds(5);

    private Problems() {}

    /** Answers an exception; {@code conditional} tells whether the request had an If-Match. */
    static Response of(Throwable failure, @Nullable String path, boolean conditional) {
        if (failure instanceof InsightDeskException known) {
            return known(known, path, conditional);
        }
        if (failure instanceof ProblemException problem) {
            return response(problem.status(), path, problem.code(), problem.detail(), null)
                    .build();
        }
        if (failure instanceof WebApplicationException framework) {
            return framework(framework, path);
        }
        return unexpected(failure, path);
    }

    private static Response known(InsightDeskException failure, @Nullable String path, boolean conditional) {
        String detail = String.valueOf(failure.getMessage());
        if (failure instanceof InvalidInputException invalid) {
            return invalid(invalid, path);
        }
        if (failure instanceof ConflictException conflict) {
            return conflict(conflict, path, detail, conditional);
        }
        if (failure instanceof LimitReachedException limit) {
            Response.ResponseBuilder builder = response(limitStatus(limit), path, failure.code(), detail, null);
            limit.retryAfter().ifPresent(wait -> builder.header(HttpHeaders.RETRY_AFTER, seconds(wait)));
            return builder.build();
        }
        if (failure instanceof UnavailableException) {
            LOG.warn("{}: {}", failure.code(), detail, failure);
            return response(503, path, failure.code(), detail, null)
                    .header(HttpHeaders.RETRY_AFTER, seconds(UNAVAILABLE_FOR))
                    .build();
        }
        if (failure instanceof NotAuthenticatedException) {
            return response(401, path, failure.code(), detail, null)
                    .header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE)
                    .build();
        }
        int status = failure instanceof NotFoundException ? 404 : failure instanceof AccessDeniedException ? 403 : 400;
        return response(status, path, failure.code(), detail, null).build();
    }

    private static Response invalid(InvalidInputException invalid, @Nullable String path) {
        Violation first = invalid.violations().get(0);
        return ALONE.contains(first.code())
                ? response(422, path, first.code(), first.message(), null).build()
                : response(400, path, invalid.code(), "The request breaks rules; errors tells which.", invalid)
                        .build();
    }

    private static int limitStatus(LimitReachedException limit) {
        return limit.retryAfter().isPresent() ? 429 : limit.code().endsWith("_too_large") ? 413 : 422;
    }

    private static Response conflict(
            ConflictException conflict, @Nullable String path, String detail, boolean conditional) {
        boolean lostUpdate = conflict.actualVersion().isPresent();
        int status = lostUpdate && conditional ? 412 : 409;
        ProblemJson problem = new ProblemJson(
                TYPES + conflict.code(),
                title(status),
                status,
                detail,
                path,
                conflict.code(),
                MDC.get(RequestFilter.MDC_KEY),
                boxed(conflict.expectedVersion()),
                boxed(conflict.actualVersion()),
                null,
                null);
        return Response.status(status).type(MEDIA_TYPE).entity(problem).build();
    }

    private static @Nullable Long boxed(OptionalLong value) {
        return value.isPresent() && value.getAsLong() >= 0 ? value.getAsLong() : null;
    }

    private static Response framework(WebApplicationException failure, @Nullable String path) {
        Response original = failure.getResponse();
        int status = original.getStatus();
        if (status < 400) {
            return original;
        }
        if (status >= 500) {
            return unexpected(failure, path);
        }
        Response.ResponseBuilder builder = response(status, path, code(status), detail(status), null);
        String allow = original.getHeaderString(HttpHeaders.ALLOW);
        if (allow != null) {
            builder.header(HttpHeaders.ALLOW, allow);
        }
        return builder.build();
    }

    private static Response unexpected(Throwable failure, @Nullable String path) {
        String incident = UUID.randomUUID().toString();
        LOG.error("Incident {}", incident, failure);
        return response(
                        500,
                        path,
                        "internal_error",
                        "Something went wrong here; the log tells more about incident " + incident + ".",
                        null)
                .build();
    }

    /** Begins the answer for a problem. */
    static Response.ResponseBuilder response(
            int status, @Nullable String path, String code, String detail, @Nullable InvalidInputException invalid) {
        ProblemJson problem = new ProblemJson(
                TYPES + code,
                title(status),
                status,
                detail,
                path,
                code,
                MDC.get(RequestFilter.MDC_KEY),
                null,
                null,
                null,
                invalid == null ? null : errors(invalid.violations()));
        return Response.status(status).type(MEDIA_TYPE).entity(problem);
    }

    /** What a replay gets where the first answer held a secret. */
    static ProblemJson alreadyCreated(String id) {
        return new ProblemJson(
                TYPES + "already_created",
                title(409),
                409,
                "This request made '" + id + "' already; its secret was shown once and cannot be shown again.",
                null,
                "already_created",
                null,
                null,
                null,
                id,
                null);
    }

    private static List<ProblemJson.FieldError> errors(List<Violation> violations) {
        return violations.stream()
                .map(v -> v.pointer().startsWith(Query.PREFIX)
                        ? new ProblemJson.FieldError(null, v.pointer().substring(1), v.code(), v.message())
                        : new ProblemJson.FieldError(v.pointer(), null, v.code(), v.message()))
                .toList();
    }

    private static String seconds(Duration wait) {
        return Long.toString(Math.max(1, roundedUp(wait)));
    }

    static long roundedUp(Duration time) {
        return time.plusNanos(999_999_999).toSeconds();
    }

    private static String title(int status) {
        Response.Status known = Response.Status.fromStatusCode(status);
        return known == null ? status == 422 ? "Unprocessable Content" : "Error" : known.getReasonPhrase();
    }

    private static String code(int status) {
        return switch (status) {
            case 404 -> "no_such_resource";
            case 405 -> "method_not_allowed";
            case 406 -> "not_acceptable";
            case 415 -> "unsupported_media_type";
            default -> title(status).toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "_");
        };
    }

    private static String detail(int status) {
        return switch (status) {
            case 404 -> "There is nothing at this address.";
            case 405 -> "This method does not exist here; Allow tells which do.";
            case 406 -> "The answer cannot be given in the media types that Accept allows.";
            case 415 -> "The body has a media type that is not read here.";
            default -> "The request could not be understood.";
        };
    }
}
