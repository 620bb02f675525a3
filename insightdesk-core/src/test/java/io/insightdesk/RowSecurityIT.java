package io.insightdesk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.devenv.servers.PostgresServer;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.testing.TestDatabase.As;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A forgotten tenant finds nothing, and another's row cannot be written: shown by raw JDBC, for all tables of the catalogue. */
class RowSecurityIT {

    /** Tables with a tenant's id that only the engine and definer functions read, partitions included. */
    private static final Pattern SYSTEM_TABLES =
            Pattern.compile("job|job_dead|job_batch|job_schedule|job_history(_.+)?|tenant_directory");

    private static final String THE_POLICY =
            "(tenant_id = (NULLIF(current_setting('insightdesk.tenant'::text, true), ''::text))::uuid)";

    private static final String TENANT_TABLES = """
            select c.relname, c.relispartition, c.relrowsecurity, c.relforcerowsecurity
            from pg_class c
            join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
            where c.relnamespace = 'insightdesk'::regnamespace and c.relkind in ('r', 'p')
            order by c.relname
            """;

    private static final String POLICIES = """
            select pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid), p.polcmd, p.polpermissive,
              p.polroles = '{0}'
            from pg_policy p
            where p.polrelid = ('insightdesk.' || ?)::regclass
            """;

    private record Table(String name, boolean partition, boolean enabled, boolean forced) {}

    @Test
    void everyTenantTableHasTheOnlyAllowedPolicyAndIsForced() throws SQLException {
        try (TestDatabase database = TestDatabase.fresh();
                Connection admin = database.admin().getConnection()) {
            assertThat(tables(admin)).hasSizeGreaterThan(20);
            assertThat(problems(admin)).isEmpty();
        }
    }

    @Test
    void whateverIsTakenAwayIsNoticed() throws SQLException {
        try (TestDatabase database = TestDatabase.fresh();
                Connection admin = database.admin().getConnection()) {
            admin.setAutoCommit(false);
            for (Table table : tables(admin)) {
                for (String harm : List.of(
                        "drop policy tenant_isolation on insightdesk.%s",
                        "alter table insightdesk.%s no force row level security",
                        "alter table insightdesk.%s disable row level security",
                        "alter policy tenant_isolation on insightdesk.%s using (true)",
                        "alter policy tenant_isolation on insightdesk.%s with check (true)",
                        "create policy another on insightdesk.%s using (true)")) {
                    Shop.execute(admin, harm.formatted(table.name()));
                    assertThat(problems(admin)).as(harm, table.name()).anyMatch(line -> line.startsWith(table.name()));
                    admin.rollback();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aForgottenTenantSeesNothingOnAReusedConnection(As as) throws SQLException {
        try (TestDatabase database = TestDatabase.fresh(as);
                Connection admin = database.admin().getConnection();
                Connection reused = database.dataSource().getConnection()) {
            TenantId a = database.tenant();
            TenantId b = database.newTenant();
            fill(admin, a);
            reused.setAutoCommit(false);
            for (Table table : tables(admin)) {
                if (table.partition()) {
                    continue;
                }
                String name = table.name();
                begin(reused, as, a.toString());
                assertThat(count(reused, name)).as(name + " with its tenant").isPositive();
                reused.commit();
                begin(reused, as, null);
                assertThat(count(reused, name))
                        .as(name + " with a forgotten tenant")
                        .isZero();
                reused.commit();
                begin(reused, as, b.toString());
                assertThat(count(reused, name))
                        .as(name + " with another tenant")
                        .isEqualTo(name.equals("tenant") ? 1 : 0);
                assertThatThrownBy(() -> copyRowOf(admin, reused, a, name))
                        .as(name)
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("42501"))
                        .hasMessageContaining("row-level security");
                reused.rollback();
            }
        }
    }

    @Test
    void partitionsOfTheEventLogCannotBeReadPastTheirParent() throws SQLException {
        try (TestDatabase database = TestDatabase.fresh();
                Connection admin = database.admin().getConnection()) {
            admin.setAutoCommit(false);
            for (Table table : tables(admin)) {
                if (table.partition()) {
                    Shop.execute(admin, "set local role " + TestDatabase.WORK_ROLE);
                    assertThatThrownBy(() -> count(admin, table.name()))
                            .as(table.name())
                            .isInstanceOfSatisfying(
                                    SQLException.class,
                                    e -> assertThat(e.getSQLState()).isEqualTo("42501"));
                    admin.rollback();
                }
            }
        }
    }

    /** A superuser's raw rows are never hidden; what counts is that the library does not work as one. */
    @ParameterizedTest
    @EnumSource
    void theLibraryWorksAsAUserWhomTheSecurityHolds(As as) throws SQLException {
        try (TestDatabase database = TestDatabase.fresh(as);
                Connection admin = database.admin().getConnection()) {
            fill(admin, database.tenant());
            TenantId b = database.newTenant();

            String user = database.database()
                    .run(
                            b.value(),
                            tx -> tx.query("select current_user::text")
                                    .mapTo(String.class)
                                    .one());
            int seen = database.database()
                    .run(
                            b.value(),
                            tx -> tx.query("select count(*) from {schema}.ticket")
                                    .mapTo(Integer.class)
                                    .one());

            assertThat(seen).isZero();
            if (as != As.USER) {
                assertThat(user).isEqualTo(TestDatabase.WORK_ROLE);
            }
            assertThat(user).isNotEqualTo(PostgresServer.SUPERUSER);
            assertThat(count(admin, "ticket")).isPositive();
        }
    }

    private static void begin(Connection connection, As as, @Nullable String tenant) throws SQLException {
        if (as != As.USER) {
            Shop.execute(connection, "set local role " + TestDatabase.WORK_ROLE);
        }
        if (tenant != null) {
            Shop.execute(connection, "set local insightdesk.tenant = '" + tenant + "'");
        }
    }

    private static List<Table> tables(Connection connection) throws SQLException {
        List<Table> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(TENANT_TABLES)) {
            while (row.next()) {
                Table table = new Table(row.getString(1), row.getBoolean(2), row.getBoolean(3), row.getBoolean(4));
                if (!SYSTEM_TABLES.matcher(table.name()).matches()) {
                    found.add(table);
                }
            }
        }
        return found;
    }

    private static List<String> problems(Connection connection) throws SQLException {
        List<String> problems = new ArrayList<>();
        for (Table table : tables(connection)) {
            if (!table.enabled() || !table.forced()) {
                problems.add(table.name() + " is not enabled or not forced");
            }
            int policies = 0;
            try (PreparedStatement statement = connection.prepareStatement(POLICIES)) {
                statement.setString(1, table.name());
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        policies++;
                        if (!THE_POLICY.equals(row.getString(1))
                                || !THE_POLICY.equals(row.getString(2))
                                || !"*".equals(row.getString(3))
                                || !row.getBoolean(4)
                                || !row.getBoolean(5)) {
                            problems.add(table.name() + " has the policy " + row.getString(1));
                        }
                    }
                }
            }
            if (policies != 1) {
                problems.add(table.name() + " has " + policies + " policies");
            }
        }
        return problems;
    }

