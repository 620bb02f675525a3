package io.insightdesk.jaxrs.internal;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.customer.OrganizationId;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.TeamId;
import io.insightdesk.ticket.Channel;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketPriority;
import io.insightdesk.ticket.TicketStatus;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the bodies of a change of many tickets hold. */
final class BulkRequests {
    private BulkRequests() {}

    /** A change of many tickets. */
    record BulkJson(
            @Text(
                    "Which tickets, up to 1000; up to 100 are changed at once, more by a job. This or a filter is required.")
            @Nullable List<BulkTicket> tickets,

            @Text(
                    "Which tickets: all that have these properties now, which a job changes. This or tickets is required.")
            @Nullable BulkFilter filter,

            @Required @Text("What shall be different.") BulkPatch change) {}

    /** One of the tickets. */
    record BulkTicket(
            @Required @Text("The ticket.") TicketId id,

            @Text(value = "The version it is changed in; any where it is not said.", example = "1") @Nullable Long version) {}

    /** Which tickets; all that is said has to be so. */
    record BulkFilter(
            @Text(value = "Only these statuses.", example = "resolved") @Nullable List<TicketStatus> status,

            @Text(value = "Only this priority.", example = "low") @Nullable TicketPriority priority,

            @Text(value = "Only what came in this way.", example = "email") @Nullable Channel channel,

            @Text("Only of this customer.") @Nullable CustomerId requester,

            @Text("Only of this organization.") @Nullable OrganizationId organization,

            @Text("Only of this agent.") @Nullable AgentId assignee,

            @Text("Whether only nobody's.") @Nullable Boolean unassigned,

            @Text("Only of this team.") @Nullable TeamId team,

            @Text(value = "Only with this tag.", max = 60, example = "newsletter") @Nullable String tag) {}

    /** What shall be different, for each ticket alike. */
    @MergePatch
    record BulkPatch(
            @Text(value = "What they are about.", max = 500, example = "Outage of the printers") @Nullable String subject,

            @Text(value = "Where they stand.", example = "pending") @Nullable TicketStatus status,

            @Text(value = "How urgent they are.", example = "high") @Nullable TicketPriority priority,

            @Text("Who works on them: an active agent's id; null for nobody.") @Nullable Patch<AgentId> assignee,

            @Text("The team they belong to, by id; null for none.") @Nullable Patch<TeamId> team,

            @Text(value = "All their tags from now on.", max = 60, example = "hardware") @Nullable List<String> tags,

            @Text(value = "Tags that are added.", max = 60, example = "outage") @Nullable List<String> addTags,

            @Text(value = "Tags that are removed.", max = 60, example = "unsorted") @Nullable List<String> removeTags,

            @Text("Further fields by name; null removes one, the others stay.") @Nullable Map<String, @Nullable Object> customFields) {}

    /** What became of the tickets. */
    record BulkAnswerJson(
            @Text("What became of each, in the order of the request.")
            List<BulkResultJson> items) implements Wire {}

    /** What became of one ticket. */
    record BulkResultJson(
            @Text("The ticket.") UUID id,

            @Text(value = "The status that its change alone would have been answered with.", example = "200")
            Integer status,

            @Text(value = "Its version now; null where its change was refused.", example = "2") @Nullable Long version,

            @Text(value = "The code of the problem; null where there is none.", example = "status_transition") @Nullable String code,

            @Text(
                    value = "What the problem is, in words.",
                    example = "The ticket is closed and stays so; open a new one.")
            @Nullable String detail)
            implements Wire {}
}
