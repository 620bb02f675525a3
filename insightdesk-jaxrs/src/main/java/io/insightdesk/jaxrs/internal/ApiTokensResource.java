package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.CURSOR;
import static io.insightdesk.jaxrs.internal.QueryParameter.LIMIT;
import static java.util.Objects.requireNonNull;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.identity.ApiTokenId;
import io.insightdesk.identity.ApiTokenPage;
import io.insightdesk.identity.ApiTokenQuery;
import io.insightdesk.identity.IssuedToken;
import io.insightdesk.identity.NewApiToken;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Keys for programs. */
@Path("api-tokens")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class ApiTokensResource extends ApiResource {
    private static final long MAX_DAYS = 36_500;

    /** Made for each request. */
    public ApiTokensResource() {}

    /** Lists the tokens. */
    @GET
    @Operation(
            id = "listApiTokens",
            value = "Lists API tokens, without their secrets.",
            response = ApiTokenJson.class,
            page = true,
            query = {LIMIT, CURSOR})
    public Response list() {
        Query query = query();
        int limit = query.limit();
        query.done();
        ApiTokenPage page = desk().apiTokens().list(new ApiTokenQuery(query.text(CURSOR), limit));
        return page(query, page.items().stream().map(ApiTokenJson::of).toList(), page.nextCursor());
    }

    /** Makes a token. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "createApiToken",
            value = "Makes an API token; its secret is in this answer and nowhere else, also not in a repeated one.",
            status = 201,
            request = PeopleRequests.NewApiTokenJson.class,
            response = ApiTokenJson.class,
            errors = 409)
    public Response create(@Nullable JsonBody body) {
        JsonBody given = orNone(body);
        PeopleRequests.NewApiTokenJson request = given.as(PeopleRequests.NewApiTokenJson.class);
        Long days = request.expiresInDays();
        if (days != null && (days < 1 || days > MAX_DAYS)) {
            throw new InvalidInputException(
                    "/expiresInDays", "out_of_range", "A token expires after 1 to " + MAX_DAYS + " days.");
        }
        NewApiToken wanted = new NewApiToken(
                request.name(),
                request.agent(),
                request.role(),
                days == null ? null : Duration.ofDays(days),
                request.requestsPerMinute(),
                request.addressRanges() == null ? List.of() : request.addressRanges());
        AtomicReference<@Nullable IssuedToken> first = new AtomicReference<>();
        return once(
                digest().digest(given.bytes()),
                desk -> {
                    IssuedToken issued = desk.apiTokens().create(wanted);
                    first.set(issued);
                    return Answer.of(
                                    201,
                                    ApiTokenJson.of(
                                            issued.token(), issued.secret().reveal()))
                            .with(
                                    HttpHeaders.LOCATION,
                                    path("api-tokens", issued.token().id().toString()));
                },
                answer -> withoutSecret(requireNonNull(first.get(), "first")));
    }

    /** Ends a token. */
    @DELETE
    @Path("{apiToken}")
    @Operation(
            id = "revokeApiToken",
            value = "Ends an API token for good.",
            response = ApiTokenJson.class,
            errors = 404)
    public Response revoke(@PathParam("apiToken") String id) {
        return Answer.of(200, ApiTokenJson.of(desk().apiTokens().revoke(id("api_token", id, ApiTokenId::of))))
                .toResponse();
    }

    private static Answer withoutSecret(IssuedToken issued) {
        String id = issued.token().id().toString();
        return new Answer(
                409,
                Map.of(HttpHeaders.CONTENT_TYPE, Problems.MEDIA_TYPE),
                JsonCodec.write(Problems.alreadyCreated(id)));
    }
}
