package io.insightdesk.jaxrs.internal;

import io.insightdesk.conversation.AttachmentId;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.TeamId;
import io.insightdesk.ticket.Channel;
import io.insightdesk.ticket.TicketPriority;
import io.insightdesk.ticket.TicketStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the bodies of requests about tickets hold. */
final class Requests {
    private Requests() {}

    /** A ticket with its first message. */
    record NewTicketJson(
            @Required @Text(value = "What it is about.", max = 500, example = "Printer on fire")
            String subject,

            @Required @Text("What the customer said.") FirstMessage message,

            @Text(
                    "Who asks: a customer's id, or a mail address that is found or made a customer. Customers ask for themselves, and need not say so.")
            @Nullable RequesterJson requester,

            @Text(value = "How urgent it is; normal where it is not said.", example = "normal") @Nullable TicketPriority priority,

            @Text(value = "How it came in; api where it is not said.", example = "api") @Nullable Channel channel,

            @Text("Who shall work on it: an active agent's id.") @Nullable AgentId assignee,

            @Text("The team it shall belong to, by id.") @Nullable TeamId team,

            @Text(value = "Its tags.", max = 60, example = "hardware") @Nullable List<String> tags,

            @Text("Further fields by name: texts, numbers, booleans or lists of texts.") @Nullable Map<String, Object> customFields) {}

    /** Who asks. */
    record RequesterJson(
            @Text("A customer's id.") @Nullable CustomerId id,

            @Text(value = "A mail address.", max = 320, example = "ada@example.com") @Nullable String email,

            @Text(value = "The name for a customer that is made.", max = 200, example = "Ada Lovelace") @Nullable String name) {}

    /** What a customer said. */
    record FirstMessage(
            @Text(
                    value = "Plain text; text, html or an attachment is needed.",
                    max = 1_000_000,
                    example = "It burns since ten.")
            @Nullable String text,

            @Text(value = "HTML, which is sanitised.", max = 1_000_000, example = "<p>It burns since ten.</p>")
            @Nullable String html,

            @Text("Uploaded files, by id.") @Nullable List<AttachmentId> attachmentIds) {}

    /** An answer to the customer. */
    record ReplyJson(
            @Text(
                    value = "Plain text; text, html or an attachment is needed.",
                    max = 1_000_000,
                    example = "We are on our way.")
            @Nullable String text,

            @Text(value = "HTML, which is sanitised.", max = 1_000_000, example = "<p>We are on our way.</p>") @Nullable String html,

            @Text("Uploaded files, by id.") @Nullable List<AttachmentId> attachmentIds,

            @Text(
                    value = "Who shall get it; the requester where it is not said.",
                    max = 320,
                    example = "ada@example.com")
            @Nullable List<String> to,

            @Text(value = "Who shall get a copy.", max = 320, example = "charles@example.com") @Nullable List<String> cc) {}

    /** A change of a ticket. */
    @MergePatch
    record TicketPatch(
            @Text(value = "What it is about.", max = 500, example = "Printer was on fire") @Nullable String subject,

            @Text(value = "Where it stands.", example = "pending") @Nullable TicketStatus status,

            @Text(value = "How urgent it is.", example = "high") @Nullable TicketPriority priority,

            @Text("Who asks: a customer, by id.") @Nullable RequesterRef requester,

            @Text("Who works on it: an active agent's id; null for nobody.") @Nullable Patch<AgentId> assignee,

            @Text("The team it belongs to, by id; null for none.") @Nullable Patch<TeamId> team,

            @Text(value = "All its tags from now on.", max = 60, example = "hardware") @Nullable List<String> tags,

            @Text("Further fields by name; null removes one, the others stay.") @Nullable Map<String, @Nullable Object> customFields) {}

    /** A customer, by id. */
    record RequesterRef(@Required @Text("The customer.") CustomerId id) {}

    /** Who shall work on a ticket. */
    @MergePatch
    record AssignJson(
            @Required @Text("An active agent's id; null for nobody.")
            Patch<AgentId> assignee) {}

    /** How long a link shall be good. */
    record LinkJson(
            @Text(value = "For how many seconds it is good, 1 to 3600; 300 where it is not said.", example = "300")
            @Nullable Integer validForSeconds) {}

    /** Tags. */
    record TagsJson(
            @Required @Text(value = "The tags.", max = 60, example = "hardware")
            List<String> tags) {}
}