    private static int count(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from insightdesk." + table)) {
            row.next();
            return row.getInt(1);
        }
    }

    /** Gives the tenant a row in every table, whatever the row may mean. */
    private static void fill(Connection admin, TenantId tenant) throws SQLException {
        Shop.execute(admin, "set session_replication_role = replica");
        Shop.execute(admin, """
                do $$
                declare
                  c record;
                begin
                  for c in select conrelid::regclass as target, conname from pg_constraint
                    where connamespace = 'insightdesk'::regnamespace and contype = 'c' and coninhcount = 0 loop
                    execute format('alter table %s drop constraint %I', c.target, c.conname);
                  end loop;
                end
                $$""");
        for (Table table : tables(admin)) {
            if (!table.partition() && !table.name().equals("tenant")) {
                Shop.execute(
                        admin,
                        "insert into insightdesk." + table.name() + " ("
                                + required(admin, table.name(), "quote_ident(attname)") + ") values ("
                                + required(admin, table.name(), value(tenant)) + ")");
            }
        }
        Shop.execute(admin, "reset session_replication_role");
    }

    private static String value(TenantId tenant) {
        return "case when attname = 'tenant_id' then quote_literal('" + tenant + "') "
                + "when atttypid = 'uuid'::regtype then 'gen_random_uuid()' "
                + "when atttypid = 'timestamptz'::regtype then 'now()' "
                + "when atttypid = 'jsonb'::regtype then '''{}''' "
                + "when atttypid = 'bytea'::regtype then '''x''' "
                + "when atttypid = 'boolean'::regtype then 'true' "
                + "when atttypid = 'text[]'::regtype then '''{}''' "
                + "else '''1''' end";
    }

    private static String required(Connection connection, String table, String expression) {
        return Shop.ask(
                connection,
                "select string_agg(" + expression + ", ', ' order by attnum) from pg_attribute "
                        + "where attrelid = 'insightdesk." + table + "'::regclass and attnum > 0 and not attisdropped "
                        + "and attnotnull and not atthasdef");
    }

    private static void copyRowOf(Connection admin, Connection other, TenantId tenant, String table)
            throws SQLException {
        String row = Shop.ask(
                admin,
                "select to_jsonb(t) from insightdesk." + table + " t where tenant_id = '" + tenant + "' limit 1");
        String columns = Shop.ask(
                admin,
                "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute where attrelid = 'insightdesk."
                        + table + "'::regclass and attnum > 0 and not attisdropped and attgenerated = ''");
        try (PreparedStatement insert = other.prepareStatement("insert into insightdesk." + table + " (" + columns
                + ") select " + columns + " from jsonb_populate_record(null::insightdesk." + table + ", ?::jsonb)")) {
            insert.setString(1, row);
            insert.executeUpdate();
        }
    }
}
