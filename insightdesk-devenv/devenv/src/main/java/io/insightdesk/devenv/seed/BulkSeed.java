package io.insightdesk.devenv.seed;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/**
 * Writes the larger demo data by COPY, in one transaction a tenant: what is interrupted leaves all of a tenant or nothing of it.
 * Rows are made a chunk of tickets at a time, so a million of them need no more memory than ten thousand. Not thread-safe.
 */
final class BulkSeed {
    /** How many tickets are in memory at once. */
    private static final int CHUNK = 5_000;

    private static final int PIECE = 64 * 1024;
    private static final List<SeedTable> PER_TICKET =
            List.of(SeedTable.TICKET, SeedTable.TICKET_TAG, SeedTable.MESSAGE, SeedTable.EVENT);

    private final Connection connection;
    private final String schema;
    private final Instant anchor;
    private final SeedListener listener;
    private final RowSecurity rowSecurity;
    private final CopyManager copies;
    private long ticketsDone;
    private long ticketsTotal;

    /** Works on a connection without autoCommit, which the caller closes. */
    BulkSeed(Connection connection, String schema, Instant anchor, SeedListener listener) throws SQLException {
        this.connection = connection;
        this.schema = schema;
        this.anchor = anchor;
        this.listener = listener;
        this.rowSecurity = RowSecurity.of(connection, schema);
        this.copies = connection.unwrap(PGConnection.class).getCopyAPI();
    }

    /** Makes those tenants that are not there, and answers them. */
    List<BulkTenant> run(List<BulkTenant> tenants) throws SQLException {
        ticketsTotal = tenants.stream().mapToLong(BulkTenant::tickets).sum();
        listener.progress("tickets", 0, ticketsTotal);
        makePartitions();
        connection.commit();
        List<BulkTenant> made = new ArrayList<>();
        for (BulkTenant tenant : tenants) {
            if (make(tenant)) {
                made.add(tenant);
            } else {
                ticketsDone += tenant.tickets();
                listener.progress("tickets", ticketsDone, ticketsTotal);
            }
            connection.commit();
        }
        if (!made.isEmpty()) {
            analyze();
        }
        return made;
    }

    /** Without a partition for its month an event would end in the default one, which an alert watches. */
    private void makePartitions() throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select " + schema + ".ensure_event_partitions(?, ?)")) {
            statement.setObject(
                    1, OffsetDateTime.ofInstant(anchor, ZoneOffset.UTC).minusMonths(12));
            statement.setInt(2, 13);
            statement.execute();
        }
    }

    private boolean make(BulkTenant tenant) throws SQLException {
        // Two seeds at once would both find nothing.
        lock(tenant.slug());
        if (exists(tenant.slug())) {
            return false;
        }
        TicketFactory factory = new TicketFactory(tenant, anchor);
        Company company = factory.company();
        SeedRows rows = new SeedRows(company.id());
        rowSecurity.lift(connection);
        rows.add(tenant, company);
        for (SeedTable table : SeedTable.values()) {
            if (!PER_TICKET.contains(table)) {
                copy(table, rows.of(table));
            }
        }
        rows.clear();
        while (factory.hasNext()) {
            int made = 0;
            for (; made < CHUNK && factory.hasNext(); made++) {
                rows.add(factory.next(), company);
            }
            for (SeedTable table : PER_TICKET) {
                copy(table, rows.of(table));
            }
            rows.clear();
            ticketsDone += made;
            listener.progress("tickets", ticketsDone, ticketsTotal);
        }
        rowSecurity.restore(connection);
        return true;
    }

    private void copy(SeedTable table, CopyBuffer buffer) throws SQLException {
        if (buffer.rows() == 0) {
            return;
        }
        int length = buffer.finish();
        CopyIn copy = copies.copyIn(table.copyInto(schema));
        try {
            for (int from = 0; from < length; from += PIECE) {
                copy.writeToCopy(buffer.bytes(), from, Math.min(PIECE, length - from));
            }
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private void lock(String slug) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select pg_advisory_xact_lock(hashtextextended(?, 0))")) {
            statement.setString(1, schema + " seed " + slug);
            statement.execute();
        }
    }

    private boolean exists(String slug) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select " + schema + ".tenant_id_by_slug(?) is not null")) {
            statement.setString(1, slug);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private void analyze() throws SQLException {
        SeedTable[] tables = SeedTable.values();
        listener.progress("statistics", 0, tables.length);
        for (int done = 0; done < tables.length; done++) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("analyze " + schema + "." + tables[done].tableName());
            }
            connection.commit();
            listener.progress("statistics", done + 1L, tables.length);
        }
    }
}
