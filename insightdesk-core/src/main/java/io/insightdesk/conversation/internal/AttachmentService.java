package io.insightdesk.conversation.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.AttachmentId;
import io.insightdesk.conversation.Attachments;
import io.insightdesk.error.LimitReachedException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.error.Violations;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Scope;
import java.io.InputStream;
import java.util.Locale;
import java.util.regex.Pattern;

final class AttachmentService implements Attachments {

    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}");

    private final ConversationFeature feature;
    private final Scope scope;

    AttachmentService(ConversationFeature feature, Scope scope) {
        this.feature = feature;
        this.scope = scope;
    }

    @Override
    public Attachment upload(String filename, String contentType, InputStream content) {
        requireNonNull(content, "content");
        scope.require(Permission.ATTACHMENT_WRITE);
        if (scope.transactions().joinsAnother()) {
            throw new IllegalStateException(
                    "A file cannot be uploaded inside a transaction of somebody else: upload first, "
                            + "then pass the attachment's identifier.");
        }
        String name = cleanName(filename);
        String type = mediaType(contentType);
        Violations violations = new Violations().requireText("/filename", name, 255);
        if (!MEDIA_TYPE.matcher(type).matches()) {
            violations.add("/contentType", "invalid_value", "A media type looks like image/png.");
        }
        violations.throwIfAny();
        try {
            return feature.store(scope, name, type, false, null, content);
        } catch (LimitReachedException e) {
            throw e.code().equals("blob_too_large")
                    ? new LimitReachedException(
                            "attachment_too_large",
                            "The file is larger than the " + feature.maxAttachmentBytes() + " bytes that are allowed.",
                            null)
                    : e;
        }
    }

    private static String cleanName(String filename) {
        String name = filename.substring(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1);
        return name.codePoints()
                .filter(c -> !Character.isISOControl(c))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .strip();
    }

    private static String mediaType(String contentType) {
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    @Override
    public Attachment get(AttachmentId id) {
        return find(id).attachment();
    }

    @Override
    public InputStream open(AttachmentId id) {
        if (scope.transactions().joinsAnother()) {
            throw new IllegalStateException(
                    "A file cannot be read inside a transaction of somebody else, which would be "
                            + "kept open for as long: read it before or afterwards.");
        }
        return feature.storage.open(scope.tenant(), find(id).blob());
    }

    private ConversationStore.Stored find(AttachmentId id) {
        requireNonNull(id, "id");
        Access access = scope.access();
        access.require(Permission.TICKET_READ);
        return scope.run(tx -> feature.store.findAttachment(tx, id, access))
                .orElseThrow(() -> new NotFoundException("attachment", id.toString()));
    }
}
