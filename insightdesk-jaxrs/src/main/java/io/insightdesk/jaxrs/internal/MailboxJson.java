package io.insightdesk.jaxrs.internal;

import io.insightdesk.mail.Mailbox;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A mail address of the help desk. */
record MailboxJson(
        @Text("The mailbox.") UUID id,

        @Text(value = "The mail address.", example = "support@acme.example")
        String address,

        @Text(value = "The name that customers see.", example = "Acme support")
        String name,

        @Text("The team that gets its tickets, by id.") @Nullable UUID team,

        @Text("When it was made.") Instant createdAt,
        @Text("When it was last changed.") Instant updatedAt,
        @Text("Counts its changes.") Long version)
        implements Wire {
    static MailboxJson of(Mailbox mailbox) {
        return new MailboxJson(
                mailbox.id().value(),
                mailbox.address().value(),
                mailbox.name(),
                mailbox.team() == null ? null : mailbox.team().value(),
                mailbox.createdAt(),
                mailbox.updatedAt(),
                mailbox.version());
    }
}
