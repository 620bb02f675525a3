package io.insightdesk;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.HostUser;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewRole;
import io.insightdesk.identity.NewTeam;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.Team;
import io.insightdesk.identity.TicketScope;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.Tenants;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.testing.TestDatabase.As;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How often a call goes to the database: what is executed, and the commit. The driver sends "begin" along with the first. */
class StatementCountIT {

    private final List<String> trips = new CopyOnWriteArrayList<>();

    @ParameterizedTest
    @EnumSource
    void toGetATicketIsOneRoundTripAndTheCommit(As as) {
        try (TestDatabase database = TestDatabase.fresh(as);
                InsightDesk insightDesk = InsightDesk.builder()
                        .dataSource(counting(database.dataSource()))
                        .migrate(MigrationMode.VALIDATE)
                        .build()) {
            Desk system = insightDesk.tenant(database.tenant()).as(Actor.system());
            Ticket ticket = system.tickets().create(Shop.ticket("Counted"));
            Desk agents = insightDesk
                    .tenant(database.tenant())
                    .as(new HostUser("grace", "Grace", "grace@shop.example", Role.AGENT));
            Role firstLine = Role.of("first_line");
            system.roles()
                    .create(new NewRole(firstLine, "First line", Set.of(Permission.TICKET_READ), TicketScope.TEAMS));
            Agent scoped = system.agents().create(NewAgent.of("Ann", "ann@shop.example", firstLine));
            Team team = system.teams().create(new NewTeam("Team", List.of(scoped.id()), true));
            Ticket shared = system.tickets()
                    .create(NewTicket.builder("Scoped")
                            .requester(ticket.requester())
                            .team(team.id())
                            .build());
            Desk teams = insightDesk.tenant(database.tenant()).as(scoped.actor());
            assertThat(teams.tickets().get(shared.id())).isEqualTo(shared);
            trips.clear();
            assertThat(teams.tickets().get(shared.id())).isEqualTo(shared);
            assertThat(trips).as("in the scope of a role").containsExactly("execute", "commit");

            Ticket warm = agents.tickets().get(ticket.id());
            Desk customer = insightDesk
                    .tenant(database.tenant())
                    .as(system.customers().get(ticket.requester()).actor());
            for (Desk desk : List.of(system, agents, customer)) {
                trips.clear();
                assertThat(desk.tickets().get(ticket.id())).isEqualTo(warm);
                assertThat(trips).containsExactly("execute", "commit");
            }
        }
    }

    @Test
    void whichTenantHasASlugIsAskedOnceInAWhile() {
        try (TestDatabase database = TestDatabase.fresh();
                InsightDesk insightDesk = InsightDesk.builder()
                        .dataSource(counting(database.dataSource()))
                        .migrate(MigrationMode.VALIDATE)
                        .build()) {
            Tenants tenants = insightDesk.tenants();
            Tenant tenant = tenants.get(database.tenant());
            Set<TenantId> unused = tenants.suspended();
            trips.clear();
            assertThat(tenants.findIdBySlug(tenant.slug())).contains(tenant.id());
            assertThat(trips).as("the first time").containsExactly("execute", "commit");
            trips.clear();
            assertThat(tenants.findIdBySlug(tenant.slug().toUpperCase(Locale.ROOT)))
                    .contains(tenant.id());
            for (String none : List.of("", "a b", "x".repeat(100_000), "nul\0", "\u212Aelvin")) {
                assertThat(tenants.findIdBySlug(none)).isEmpty();
            }
            assertThat(trips).as("what is known, and what can be no slug").isEmpty();

            // Long before the five seconds are over.
            assertThat(tenants.findIdBySlug("soon-there")).isEmpty();
            Tenant made = tenants.create(NewTenant.of("soon-there", "Soon"));
            assertThat(tenants.findIdBySlug("soon-there")).contains(made.id());

            Tenant suspended = tenants.suspend(made.id());
            assertThat(suspended.active()).isFalse();
            for (int i = 0; i < 2; i++) {
                trips.clear();
                assertThat(tenants.findIdBySlug("soon-there")).contains(made.id());
                assertThat(trips).as("nothing is remembered of it").contains("execute");
            }
        }
    }

    private DataSource counting(DataSource real) {
        return proxy(DataSource.class, real);
    }

    private <T> T proxy(Class<T> type, Object real) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    String name = method.getName();
                    if (real instanceof Statement && name.startsWith("execute")) {
                        trips.add(name);
                    } else if (real instanceof Connection && (name.equals("commit") || name.equals("rollback"))) {
                        trips.add(name);
                    }
                    Object result;
                    try {
                        result = method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (name.equals("unwrap")) {
                        return result;
                    }
                    if (result instanceof Connection) {
                        return proxy(Connection.class, result);
                    }
                    if (result instanceof PreparedStatement && real instanceof Connection) {
                        return proxy(PreparedStatement.class, result);
                    }
                    return result instanceof Statement && real instanceof Connection
                            ? proxy(Statement.class, result)
                            : result;
                }));
    }
}
