package io.insightdesk.jaxrs.internal;

import io.insightdesk.identity.TeamId;
import org.jspecify.annotations.Nullable;

/** What the bodies of requests about mailboxes hold. */
final class MailRequests {
    private MailRequests() {}

    /** A mailbox to be made. */
    record NewMailboxJson(
            @Required @Text(value = "The mail address, without plus sign.", max = 320, example = "support@acme.example") String address,
            @Required @Text(value = "The name that customers see.", max = 200, example = "Acme support") String name,
            @Text("The team that gets its tickets, by id.") @Nullable TeamId team) {}

    /** A change of a mailbox. */
    @MergePatch
    record MailboxPatch(
            @Text(value = "The name that customers see.", max = 200, example = "Acme help") @Nullable String name,
            @Text("The team that gets its tickets, by id; null for none.") @Nullable Patch<TeamId> team) {}
}
