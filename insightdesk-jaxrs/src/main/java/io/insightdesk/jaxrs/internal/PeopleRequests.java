package io.insightdesk.jaxrs.internal;

import io.insightdesk.customer.OrganizationId;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.TicketScope;
import io.insightdesk.limit.AddressRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the bodies of requests about people hold. */
final class PeopleRequests {
    private PeopleRequests() {}

    /** A customer to be made. */
    record NewCustomerJson(
            @Required @Text(value = "The name.", max = 200, example = "Ada Lovelace")
            String name,

            @Text(value = "The mail addresses, the most important first.", max = 320, example = "ada@example.com")
            @Nullable List<String> emails,

            @Text("The organization, by id.") @Nullable OrganizationId organization,

            @Text(value = "The host's own identifier.", max = 200, example = "c-17") @Nullable String externalId) {}

    /** A change of a customer. */
    @MergePatch
    record CustomerPatch(
            @Text(value = "The name.", max = 200, example = "Ada King") @Nullable String name,

            @Text(value = "All mail addresses from now on.", max = 320, example = "ada@example.com") @Nullable List<String> emails,

            @Text("The organization, by id; null for none.") @Nullable Patch<OrganizationId> organization,

            @Text(value = "The host's own identifier; null for none.", max = 200, example = "c-17") @Nullable Patch<String> externalId) {}

    /** An organization to be made. */
    record NewOrganizationJson(
            @Required @Text(value = "The name.", max = 200, example = "Example Ltd")
            String name,

            @Text(value = "The mail domains of its people.", max = 253, example = "example.com") @Nullable List<String> domains,

            @Text(value = "Whether its people see each other's tickets.", example = "true") @Nullable Boolean sharedTickets) {}

    /** A change of an organization. */
    @MergePatch
    record OrganizationPatch(
            @Text(value = "The name.", max = 200, example = "Example plc") @Nullable String name,

            @Text(value = "All mail domains from now on.", max = 253, example = "example.com") @Nullable List<String> domains,

            @Text(value = "Whether its people see each other's tickets.", example = "true") @Nullable Boolean sharedTickets) {}

    /** An agent to be made. */
    record NewAgentJson(
            @Required @Text(value = "The name.", max = 200, example = "Grace Hopper")
            String name,

            @Required @Text(value = "The mail address.", max = 320, example = "grace@acme.example")
            String email,

            @Required @Text(value = "What the agent may do.", example = "agent")
            Role role,

            @Text(value = "The host's own identifier.", max = 200, example = "u-4") @Nullable String externalId) {}

    /** A change of an agent. */
    @MergePatch
    record AgentPatch(
            @Text(value = "The name.", max = 200, example = "Grace Hopper") @Nullable String name,

            @Text(value = "The mail address.", max = 320, example = "grace@acme.example") @Nullable String email,

            @Text(value = "What the agent may do.", example = "viewer") @Nullable Role role,

            @Text(value = "Whether the agent works here.", example = "true") @Nullable Boolean active,

            @Text(value = "The host's own identifier; null for none.", max = 200, example = "u-4") @Nullable Patch<String> externalId) {}

    /** A team to be made. */
    record NewTeamJson(
            @Required @Text(value = "The name.", max = 200, example = "First line")
            String name,

            @Text("Its agents, by id.") @Nullable List<AgentId> members,

            @Text(value = "Whether only its members see its tickets.", example = "false") @Nullable Boolean membersOnly) {}

    /** A change of a team. */
    @MergePatch
    record TeamPatch(
            @Text(value = "The name.", max = 200, example = "Second line") @Nullable String name,

            @Text("All its agents from now on, by id.") @Nullable List<AgentId> members,

            @Text(value = "Whether only its members see its tickets.", example = "false") @Nullable Boolean membersOnly) {}

    /** A role to be made. */
    record NewRoleJson(
            @Required @Text(value = "The name in programs, which never changes.", example = "first_line")
            Role role,

            @Required @Text(value = "The name for people.", max = 200, example = "First line")
            String name,

            @Required @Text(value = "What it allows.", example = "ticket:read")
            List<Permission> permissions,

            @Text("Which tickets it is about; all where it is not said.") @Nullable TicketsJson tickets) {}

    /** A change of a role. */
    @MergePatch
    record RolePatch(
            @Text(value = "The name for people.", max = 200, example = "First level") @Nullable String name,

            @Text(value = "All that it allows from now on.", example = "ticket:read") @Nullable List<Permission> permissions,

            @Text("Which tickets it is about.") @Nullable TicketsJson tickets) {}

    /** Which tickets a role is about. */
    record TicketsJson(
            @Required
            @Text(
                    value = "All, those of the agent's teams and the agent's own, or those of organizations.",
                    example = "teams")
            TicketScope.Kind kind,

            @Text("Whose tickets, where they are told apart by organization, by id.") @Nullable List<OrganizationId> organizations) {}

    /** An API token to be made. */
    record NewApiTokenJson(
            @Required @Text(value = "What it is for.", max = 200, example = "web form")
            String name,

            @Text("The agent it acts as; none for a program of its own.") @Nullable AgentId agent,

            @Required @Text(value = "What it may do at most.", example = "agent")
            Role role,

            @Text(value = "After how many days it expires; never where it is not said.", example = "90") @Nullable Long expiresInDays,

            @Text(
                    value = "How many requests it may make per minute; as many as others where it is not said.",
                    example = "600")
            @Nullable Integer requestsPerMinute,

            @Text(
                    value =
                            "From which addresses it may be used, as 192.0.2.0/24 or 2001:db8::/32; from everywhere where it is not said.",
                    example = "192.0.2.0/24")
            @Nullable List<AddressRange> addressRanges) {}
}
