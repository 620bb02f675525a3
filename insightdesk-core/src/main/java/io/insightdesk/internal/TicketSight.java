package io.insightdesk.internal;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * Which tickets there are for an actor, as a condition of the statement that reads them: what is not seen is not found, pages stay
 * full, and no second statement is needed.
 *
 * @param customer the customer who asks; null for somebody who answers
 * @param agent whose teams count; null for nobody's
 * @param onlyTeams whether only the agent's teams' tickets, and the agent's own
 * @param organizations only whose tickets; null for all
 * @param membersOnly whether also those of private teams that the agent is no member of
 */
public record TicketSight(
        @Nullable UUID customer,
        @Nullable UUID agent,
        boolean onlyTeams,
        @Nullable Set<UUID> organizations,
        boolean membersOnly) {

    /** All tickets. */
    public static final TicketSight ALL = new TicketSight(null, null, false, null, true);

    private static final String OF_CUSTOMER = """

              and (t.requester_id = :sightCustomer or t.organization_id = (
                select c.organization_id
                from {schema}.customer c
                join {schema}.organization o on o.tenant_id = c.tenant_id and o.id = c.organization_id and o.shared_tickets
                where c.tenant_id = :tenant and c.id = :sightCustomer))
            """;

    private static final String OF_TEAMS = """

              and (t.assignee_id = :sightAgent or t.team_id = any(array(
                select m.team_id
                from {schema}.team_member m
                where m.tenant_id = :tenant and m.agent_id = :sightAgent)))
            """;

    private static final String OF_ORGANIZATIONS = """

              and t.organization_id = any(:sightOrganizations)
            """;

    // The teams are looked up once for each statement, and compared by row.
    private static final String NOT_PRIVATE = """

              and (t.team_id is null or t.team_id <> all(array(
                select p.id
                from {schema}.team p
                where p.tenant_id = :tenant and p.members_only and not exists (
                  select
                  from {schema}.team_member m
                  where m.tenant_id = p.tenant_id and m.team_id = p.id and m.agent_id = :sightAgent))))
            """;

    /** Copies the organizations. */
    public TicketSight {
        organizations = organizations == null ? null : Set.copyOf(organizations);
    }

    /** What a customer sees. */
    public static TicketSight ofCustomer(UUID customer) {
        return new TicketSight(customer, null, false, null, true);
    }

    /** Whether nothing is hidden. */
    public boolean isAll() {
        return customer == null && !onlyTeams && organizations == null && membersOnly;
    }

    /** Whether rows other than the ticket's own decide what is seen, such as who is in which team. */
    public boolean dependsOnOthers() {
        return customer != null || onlyTeams || !membersOnly;
    }

    /** What both see, for the same agent. */
    public TicketSight and(TicketSight other) {
        Set<UUID> both = organizations == null ? other.organizations : organizations;
        if (organizations != null && other.organizations != null) {
            both = new HashSet<>(organizations);
            both.retainAll(other.organizations);
        }
        return new TicketSight(
                customer == null ? other.customer : customer,
                agent == null ? other.agent : agent,
                onlyTeams || other.onlyTeams,
                both,
                membersOnly && other.membersOnly);
    }

    /** What goes behind a {@code where} on {@code ticket t}; empty where nothing is hidden. Names {@code :tenant}. */
    public String condition() {
        StringBuilder sql = new StringBuilder();
        if (customer != null) {
            sql.append(OF_CUSTOMER);
        }
        if (onlyTeams) {
            sql.append(OF_TEAMS);
        }
        if (organizations != null) {
            sql.append(OF_ORGANIZATIONS);
        }
        if (!membersOnly) {
            sql.append(NOT_PRIVATE);
        }
        return sql.toString();
    }

    /** The same for a row of another table that has the ticket in a column. */
    public String conditionOn(String column) {
        return isAll()
                ? ""
                : "\n  and exists (select from {schema}.ticket t where t.tenant_id = :tenant and t.id = " + column
                        + condition() + ")\n";
    }

    /** Binds what the condition names. */
    public <S extends SqlStatement<S>> S bind(S statement) {
        if (customer != null) {
            statement.bind("sightCustomer", customer);
        }
        if (onlyTeams || !membersOnly) {
            statement.bindByType("sightAgent", agent, UUID.class);
        }
        if (organizations != null) {
            statement.bindArray("sightOrganizations", UUID.class, organizations);
        }
        return statement;
    }
}
