package io.insightdesk.mail.internal;

import io.insightdesk.internal.html.CleanText;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gives every attachment of one mail a safe, distinct name. */
final class AttachmentNames {

    private static final int LONGEST = 200;

    private static final Map<String, String> BY_TYPE = Map.ofEntries(
            Map.entry("text/calendar", "invite.ics"),
            Map.entry("text/plain", "text.txt"),
            Map.entry("text/html", "text.html"),
            Map.entry("text/csv", "table.csv"),
            Map.entry("text/vcard", "contact.vcf"),
            Map.entry("text/x-vcard", "contact.vcf"),
            Map.entry("text/rfc822-headers", "headers.txt"),
            Map.entry("message/rfc822", "message.eml"),
            Map.entry("message/delivery-status", "delivery-status.txt"),
            Map.entry("message/disposition-notification", "disposition-notification.txt"),
            Map.entry("application/pdf", "document.pdf"),
            Map.entry("application/zip", "archive.zip"),
            Map.entry("application/json", "data.json"),
            Map.entry("application/xml", "data.xml"),
            Map.entry("application/ms-tnef", "winmail.dat"),
            Map.entry("application/vnd.ms-tnef", "winmail.dat"),
            Map.entry("application/pkcs7-signature", "smime.p7s"),
            Map.entry("application/x-pkcs7-signature", "smime.p7s"),
            Map.entry("application/pkcs7-mime", "smime.p7m"),
            Map.entry("application/x-pkcs7-mime", "smime.p7m"),
            Map.entry("application/pgp-signature", "signature.asc"),
            Map.entry("application/pgp-encrypted", "version.asc"),
            Map.entry("image/jpeg", "image.jpg"),
            Map.entry("image/svg+xml", "image.svg"),
            Map.entry("image/tiff", "image.tif"),
            Map.entry("audio/mpeg", "audio.mp3"),
            Map.entry("audio/x-wav", "audio.wav"),
            Map.entry("video/quicktime", "video.mov"));

    private final Set<String> taken = new HashSet<>();

    /** The sent name without its path, or a name by the title (of an attached mail) or the type. */
    String name(@Nullable String sent, @Nullable String title, String type) {
        String name = sent == null ? "" : clean(sent, true);
        if (name.isEmpty() && title != null) {
            String clean = clean(title, false);
            name = clean.isEmpty() ? "" : clean + ".eml";
        }
        return distinct(name.isEmpty() ? byType(type) : name);
    }

    private static String clean(String sent, boolean path) {
        String name = CleanText.line(sent);
        if (path) {
            name = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        }
        name = name.replaceAll("[/\\\\:*?\"<>|]", "_").strip();
        int start = 0;
        while (start < name.length() && name.charAt(start) == '.') {
            start++;
        }
        int end = name.length();
        while (end > start && (name.charAt(end - 1) == '.' || name.charAt(end - 1) == ' ')) {
            end--;
        }
        return shortened(name.substring(start, end));
    }

    /** Cuts the middle, so that the extension stays. */
    private static String shortened(String name) {
        if (name.length() <= LONGEST) {
            return name;
        }
        int dot = name.lastIndexOf('.');
        String extension = dot > 0 && name.length() - dot <= 12 ? name.substring(dot) : "";
        int keep = LONGEST - extension.length();
        if (Character.isHighSurrogate(name.charAt(keep - 1))) {
            keep--;
        }
        return name.substring(0, keep) + extension;
    }

    private static String byType(String type) {
        String known = BY_TYPE.get(type);
        if (known != null) {
            return known;
        }
        int slash = type.indexOf('/');
        String major = type.substring(0, Math.max(slash, 0));
        String minor = type.substring(slash + 1).toLowerCase(Locale.ROOT);
        boolean plain =
                minor.length() <= 5 && minor.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
        return switch (major) {
            case "image", "audio", "video" -> major + (plain ? "." + minor : ".bin");
            case "text" -> "text.txt";
            default -> "attachment.bin";
        };
    }

    private String distinct(String name) {
        String candidate = name;
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        String extension = dot > 0 ? name.substring(dot) : "";
        for (int number = 2; !taken.add(candidate.toLowerCase(Locale.ROOT)); number++) {
            candidate = stem + "-" + number + extension;
        }
        return candidate;
    }
}
