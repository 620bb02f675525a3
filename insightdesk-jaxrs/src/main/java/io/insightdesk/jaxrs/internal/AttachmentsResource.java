package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.FILENAME;

import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.AttachmentId;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Files for messages. */
@Path("attachments")
@InsightDeskApi
public final class AttachmentsResource extends TicketSupport {
    /** Made for each request. */
    public AttachmentsResource() {}

    /**
     * Stores a file. With an idempotency key the file is uploaded first, for its hash is known only then; a repeated request is
     * answered with the first file, and the second upload is removed with all that no message names.
     */
    @POST
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            id = "uploadAttachment",
            value = "Stores a file for a message that is written afterwards; the body is the file itself.",
            status = 201,
            requestMedia = "application/octet-stream",
            response = AttachmentJson.class,
            query = FILENAME,
            errors = {413, 415})
    public Response upload(@Nullable InputStream body) throws IOException {
        String filename = String.valueOf(query().text(FILENAME));
        String given = header(HttpHeaders.CONTENT_TYPE);
        String type = given == null ? MediaType.APPLICATION_OCTET_STREAM : given;
        if (type.regionMatches(true, 0, "multipart/", 0, "multipart/".length())) {
            // Or the form around the file would be stored as the file.
            throw new ProblemException(
                    415, "unsupported_media_type", "Send the file itself as the body, not a form with the file in it.");
        }
        MessageDigest digest = digest();
        digest.update((filename + "\n" + type + "\n").getBytes(StandardCharsets.UTF_8));
        try (HashingInput content = new HashingInput(body == null ? InputStream.nullInputStream() : body, digest)) {
            Attachment stored = desk().attachments().upload(filename, type, content);
            Answer answer = Answer.of(201, json(stored))
                    .with(HttpHeaders.LOCATION, path("attachments", stored.id().toString()));
            return once(content.hash(), desk -> answer, Function.identity());
        }
    }

    /** Reads what is known of a file. */
    @GET
    @Path("{attachment}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            id = "getAttachment",
            value = "Reads what is known of a file.",
            response = AttachmentJson.class,
            errors = 404)
    public Response get(@PathParam("attachment") String id) {
        return Answer.of(200, json(desk().attachments().get(id("attachment", id, AttachmentId::of))))
                .toResponse();
    }

    /** Reads a file. */
    @GET
    @Path("{attachment}/content")
    @Produces(MediaType.WILDCARD)
    @Operation(
            id = "getAttachmentContent",
            value = "Reads a file, or a range of it.",
            errors = {404, 416})
    public Response content(@PathParam("attachment") String text) {
        AttachmentId id = id("attachment", text, AttachmentId::of);
        Attachment attachment = desk().attachments().get(id);
        ByteRange range = ByteRange.of(header("Range"), attachment.size());
        if (range != null && range.equals(ByteRange.UNSATISFIABLE)) {
            return Problems.response(
                            416,
                            uri().getRequestUri().getRawPath(),
                            "range_not_satisfiable",
                            "The file has " + attachment.size() + " bytes.",
                            null)
                    .header("Content-Range", "bytes */" + attachment.size())
                    .build();
        }
        InputStream content = desk().attachments().open(id);
        long from = range == null ? 0 : range.from();
        long length = range == null ? attachment.size() : range.length();
        StreamingOutput output = target -> {
            try (content) {
                content.skipNBytes(from);
                copy(content, target, length);
            }
        };
        Response.ResponseBuilder response = Response.status(range == null ? 200 : 206)
                .entity(output)
                // Whatever the sender called it, nothing that came from outside is run under this origin.
                .type(MediaType.APPLICATION_OCTET_STREAM)
                .header(HttpHeaders.CONTENT_LENGTH, length)
                .header("Accept-Ranges", "bytes")
                .header("Content-Security-Policy", "default-src 'none'; sandbox")
                .header(HttpHeaders.CONTENT_DISPOSITION, disposition(attachment.filename()));
        if (range != null) {
            response.header("Content-Range", "bytes " + range.from() + "-" + range.to() + "/" + attachment.size());
        }
        return response.build();
    }

    private static void copy(InputStream from, OutputStream to, long length) throws IOException {
        byte[] buffer = new byte[8192];
        long left = length;
        while (left > 0) {
            int count = from.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                return;
            }
            to.write(buffer, 0, count);
            left -= count;
        }
    }

    /** RFC 6266: a name for old clients, and the whole name. */
    private static String disposition(String filename) {
        String plain = filename.replaceAll("[^ A-Za-z0-9._()-]", "_");
        String whole = URLEncoder.encode(filename, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
        return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + whole;
    }
}
