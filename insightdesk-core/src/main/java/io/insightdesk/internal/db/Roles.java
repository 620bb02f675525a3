package io.insightdesk.internal.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/** Finds out under which role the library has to work so that row-level security holds. */
public final class Roles {

    private static final String FACTS = """
            select current_user as name,
              c.relowner = (select oid from pg_roles where rolname = current_user)
                or pg_has_role(current_user, c.relowner, 'usage') as owner,
              (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as bypasses,
              row_security_active(c.oid) as active,
              exists (select from pg_roles where rolname = ?) as role_exists,
              coalesce((
                select pg_has_role(current_user, oid,
                  case when current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end)
                from pg_roles
                where rolname = ?), false) as member,
              coalesce((select rolsuper or rolbypassrls from pg_roles where rolname = ?), false) as role_bypasses
            from pg_class c
            where c.oid = to_regclass(?)
            """;

    private Roles() {}

    /**
     * The decision, or what stands against it.
     *
     * @param switchTo the role to switch to; empty to work as the data source's user
     * @param problem why row-level security cannot hold, with the remedy; empty when it holds
     */
    public record Decision(Optional<String> switchTo, Optional<String> problem) {}

    /** Decides for the user of a data source. */
    public static Decision decide(DataSource dataSource, String schema, String workRole) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(FACTS)) {
            statement.setString(1, workRole);
            statement.setString(2, workRole);
            statement.setString(3, workRole);
            statement.setString(4, schema + ".ticket");
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return refuse("The schema '" + schema + "' holds no InsightDesk tables; run the migration first.");
                }
                return decide(row, schema, workRole);
            } finally {
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
            }
        } catch (SQLException e) {
            throw SqlErrors.translate(e);
        }
    }

    private static Decision decide(ResultSet row, String schema, String workRole) throws SQLException {
        String user = row.getString("name");
        if (row.getBoolean("active") && !row.getBoolean("owner") && !row.getBoolean("bypasses")) {
            return new Decision(Optional.empty(), Optional.empty());
        }
        if (!row.getBoolean("role_exists")) {
            return refuse("The database user '" + user
                    + "' owns the tables or bypasses row-level security, and the role '"
                    + workRole + "' to work as does not exist. As a database administrator: create role " + workRole
                    + " nologin; grant " + workRole + " to " + user + "; call " + schema + ".grant_work('" + workRole
                    + "');");
        }
        if (!row.getBoolean("member")) {
            return refuse("The database user '" + user + "' may not switch to the role '" + workRole
                    + "'. As a database administrator: grant " + workRole + " to " + user + ";");
        }
        if (row.getBoolean("role_bypasses")) {
            return refuse("The role '" + workRole
                    + "' bypasses row-level security. Choose another with workRole(…), or: alter role " + workRole
                    + " nosuperuser nobypassrls;");
        }
        return new Decision(Optional.of(workRole), Optional.empty());
    }

    private static Decision refuse(String problem) {
        return new Decision(Optional.empty(), Optional.of(problem));
    }
}
