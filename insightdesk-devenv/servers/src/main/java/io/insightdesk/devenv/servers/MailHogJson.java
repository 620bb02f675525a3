package io.insightdesk.devenv.servers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Mails in the form that MailHog's clients expect. */
final class MailHogJson {
    private MailHogJson() {}

    static Map<String, Object> message(CaughtMail mail) {
        MailContent content = mail.content();
        Map<String, Object> mime = mime(content.multipart() ? content.parts() : List.of());
        Map<String, Object> message = ordered(
                "ID", mail.id(),
                "From", path(mail.from()),
                "To", mail.recipients().stream().map(MailHogJson::path).toList());
        message.put("Content", part(content.headers(), content.body(), mail.size(), Map.of()));
        message.put("Created", mail.received());
        putNullable(message, "MIME", content.multipart() ? mime : null);
        message.put(
                "Raw",
                ordered(
                        "From", mail.from(),
                        "To", mail.recipients(),
                        "Data", MailContent.decode(mail.raw(), null),
                        "Helo", mail.helo()));
        return message;
    }

    private static Map<String, Object> path(String address) {
        int at = address.lastIndexOf('@');
        Map<String, Object> path = new LinkedHashMap<>();
        putNullable(path, "Relays", null);
        path.put("Mailbox", at < 0 ? address : address.substring(0, at));
        path.put("Domain", at < 0 ? "" : address.substring(at + 1));
        path.put("Params", "");
        return path;
    }

    private static Map<String, Object> mime(List<MailContent.BodyPart> parts) {
        return ordered(
                "Parts",
                parts.stream()
                        .map(part -> part(
                                part.headers(),
                                part.body(),
                                part.body().length(),
                                part.parts().isEmpty() ? Map.of() : mime(part.parts())))
                        .toList());
    }

    private static Map<String, Object> part(
            Map<String, List<String>> headers, String body, int size, Map<String, Object> mime) {
        Map<String, Object> part = ordered("Headers", headers, "Body", body, "Size", size);
        putNullable(part, "MIME", mime.isEmpty() ? null : mime);
        return part;
    }

    /** JSON knows null, a map of objects does not. */
    private static void putNullable(Map<String, Object> map, String name, @Nullable Object value) {
        map.put(name, value == null ? Json.NULL : value);
    }

    /** Returns a map of alternating names and values, in that order. */
    static Map<String, Object> ordered(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
