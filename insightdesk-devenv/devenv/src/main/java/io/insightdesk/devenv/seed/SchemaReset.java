package io.insightdesk.devenv.seed;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Drops the library's schema and nothing else, in the caller's transaction. */
final class SchemaReset {
    private static final Duration LOCK_WAIT = Duration.ofSeconds(10);
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final int SHOWN = 10;

    private static final String OWNER = """
            select pg_get_userbyid(nspowner)
            from pg_namespace
            where nspname = ? and nspowner <> (select oid from pg_roles where rolname = current_user)
            """;

    // The library protects each table of tenants by a policy of this name; the others are listed.
    private static final String NOT_THE_LIBRARYS = """
            select c.relname
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = ?
              and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
              and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant_isolation')
              and c.relname not in ('schema_history', 'tenant_directory', 'signing_key', 'event_subscription',
                'job', 'job_worker', 'job_dead', 'job_history', 'job_queue', 'job_paused_kind', 'job_batch', 'job_key',
                 'job_rate', 'job_schedule', 'any_job', 'tenant_suspension', 'tenant_deletion',
                 'tenant_request_limit', 'rate_limit')
              and not exists (
                select from pg_inherits i where i.inhrelid = c.oid and i.inhparent = to_regclass(n.nspname || '.job_history'))
            order by 1
            """;

    // Everything of others that a cascade could take along.
    private static final String OUTSIDE = """
            with outside as (
              select oid
              from pg_namespace
              where nspname <> ? and nspname <> 'information_schema' and nspname not like 'pg\\_%'
            ), relation as (
              select oid
              from pg_class
              where relnamespace in (select oid from outside)
            )
            select pg_describe_object('pg_class'::regclass, oid, 0) from relation
            union all
            select pg_describe_object('pg_class'::regclass, attrelid, attnum)
            from pg_attribute where attrelid in (select oid from relation) and attnum > 0 and not attisdropped
            union all
            select pg_describe_object('pg_attrdef'::regclass, oid, 0)
            from pg_attrdef where adrelid in (select oid from relation)
            union all
            select pg_describe_object('pg_constraint'::regclass, oid, 0)
            from pg_constraint where connamespace in (select oid from outside)
            union all
            select pg_describe_object('pg_trigger'::regclass, oid, 0)
            from pg_trigger where tgrelid in (select oid from relation) and not tgisinternal
            union all
            select pg_describe_object('pg_rewrite'::regclass, oid, 0)
            from pg_rewrite where ev_class in (select oid from relation)
            union all
            select pg_describe_object('pg_policy'::regclass, oid, 0)
            from pg_policy where polrelid in (select oid from relation)
            union all
            select pg_describe_object('pg_proc'::regclass, oid, 0)
            from pg_proc where pronamespace in (select oid from outside)
            union all
            select pg_describe_object('pg_type'::regclass, oid, 0)
            from pg_type where typnamespace in (select oid from outside)
            union all
            select pg_describe_object('pg_publication_rel'::regclass, oid, 0) from pg_publication_rel
            union all
            select pg_describe_object('pg_extension'::regclass, oid, 0) from pg_extension
            """;

    // Who may read jobs works as an engine; the owner and the role that only works for tenants are made by the
    // migration.
    private static final String ENGINES = """
            select distinct pg_get_userbyid(acl.grantee)
            from pg_class c
            cross join aclexplode(c.relacl) acl
            where c.oid = to_regclass(?) and acl.privilege_type = 'SELECT' and acl.grantee not in (0, c.relowner)
            """;

    private final Connection connection;
    private final String schema;

    SchemaReset(Connection connection, String schema) {
        this.connection = connection;
        this.schema = schema;
    }

    /** Drops the schema and makes it anew, empty; answers the users who were allowed to run the library in it. */
    Set<String> drop() throws SQLException {
        List<String> otherOwner = Schemas.strings(connection, OWNER, schema);
        if (!otherOwner.isEmpty()) {
            throw new SeedRefusedException("The schema '" + schema + "' belongs to '" + otherOwner.get(0)
                    + "', who could not use it after a reset by somebody else. Connect as that user.");
        }
        List<String> notOurs = Schemas.strings(connection, NOT_THE_LIBRARYS, schema);
        if (!notOurs.isEmpty()) {
            throw new SeedRefusedException("The schema '" + schema + "' also holds what is not the library's: "
                    + listed(notOurs) + ". Move it to another schema, or drop it yourself.");
        }
        Set<String> engines = new TreeSet<>(Schemas.strings(connection, ENGINES, schema + ".job"));
        Set<String> outside = outside();
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local lock_timeout = '" + LOCK_WAIT.toMillis() + "ms'");
            statement.execute("drop schema if exists " + schema + " cascade");
            statement.execute("create schema " + schema);
        } catch (SQLException e) {
            throw explained(e);
        }
        outside.removeAll(outside());
        if (!outside.isEmpty()) {
            throw new SeedRefusedException("With the schema '" + schema + "' would go what is not the library's: "
                    + listed(List.copyOf(outside)) + ". Drop it yourself first, and make it again afterwards.");
        }
        return engines;
    }

    private SQLException explained(SQLException e) {
        if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
            throw new SeedRefusedException(
                    "Others used the tables of the schema '" + schema + "' for more than " + LOCK_WAIT.toSeconds()
                            + " s. Stop the servers that work on this database, and repeat.",
                    e);
        }
        if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
            throw new SeedRefusedException(
                    "This user may not make the schema '" + schema + "' again (" + e.getMessage()
                            + "). As a database administrator: grant create on database … to this user.",
                    e);
        }
        return e;
    }

    private Set<String> outside() throws SQLException {
        return new TreeSet<>(Schemas.strings(connection, OUTSIDE, schema));
    }

    private static String listed(List<String> all) {
        String shown = String.join(", ", all.subList(0, Math.min(SHOWN, all.size())));
        return all.size() <= SHOWN ? shown : shown + " and " + (all.size() - SHOWN) + " more";
    }

    /** Allows users to run the library, as they were before. */
    static void grant(Connection connection, String schema, Set<String> roles) throws SQLException {
        for (String role : roles) {
            try (PreparedStatement statement =
                    connection.prepareStatement("call " + schema + ".grant_engine(?::name)")) {
                statement.setString(1, role);
                statement.execute();
            }
        }
    }
}
