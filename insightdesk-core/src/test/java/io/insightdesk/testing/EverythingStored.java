package io.insightdesk.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;

/** All that a database holds, table by table as the catalogue lists them, contents of blobs included. */
public final class EverythingStored {

    private static final String TABLES = """
            select c.oid::regclass::text, string_agg(
              case when a.atttypid = 'bytea'::regtype then format('encode(%I, ''escape'')', a.attname) else format('%I::text', a.attname) end,
              ', ' order by a.attnum)
            from pg_class c
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where c.relnamespace = 'insightdesk'::regnamespace and c.relkind = 'r'
            group by c.oid
            order by 1
            """;

    private EverythingStored() {}

    /**
     * The tables that hold a word, in whatever case.
     *
     * @param superuser who sees all rows
     */
    public static List<String> tablesWith(DataSource superuser, String word) throws SQLException {
        List<String> found = new ArrayList<>();
        String wanted = word.toLowerCase(Locale.ROOT);
        try (Connection connection = superuser.getConnection();
                Statement tables = connection.createStatement();
                ResultSet table = tables.executeQuery(TABLES)) {
            while (table.next()) {
                String name = table.getString(1);
                try (Statement rows = connection.createStatement();
                        ResultSet row =
                                rows.executeQuery("select concat_ws(' ', " + table.getString(2) + ") from " + name)) {
                    boolean holds = false;
                    while (row.next()) {
                        holds |= row.getString(1).toLowerCase(Locale.ROOT).contains(wanted);
                    }
                    if (holds) {
                        found.add(name);
                    }
                }
            }
        }
        return found;
    }
}
