package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.FILENAME;
import static io.insightdesk.jaxrs.internal.QueryParameter.SIGNATURE;

import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.AttachmentId;
import io.insightdesk.conversation.AttachmentLink;
import io.insightdesk.conversation.AttachmentLinks;
import io.insightdesk.conversation.Attachments;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violation;
import io.insightdesk.key.Secret;
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
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
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
            value =
                    "Stores a file for a message that is written afterwards, where the body is the file itself; or the files of a form, "
                            + "all or none, which are answered as a page.",
            status = 201,
            requestMedia = {MediaType.APPLICATION_OCTET_STREAM, MediaType.MULTIPART_FORM_DATA},
            response = AttachmentJson.class,
            orPage = true,
            query = FILENAME,
            errors = {413, 415})
    public Response upload(@Nullable InputStream body) throws IOException {
        String given = header(HttpHeaders.CONTENT_TYPE);
        String type = given == null ? MediaType.APPLICATION_OCTET_STREAM : given;
        InputStream sent = body == null ? InputStream.nullInputStream() : body;
        if (type.regionMatches(true, 0, "multipart/", 0, "multipart/".length())) {
            return uploadForm(type, sent);
        }
        // What is required is told after the permission is checked.
        String name = query().text(FILENAME);
        String filename = name == null ? "" : name;
        MessageDigest digest = digest();
        digest.update((filename + "\n" + type + "\n").getBytes(StandardCharsets.UTF_8));
        try (HashingInput content = new HashingInput(new SentBody(sent), digest)) {
            Attachment stored = desk().attachments().upload(filename, type, content);
            return once(content.hash(), desk -> answer(stored), Function.identity());
        } catch (InvalidInputException e) {
            throw e.violations().stream()
                            .anyMatch(violation -> violation.pointer().equals("/filename"))
                    ? ofParameter(e)
                    : e;
        }
    }

    private Response uploadForm(String type, InputStream sent) {
        int parameters = type.indexOf(';');
        String plain = (parameters < 0 ? type : type.substring(0, parameters)).strip();
        if (!plain.equalsIgnoreCase(MediaType.MULTIPART_FORM_DATA)) {
            throw new ProblemException(
                    415,
                    "unsupported_media_type",
                    "Send the file itself as the body, or a form as multipart/form-data.");
        }
        if (query().text(FILENAME) != null) {
            throw new InvalidInputException(
                    Query.PREFIX + FILENAME.wireName(),
                    "not_allowed",
                    "The parts of a form name their files themselves.");
        }
        FormFiles files = new FormFiles(sent, type);
        List<Attachment> stored = desk().attachments().uploadAll(files);
        if (stored.isEmpty()) {
            throw new ProblemException(400, "malformed_form", "The form cannot be read. There is no file in it.");
        }
        return once(files.hash(), desk -> answer(stored), Function.identity());
    }

    private Answer answer(Attachment stored) {
        return Answer.of(201, json(stored))
                .with(HttpHeaders.LOCATION, path("attachments", stored.id().toString()));
    }

    private Answer answer(List<Attachment> stored) {
        return Answer.of(201, new PageJson<>(stored.stream().map(this::json).toList(), null, null));
    }

    private static InvalidInputException ofParameter(InvalidInputException invalid) {
        return new InvalidInputException(invalid.violations().stream()
                .map(violation -> violation.pointer().equals("/filename")
                        ? new Violation(Query.PREFIX + FILENAME.wireName(), violation.code(), violation.message())
                        : violation)
                .toList());
    }

    /** Reads what is known of a file. */
    @GET
    @Path("{attachment}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            id = "getAttachment",
            value = "Reads what is known of a file.",
            response = AttachmentJson.class,
            tagged = true,
            errors = 404)
    public Response get(@PathParam("attachment") String id) {
        return read(json(desk().attachments().get(id("attachment", id, AttachmentId::of))));
    }

    /** Makes a link. */
    @POST
    @Path("{attachment}/link")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            id = "linkAttachment",
            value =
                    "Makes an address at which whoever has it can read the file for a short time, without a login. Nothing is stored.",
            request = Requests.LinkJson.class,
            bodyOptional = true,
            response = AttachmentLinkJson.class,
            errors = 404,
            idempotencyKey = false)
    public Response link(@PathParam("attachment") String text, @Nullable JsonBody body) {
        Integer seconds = jsonIfAny(body)
                .map(given -> given.as(Requests.LinkJson.class).validForSeconds())
                .orElse(null);
        Duration validFor = seconds == null ? Attachments.DEFAULT_LINK_VALIDITY : Duration.ofSeconds(seconds);
        AttachmentLink link;
        try {
            link = desk().attachments().link(id("attachment", text, AttachmentId::of), validFor);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(
                    "/validForSeconds",
                    "out_of_range",
                    "A link is good for 1 to " + Attachments.MAX_LINK_VALIDITY.toSeconds() + " seconds.");
        }
        String url = path("attachments", link.attachment().toString(), "content") + "?" + SIGNATURE.wireName() + "="
                + link.signature().reveal();
        return Answer.of(200, new AttachmentLinkJson(url, link.expiresAt())).toResponse();
    }

    /** Reads a file. */
    @GET
    @Path("{attachment}/content")
    @Produces(MediaType.WILDCARD)
    @Operation(
            id = "getAttachmentContent",
            value = "Reads a file, or a range of it; with a token, or with the signature of a link.",
            query = SIGNATURE,
            signedLinks = true,
            errors = {404, 416})
    public Response content(@PathParam("attachment") String text) {
        AttachmentId id = id("attachment", text, AttachmentId::of);
        String signature = query().text(SIGNATURE);
        if (signature == null) {
            Attachments attachments = desk().attachments();
            return content(attachments.get(id), () -> attachments.open(id));
        }
        AttachmentLinks links = visitor().insightDesk().attachmentLinks();
        Secret secret = Secret.of(signature);
        return content(links.get(id, secret), () -> links.open(id, secret));
    }

    private Response content(Attachment attachment, Supplier<InputStream> opener) {
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
        InputStream content = opener.get();
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
