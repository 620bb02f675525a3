package io.insightdesk;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
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
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.stream.Stream;
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
    void aHostWithoutALoggerIsNotSpokenToByFlyway() throws Exception {
        String classPath = Stream.of(
                        System.getProperty("java.class.path"), System.getProperty("surefire.test.class.path", ""))
                .flatMap(path -> Stream.of(path.split(File.pathSeparator)))
                .filter(path -> !path.contains("logback"))
                .collect(joining(File.pathSeparator));
        Process host = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        SilentHost.class.getName(),
                        server.jdbcUrl(name),
                        owner,
                        workRole)
                .redirectErrorStream(true)
                .start();
        List<String> said;
        try (BufferedReader output = host.inputReader()) {
            said = output.lines().toList();
        }
        assertThat(host.waitFor()).as("%s", said).isZero();
        assertThat(said).as("no logger was found").anyMatch(line -> line.startsWith("SLF4J"));
        assertThat(said)
                .filteredOn(line -> !line.startsWith("SLF4J"))
                .as("what is said besides slf4j's own hint")
                .containsExactly(SilentHost.BUILT);
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

    /** On a populated schema, as an owner whom the forced security holds. Without Flyway, which is hidden in the jar. */
    @Test
    void theRowsOfOlderRolesStayAndOthersBecomePossible() throws SQLException, IOException {
        String tenant = UUID.randomUUID().toString();
        String agent = """
                insert into insightdesk.agent (tenant_id, id, name, email, role, created_at, updated_at)
                values ('%s', gen_random_uuid(), 'x', '%s@old.example', '%2$s', now(), now())""";
        try (Connection connection = as(owner).getConnection()) {
            Shop.execute(connection, "create schema insightdesk");
            for (String script : List.of(
                    "V1__tenants_and_rights",
                    "V2__people",
                    "V3__events_jobs_and_blobs",
                    "V4__tickets_and_conversations")) {
                Shop.execute(connection, script(script));
            }
            Shop.execute(connection, "set insightdesk.tenant = '" + tenant + "'");
            Shop.execute(connection, """
                    insert into insightdesk.tenant (tenant_id, slug, name, created_at, updated_at)
                    values ('%s', 'old', 'Old', now(), now())""".formatted(tenant));
            for (String role : List.of("admin", "agent", "viewer")) {
                Shop.execute(connection, agent.formatted(tenant, role));
            }
            Shop.execute(connection, """
                    insert into insightdesk.api_token (tenant_id, id, name, role, secret_hash, hint, created_at)
                    values ('%s', gen_random_uuid(), 'x', 'admin', '', 'x', now())""".formatted(tenant));
            assertThatThrownBy(() -> Shop.execute(connection, agent.formatted(tenant, "first_line")))
                    .hasMessageContaining("agent_role_check");

            Shop.execute(connection, script("V11__roles"));

            Shop.execute(connection, agent.formatted(tenant, "first_line"));
            assertThat(Shop.ask(connection, "select string_agg(role, ' ' order by role) from insightdesk.agent"))
                    .isEqualTo("admin agent first_line viewer");
            assertThat(Shop.ask(connection, "select string_agg(role, ' ') from insightdesk.api_token"))
                    .isEqualTo("admin");
            assertThatThrownBy(() -> Shop.execute(connection, agent.formatted(tenant, "1st")))
                    .hasMessageContaining("agent_role_check");
        }
    }

    private static String script(String name) throws IOException {
        try (InputStream in = requireNonNull(
                MigrationIT.class.getResourceAsStream("/io/insightdesk/db/migration/" + name + ".sql"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("${schema}", "insightdesk");
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
