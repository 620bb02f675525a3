package io.insightdesk.conversation.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.AttachmentId;
import io.insightdesk.conversation.AttachmentLink;
import io.insightdesk.conversation.Attachments;
import io.insightdesk.conversation.NewFile;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.LimitReachedException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.error.Violations;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.files.Beginning;
import io.insightdesk.internal.files.FileType;
import io.insightdesk.storage.Blob;
import io.insightdesk.storage.ScanResult;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
        requireMayUpload();
        NewFile file = checked("", new NewFile(filename, contentType, content));
        List<Blob> blobs = new ArrayList<>();
        Attachment attachment;
        try {
            attachment = stored("", file, blobs);
        } catch (RuntimeException | Error failure) {
            discard(blobs, failure);
            throw failure;
        }
        return recorded(List.of(attachment), blobs).get(0);
    }

    /** Stores a file and has it scanned, outside transactions. What it stored is in the list, also when it fails. */
    private Attachment stored(String pointer, NewFile file, List<Blob> blobs) {
        Beginning beginning = new Beginning(file.content());
        Blob blob = storedContent(beginning);
        blobs.add(blob);
        ScanResult scan = feature.storage.scan(scope.tenant(), blob);
        feature.storage.requireGood(pointer, scan);
        return attachment(file, beginning, blob, scan);
    }

    private void requireMayUpload() {
        scope.require(Permission.ATTACHMENT_WRITE);
        if (scope.transactions().joinsAnother()) {
            throw new IllegalStateException(
                    "A file cannot be uploaded inside a transaction of somebody else: upload first, "
                            + "then pass the attachment's identifier.");
        }
    }

    @Override
    public List<Attachment> uploadAll(Iterator<NewFile> files) {
        requireNonNull(files, "files");
        requireMayUpload();
        List<Attachment> attachments = new ArrayList<>();
        List<Blob> blobs = new ArrayList<>();
        try {
            while (files.hasNext()) {
                if (attachments.size() == MAX_FILES_AT_ONCE) {
                    throw new LimitReachedException(
                            "too_many_files", "At most " + MAX_FILES_AT_ONCE + " files can be stored at once.", null);
                }
                String pointer = "/files/" + attachments.size();
                attachments.add(stored(pointer, checked(pointer, files.next()), blobs));
            }
            return recorded(attachments, blobs);
        } catch (RuntimeException | Error failure) {
            discard(blobs, failure);
            throw failure;
        }
    }

    private static NewFile checked(String pointer, NewFile file) {
        String name = cleanName(file.filename());
        String type = mediaType(file.contentType());
        Violations violations = new Violations().requireText(pointer + "/filename", name, 255);
        if (!MEDIA_TYPE.matcher(type).matches()) {
            violations.add(pointer + "/contentType", "invalid_value", "A media type looks like image/png.");
        }
        violations.throwIfAny();
        return new NewFile(name, type, file.content());
    }

    private Blob storedContent(Beginning content) {
        try {
            return feature.storage.store(scope.tenant(), content, feature.maxAttachmentBytes());
        } catch (LimitReachedException e) {
            throw e.code().equals("blob_too_large")
                    ? new LimitReachedException(
                            "attachment_too_large",
                            "The file is larger than the " + feature.maxAttachmentBytes() + " bytes that are allowed.",
                            null)
                    : e;
        }
    }

    private Attachment attachment(NewFile file, Beginning content, Blob blob, @Nullable ScanResult scan) {
        FileType type = FileType.of(file.filename(), file.contentType(), content.bytes());
        return new Attachment(
                new AttachmentId(Ids.next()),
                file.filename(),
                type.type(),
                type.claimed(),
                blob.size(),
                false,
                null,
                scan,
                scope.now());
    }

    private List<Attachment> recorded(List<Attachment> attachments, List<Blob> blobs) {
        return scope.run(tx -> {
            for (int i = 0; i < attachments.size(); i++) {
                feature.store.insertAttachment(
                        tx, attachments.get(i), blobs.get(i).id(), scope.actor().id());
            }
            return List.copyOf(attachments);
        });
    }

    /** Has the contents removed; where that fails too, the sweeper takes them after a day, as all that belongs to nothing. */
    private void discard(List<Blob> blobs, Throwable failure) {
        feature.storage.removeAfter(
                failure, scope.tenant(), blobs.stream().map(Blob::id).toList());
    }

    @Override
    public AttachmentLink link(AttachmentId id, Duration validFor) {
        requireNonNull(validFor, "validFor");
        Attachment attachment = get(id);
        feature.storage.requireReadable(attachment.scan());
        if (validFor.compareTo(Duration.ofSeconds(1)) < 0 || validFor.compareTo(MAX_LINK_VALIDITY) > 0) {
            throw new InvalidInputException(
                    "/validFor",
                    "out_of_range",
                    "A link is good for a second to " + MAX_LINK_VALIDITY.toMinutes() + " minutes.");
        }
        Instant expires = scope.now().plus(validFor).truncatedTo(ChronoUnit.SECONDS);
        return new AttachmentLink(
                attachment.id(), feature.signatures.sign(scope.tenant(), attachment.id(), expires), expires);
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
        ConversationStore.Stored found = find(id);
        feature.storage.requireReadable(found.attachment().scan());
        return feature.storage.open(scope.tenant(), found.blob());
    }

    private ConversationStore.Stored find(AttachmentId id) {
        requireNonNull(id, "id");
        Access access = scope.access();
        access.require(Permission.TICKET_READ);
        return scope.run(tx -> feature.store.findAttachment(tx, id, access))
                .orElseThrow(() -> new NotFoundException("attachment", id.toString()));
    }
}
