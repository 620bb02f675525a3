package io.insightdesk.jaxrs.internal;

import io.insightdesk.conversation.Attachment;
import io.insightdesk.storage.ScanResult;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A file of a message, or one that waits for its message. */
record AttachmentJson(
        @Text("The attachment.") UUID id,

        @Text(value = "Its name, without path.", example = "invoice.pdf")
        String filename,

        @Text(
                value = "Its media type: as it was declared, unless the beginning of the content is of another type.",
                example = "application/pdf")
        String contentType,

        @Text(
                value = "The media type that the sender, or the file's name, claimed though the content is of another.",
                example = "image/png")
        @Nullable String claimedType,

        @Text("Its size in bytes.") Long size,
        @Text("Whether it is shown inside the text.") Boolean inline,
        @Text("By which the HTML names it.") @Nullable String contentId,

        @Text(
                value =
                        "What the scanner for malware found, where there is one: clean, infected or not_scanned. What is infected is given to nobody.",
                example = "clean")
        @Nullable String scan,

        @Text(value = "The malware, or why it was not scanned.", example = "Eicar-Test-Signature") @Nullable String finding,

        @Text("Where its content is, without host.") String url)
        implements Wire {
    static AttachmentJson of(Attachment attachment, String url) {
        ScanResult scan = attachment.scan();
        return new AttachmentJson(
                attachment.id().value(),
                attachment.filename(),
                attachment.contentType(),
                attachment.claimedType(),
                attachment.size(),
                attachment.inline(),
                attachment.contentId(),
                scan == null ? null : scan.verdict().wireName(),
                scan == null ? null : scan.finding(),
                url);
    }
}
