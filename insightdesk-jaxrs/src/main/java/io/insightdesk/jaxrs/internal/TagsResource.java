package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.CURSOR;
import static io.insightdesk.jaxrs.internal.QueryParameter.LIMIT;

import io.insightdesk.ticket.Tag;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;

/** The tags of the tenant. */
@Path("tags")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class TagsResource extends ApiResource {
    /** Made for each request. */
    public TagsResource() {}

    /** Lists the tags. */
    @GET
    @Operation(
            id = "listTags",
            value = "Lists the tags that tickets have had, in alphabetical order.",
            response = TagJson.class,
            page = true,
            query = {LIMIT, CURSOR})
    public Response list() {
        Query query = query();
        int limit = query.limit();
        String after = query.value(CURSOR, text -> PlainCursor.read("tag", text, ".{1,200}"));
        query.done();
        List<Tag> tags = desk().tickets().tags(after, limit);
        String next = tags.size() < limit
                ? null
                : PlainCursor.write("tag", tags.get(limit - 1).name());
        return page(
                query,
                tags.stream()
                        .map(tag -> new TagJson(tag.id().toString(), tag.name(), tag.createdAt()))
                        .toList(),
                next);
    }

    /** A tag. */
    record TagJson(
            @Text("The tag.") String id,

            @Text(value = "Its name, in lower case.", example = "hardware")
            String name,

            @Text("When it was first used.") Instant createdAt)
            implements Wire {}
}
