package io.insightdesk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.devenv.servers.PostgresServer;
import io.insightdesk.devenv.servers.PostgresServer.UserRight;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.ApiToken;
import io.insightdesk.identity.ApiTokenQuery;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewRole;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.ticket.Ticket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code build()} does to a database, as users who are no superusers. */
class MigrationIT {

    private final PostgresServer server = PostgresServer.shared();
    private final String suffix = UUID.randomUUID().toString().substring(0, 8);
    private final String name = "migration_" + suffix;
    private final String owner = "owner_" + suffix;
    private final String workRole = "work_" + suffix;

    @BeforeEach
    void make() {
        server.createUser(owner, UserRight.CREATEROLE);
        server.createDatabaseOwnedBy(name, owner);
    }

    @AfterEach
    void drop() {
        server.dropDatabase(name);
    }

    private DataSource as(String user) {
        return server.dataSource(name, user);
    }

    private InsightDesk.Builder builder(String user) {
        return InsightDesk.builder().dataSource(as(user)).workRole(workRole);
    }

    @Test
    void twoNodesMayStartAtOnceOnAnEmptySchemaAndOnAPopulatedOne() throws Exception {
        TenantId tenant = null;
        Ticket ticket = null;
        for (int round = 0; round < 2; round++) {
            List<Callable<InsightDesk>> nodes = new ArrayList<>();
            for (int node = 0; node < 2; node++) {
                nodes.add(() -> builder(owner).build());
            }
            for (Future<InsightDesk> started : TicketRaceIT.together(nodes)) {
                try (InsightDesk insightDesk = started.get()) {
                    if (tenant == null || ticket == null) {
                        tenant = insightDesk
                                .tenants()
                                .create(NewTenant.of("first", "First"))
                                .id();
                        ticket = desk(insightDesk, tenant).tickets().create(Shop.ticket("Kept"));
                    }
                    assertThat(desk(insightDesk, tenant).tickets().get(ticket.id()))
                            .isEqualTo(ticket);
                }
            }
        }
        try (Connection admin = as(PostgresServer.SUPERUSER).getConnection()) {
            assertThat(Shop.ask(admin, "select count(*) from insightdesk.schema_history where not success"))
                    .isEqualTo("0");
            assertThat(Shop.ask(admin, "select count(*) - count(distinct script) from insightdesk.schema_history"))
                    .as("no script ran twice")
                    .isEqualTo("0");
        }
    }

    @Test
    void withoutMigrationAMissingSchemaIsSaidInSoManyWords() {
        assertThatThrownBy(() -> builder(owner).migrate(MigrationMode.VALIDATE).build())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("run the migration first");
        assertThatThrownBy(() -> builder(owner).migrate(MigrationMode.NONE).build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("run the migration first");
        builder(owner).build().close();
        builder(owner).migrate(MigrationMode.VALIDATE).build().close();
        builder(owner).migrate(MigrationMode.NONE).build().close();
    }

    @Test
    void anOwnerWhoMayNotMakeRolesIsToldWhatAnAdministratorHasToRun() throws SQLException {
        server.createUser(owner);
        String remedy = "";
        try {
            builder(owner).build().close();
        } catch (InvalidInputException e) {
            remedy = String.valueOf(e.getMessage());
        }
        assertThat(remedy).contains("As a database administrator: ");

        try (Connection admin = as(PostgresServer.SUPERUSER).getConnection()) {
            Shop.execute(admin, remedy.substring(remedy.indexOf("create role"), remedy.lastIndexOf(';') + 1));
        }

        try (InsightDesk insightDesk = builder(owner).build()) {
            opens(insightDesk);
        }
    }

    @Test
    void aUserWhoOwnsNothingWorksAsItselfOnceTheEngineIsGranted() throws SQLException {
        builder(owner).build().close();
        String user = "user_" + suffix;
        server.createUser(user);
        try (Connection connection = as(owner).getConnection()) {
            Shop.execute(connection, "call insightdesk.grant_engine('" + user + "')");
        }
        for (MigrationMode mode : List.of(MigrationMode.VALIDATE, MigrationMode.NONE)) {
            try (InsightDesk insightDesk = builder(user).migrate(mode).build()) {
                opens(insightDesk);
            }
        }
        try (InsightDesk insightDesk =
                builder(user).migrationDataSource(as(owner)).build()) {
            opens(insightDesk);
        }
    }

    /** On a populated schema, as an owner whom the forced security holds. */
    @Test
    void rolesOfARowOfTheOldSchemaKeepWorking() throws SQLException {
        Flyway.configure()
                .dataSource(as(owner))
                .locations("classpath:io/insightdesk/db/migration")
                .schemas("insightdesk")
                .createSchemas(true)
                .table("schema_history")
                .placeholders(Map.of("schema", "insightdesk", "workRole", workRole))
                // What is repeatable belongs to this release.
                .repeatableSqlMigrationPrefix("none")
                .target("8")
                .load()
                .migrate();
        TenantId tenant = new TenantId(UUID.randomUUID());
        try (Connection connection = as(owner).getConnection()) {
            Shop.execute(connection, "set insightdesk.tenant = '" + tenant + "'");
            Shop.execute(connection, """
                    insert into insightdesk.tenant (tenant_id, slug, name, created_at, updated_at)
                    values ('%s', 'old', 'Old', now(), now())""".formatted(tenant));
            for (Role role : List.of(Role.ADMIN, Role.AGENT, Role.VIEWER)) {
                Shop.execute(connection, """
                        insert into insightdesk.agent (tenant_id, id, name, email, role, created_at, updated_at)
                        values ('%s', gen_random_uuid(), 'x', '%s@old.example', '%s', now(), now())"""
                        .formatted(tenant, role, role));
            }
            Shop.execute(connection, """
                    insert into insightdesk.api_token (tenant_id, id, name, role, secret_hash, hint, created_at)
                    values ('%s', gen_random_uuid(), 'x', 'admin', '', 'x', now())""".formatted(tenant));
        }

        try (InsightDesk insightDesk = builder(owner).build()) {
            Desk system = desk(insightDesk, tenant);
            for (Role role : List.of(Role.ADMIN, Role.AGENT, Role.VIEWER)) {
                Agent agent = system.agents().findByEmail(role + "@old.example").orElseThrow();
                assertThat(agent.role()).isEqualTo(role);
                assertThat(insightDesk.tenant(tenant).as(agent.actor()).permissions())
                        .isEqualTo(system.roles().get(role).permissions());
            }
            assertThat(system.apiTokens().list(ApiTokenQuery.all()).items())
                    .extracting(ApiToken::role)
                    .containsExactly(Role.ADMIN);
            Role own = Role.of("first_line");
            system.roles().create(NewRole.of(own, "First line", Permission.TICKET_READ));
            assertThat(system.agents()
                            .create(NewAgent.of("x", "y@old.example", own))
                            .role())
                    .isEqualTo(own);
        }
    }

    private static Desk desk(InsightDesk insightDesk, TenantId tenant) {
        return insightDesk.tenant(tenant).as(Actor.system());
    }

    private static void opens(InsightDesk insightDesk) {
        String slug = "t" + UUID.randomUUID().toString().replace("-", "");
        TenantId tenant =
                insightDesk.tenants().create(NewTenant.of(slug, "Any")).id();
        Ticket made = desk(insightDesk, tenant).tickets().create(Shop.ticket("Works"));
        assertThat(desk(insightDesk, tenant).tickets().get(made.id())).isEqualTo(made);
        assertThat(insightDesk.workers().runDue()).isNotNegative();
    }
}
