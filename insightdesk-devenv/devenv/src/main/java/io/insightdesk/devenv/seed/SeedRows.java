package io.insightdesk.devenv.seed;

import static java.util.Objects.requireNonNull;

import io.insightdesk.devenv.seed.Company.Agent;
import io.insightdesk.devenv.seed.Company.Customer;
import io.insightdesk.devenv.seed.Company.Organization;
import io.insightdesk.devenv.seed.Company.Team;
import io.insightdesk.devenv.seed.SeedTicket.Event;
import io.insightdesk.devenv.seed.SeedTicket.Message;
import io.insightdesk.devenv.seed.SeedTicket.Who;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of one tenant on their way into its tables, to be written table by table. Not thread-safe. */
final class SeedRows {
    private final UUID tenant;
    private final Map<SeedTable, CopyBuffer> buffers = new EnumMap<>(SeedTable.class);

    SeedRows(UUID tenant) {
        this.tenant = tenant;
        for (SeedTable table : SeedTable.values()) {
            buffers.put(table, new CopyBuffer());
        }
    }

    /** Returns what there is for a table. */
    CopyBuffer of(SeedTable table) {
        return requireNonNull(buffers.get(table), table.name());
    }

    void clear() {
        buffers.values().forEach(CopyBuffer::clear);
    }

    /** Adds the tenant, its people and its counters. */
    void add(BulkTenant plan, Company company) {
        long at = company.createdAt();
        row(SeedTable.TENANT).text(plan.slug()).text(plan.name()).time(at).time(at);
        for (Agent agent : company.agents()) {
            row(SeedTable.AGENT)
                    .uuid(agent.id())
                    .text(agent.name())
                    .text(agent.email())
                    .text(agent.role())
                    .time(at)
                    .time(at);
        }
        company.teams().forEach((name, team) -> add(name, team, at));
        row(SeedTable.MAILBOX)
                .uuid(company.mailbox().id())
                .text(company.mailbox().address())
                .text(plan.name())
                .time(at)
                .time(at);
        for (Organization organization : company.organizations()) {
            row(SeedTable.ORGANIZATION)
                    .uuid(organization.id())
                    .text(organization.name())
                    .time(at)
                    .time(at);
            row(SeedTable.ORGANIZATION_DOMAIN).text(organization.domain()).uuid(organization.id());
        }
        company.customers().forEach(this::add);
        company.tags()
                .forEach((name, id) -> row(SeedTable.TAG).uuid(id).text(name).time(at));
        row(SeedTable.TICKET_NUMBER).bigint(plan.tickets());
    }

    private void add(String name, Team team, long at) {
        row(SeedTable.TEAM).uuid(team.id()).text(name).time(at).time(at);
        for (Agent member : team.members()) {
            row(SeedTable.TEAM_MEMBER).uuid(team.id()).uuid(member.id());
        }
    }

    private void add(Customer customer) {
        Organization organization = customer.organization();
        row(SeedTable.CUSTOMER)
                .uuid(customer.id())
                .text(customer.name())
                .uuid(organization == null ? null : organization.id())
                .time(customer.createdAt())
                .time(customer.createdAt());
        for (int position = 0; position < customer.addresses().size(); position++) {
            row(SeedTable.CUSTOMER_ADDRESS)
                    .text(customer.addresses().get(position))
                    .uuid(customer.id())
                    .integer(position);
        }
    }

    /** Adds a ticket with its tags, messages and events. */
    void add(SeedTicket ticket, Company company) {
        Organization organization = ticket.requester().organization();
        Agent assignee = ticket.assignee();
        Team team = ticket.team();
        row(SeedTable.TICKET)
                .uuid(ticket.id())
                .bigint(ticket.number())
                .text(ticket.subject())
                .text(ticket.status())
                .text(ticket.priority())
                .text(ticket.channel())
                .uuid(ticket.requester().id())
                .uuid(organization == null ? null : organization.id())
                .uuid(assignee == null ? null : assignee.id())
                .uuid(team == null ? null : team.id())
                .uuid(mailbox(ticket, company))
                .bigint(ticket.events().size())
                .time(ticket.createdAt())
                .time(ticket.updatedAt())
                .time(ticket.resolvedAt())
                .time(ticket.closedAt())
                .bigint(ticket.events().size());
        for (UUID tag : ticket.tags()) {
            row(SeedTable.TICKET_TAG).uuid(ticket.id()).uuid(tag);
        }
        for (Message message : ticket.messages()) {
            add(ticket, message);
        }
        for (int seq = 1; seq <= ticket.events().size(); seq++) {
            add(ticket, seq, ticket.events().get(seq - 1));
        }
    }

    private static @Nullable UUID mailbox(SeedTicket ticket, Company company) {
        return ticket.channel().equals("email") ? company.mailbox().id() : null;
    }

    private void add(SeedTicket ticket, Message message) {
        Who author = message.author();
        row(SeedTable.MESSAGE)
                .uuid(message.id())
                .uuid(ticket.id())
                .text(message.kind())
                .text(author.type())
                .uuid(author.id())
                .text(author.name())
                .text(author.email())
                .text(ticket.subject())
                .text(message.text())
                .text(message.text())
                .time(message.at());
    }

    private void add(SeedTicket ticket, int seq, Event event) {
        Who actor = event.actor();
        row(SeedTable.EVENT)
                .uuid(event.id())
                .uuid(ticket.id())
                .bigint(seq)
                .text(event.type())
                .integer(1)
                .json(event.payload())
                .text(actor.type())
                .uuid(actor.id())
                .text(actor.name())
                .text(actor.via())
                .time(event.at());
    }

    private CopyBuffer row(SeedTable table) {
        return of(table).row(table.columnCount()).uuid(tenant);
    }
}
