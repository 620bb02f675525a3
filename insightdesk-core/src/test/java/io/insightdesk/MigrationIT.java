package io.insightdesk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.devenv.servers.PostgresServer;
import io.insightdesk.devenv.servers.PostgresServer.UserRight;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.event.Actor;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.ticket.Ticket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import javax.sql.DataSource;
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
                        tenant = insightDesk.tenants().create(NewTenant.of("first", "First")).id();
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
            assertThat(Shop.ask(
                            admin, "select count(*) - count(distinct script) from insightdesk.schema_history"))
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

    private static Desk desk(InsightDesk insightDesk, TenantId tenant) {
        return insightDesk.tenant(tenant).as(Actor.system());
    }

    private static void opens(InsightDesk insightDesk) {
        String slug = "t" + UUID.randomUUID().toString().replace("-", "");
        TenantId tenant = insightDesk.tenants().create(NewTenant.of(slug, "Any")).id();
        Ticket made = desk(insightDesk, tenant).tickets().create(Shop.ticket("Works"));
        assertThat(desk(insightDesk, tenant).tickets().get(made.id())).isEqualTo(made);
        assertThat(insightDesk.workers().runDue()).isNotNegative();
    }
}
