package io.insightdesk.internal.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MediaTypeRegistry;
import org.apache.tika.mime.MimeTypes;
import org.jspecify.annotations.Nullable;

/**
 * What a file is, and what it only claims to be. Two claims are compared with the beginning of the content: the declared media type,
 * and the one that belongs to the ending of the name. A claim stands where it can be true: it is what the content looks like, a
 * special kind of it (a DOCX is a ZIP), or the content looks like nothing in particular and the claimed type has no mark by which
 * its files begin.
 *
 * @param type the media type to go by; lower case, without parameters
 * @param claimed the first claim that the content contradicts; null where none is contradicted
 */
public record FileType(String type, @Nullable String claimed) {

    private static final MediaType OLE = MediaType.application("x-tika-msoffice");
    private static final MediaType OOXML = MediaType.application("x-tika-ooxml");

    /** What says nothing of the content. */
    private static final Set<String> GENERAL = Set.of(
            "application/octet-stream",
            "binary/octet-stream",
            "application/binary",
            "application/download",
            "application/x-download",
            "application/force-download");

    /** Other names, which the library that knows types does not know. */
    private static final Map<String, String> ALSO =
            Map.of("image/jpg", "image/jpeg", "image/pjpeg", "image/jpeg", "image/x-png", "image/png");

    /** Types whose files begin with a mark without exception: what begins otherwise is none of them. */
    private static final Set<MediaType> MARKED = Set.of(
            MediaType.image("png"),
            MediaType.image("jpeg"),
            MediaType.image("gif"),
            MediaType.image("webp"),
            MediaType.image("tiff"),
            MediaType.image("bmp"),
            MediaType.application("pdf"),
            MediaType.APPLICATION_ZIP,
            OLE);

    /** Texts that something runs: a claim to be mere text, or mere XML, does not stand for them. */
    private static final Set<MediaType> ACTIVE = Set.of(
            MediaType.TEXT_HTML,
            MediaType.application("xhtml+xml"),
            MediaType.image("svg+xml"),
            MediaType.application("x-sh"),
            MediaType.text("x-php"));

    /**
     * Tells what a file is.
     *
     * @param declared the declared media type; lower case, without parameters
     * @param beginning the content's first 64 KiB, or all of it where it is shorter
     */
    public static FileType of(String filename, String declared, byte[] beginning) {
        String type = ALSO.getOrDefault(declared, declared);
        if (beginning.length == 0) {
            return new FileType(type, null);
        }
        MediaType content = detect(beginning, null);
        MediaType declaration = GENERAL.contains(type) ? MediaType.OCTET_STREAM : Types.of(type);
        MediaType name = detect(null, filename);
        boolean declares = !declaration.equals(MediaType.OCTET_STREAM);
        boolean names = !name.equals(MediaType.OCTET_STREAM);
        if (declares && !canBe(declaration, content)) {
            return new FileType(shown(content), type);
        }
        if (names && !canBe(name, content)) {
            return new FileType(declares ? type : shown(content), shown(name));
        }
        if (declares) {
            return new FileType(type, null);
        }
        return new FileType(shown(names ? name : content), null);
    }

    private static boolean canBe(MediaType claim, MediaType content) {
        if (content.equals(MediaType.OCTET_STREAM) || content.equals(MediaType.TEXT_PLAIN)) {
            return MARKED.stream().noneMatch(marked -> Types.isA(claim, marked));
        }
        if (content.equals(OLE) && Types.isA(claim, OOXML)) {
            // A document of that kind with a password.
            return true;
        }
        return Types.isA(claim, content) || (Types.isA(content, claim) && !ACTIVE.contains(content));
    }

    /** The library's own in-between types are nobody else's. */
    private static String shown(MediaType type) {
        MediaType shown = type;
        while (shown.getSubtype().startsWith("x-tika-")) {
            MediaType above = Types.REGISTRY.getSupertype(shown);
            shown = above == null ? MediaType.OCTET_STREAM : above;
        }
        return shown.getBaseType().toString();
    }

    private static MediaType detect(byte @Nullable [] beginning, @Nullable String filename) {
        Metadata metadata = new Metadata();
        if (filename != null) {
            metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, filename);
        }
        try {
            MediaType found =
                    Types.ALL.detect(beginning == null ? null : new ByteArrayInputStream(beginning), metadata);
            return Types.REGISTRY.normalize(found.getBaseType());
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot be read", e);
        }
    }

    /** The table of types, read when the first file comes. */
    private static final class Types {

        static final MimeTypes ALL = MimeTypes.getDefaultMimeTypes();
        static final MediaTypeRegistry REGISTRY = ALL.getMediaTypeRegistry();

        private Types() {}

        static MediaType of(String type) {
            MediaType parsed = MediaType.parse(type);
            return parsed == null ? MediaType.OCTET_STREAM : REGISTRY.normalize(parsed);
        }

        static boolean isA(MediaType type, MediaType general) {
            return type.equals(general) || REGISTRY.isSpecializationOf(type, general);
        }
    }
}
