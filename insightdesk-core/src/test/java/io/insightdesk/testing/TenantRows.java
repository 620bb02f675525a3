package io.insightdesk.testing;

import io.insightdesk.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;

/** What the database holds of a tenant, read by the superuser from every table that the catalogue knows. */
public final class TenantRows {

    private static final String TABLES = """
            select c.relname, (
              select min(a.attname)
              from pg_attribute a
              where a.attrelid = c.oid and a.attname in ('tenant_id', 'tenant') and not a.attisdropped)
            from pg_class c
            where c.relnamespace = 'insightdesk'::regnamespace and c.relkind = 'r'
            order by 1
            """;

    private final DataSource admin;

    private record Table(
            String name, @org.jspecify.annotations.Nullable String column) {}

    /** Reads as a superuser. */
    public TenantRows(DataSource admin) {
        this.admin = admin;
    }

    /** A hash of all rows of a tenant, by table; tables without any are left out. */
    public Map<String, String> of(TenantId tenant) throws SQLException {
        return read(tenant, "count(*), md5(string_agg(t::text, E'\\n' order by t::text))", true);
    }

    /** How many rows a tenant has, by table; tables without any are left out. */
    public Map<String, Long> counts(TenantId tenant) throws SQLException {
        Map<String, Long> counts = new TreeMap<>();
        read(tenant, "count(*), null", true)
                .forEach((table, count) -> counts.put(table, Long.valueOf(count.substring(0, count.indexOf(' ')))));
        return counts;
    }

    /** How many rows hold the tenant's identifier in any column, by table; tables without any are left out. */
    public Map<String, Long> thatMention(TenantId tenant) throws SQLException {
        Map<String, Long> counts = new TreeMap<>();
        read(tenant, "count(*), null", false)
                .forEach((table, count) -> counts.put(table, Long.valueOf(count.substring(0, count.indexOf(' ')))));
        return counts;
    }

    private Map<String, String> read(TenantId tenant, String what, boolean byColumn) throws SQLException {
        Map<String, String> found = new TreeMap<>();
        try (Connection connection = admin.getConnection()) {
            for (Table table : tables(connection)) {
                if (byColumn && table.column() == null) {
                    continue;
                }
                String where = byColumn ? "t." + table.column() + "::text = ?" : "strpos(t::text, ?) > 0";
                try (PreparedStatement statement = connection.prepareStatement(
                        "select " + what + " from insightdesk." + table.name() + " t where " + where)) {
                    statement.setString(1, tenant.toString());
                    try (ResultSet row = statement.executeQuery()) {
                        row.next();
                        if (row.getLong(1) > 0) {
                            found.put(table.name(), row.getLong(1) + " " + row.getString(2));
                        }
                    }
                }
            }
        }
        return found;
    }

    private static List<Table> tables(Connection connection) throws SQLException {
        List<Table> tables = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(TABLES);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                tables.add(new Table(row.getString(1), row.getString(2)));
            }
        }
        return tables;
    }
}
