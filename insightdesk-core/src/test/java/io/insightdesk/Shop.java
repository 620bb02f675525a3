package io.insightdesk;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.insightdesk.devenv.servers.PostgresServer;
import io.insightdesk.event.Actor;
import io.insightdesk.event.Event;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.mail.Mailbox;
import io.insightdesk.mail.NewMailbox;
import io.insightdesk.mail.OutboundMail;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketListener;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.sql.DataSource;
import javax.sql.XAConnection;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/** A host application: it has tables of its own in {@code public}, its own way to transactions, and a listener that writes. */
final class Shop implements AutoCloseable {

    /** How a host comes to its transactions. */
    enum Kind {
        POOL,
        POOL_WITHOUT_AUTO_COMMIT,
        POOL_OF_ONE,
        DISTRIBUTED,
        OWN_ROLE
    }

    /** What a host does in a transaction. */
    @FunctionalInterface
    interface Work {
        void on(Connection connection) throws SQLException;
    }

    static final JobKind<String> PARCEL = new JobKind<>("shop.parcel", String.class);

    final Kind kind;
    final TestDatabase database = TestDatabase.fresh();
    final InsightDesk insightDesk;
    final InsightDesk otherNode;
    final TenantId tenant = database.tenant();
    final List<Event> seen = new CopyOnWriteArrayList<>();
    final List<String> parcels = new CopyOnWriteArrayList<>();
    final List<OutboundMail> mails = new CopyOnWriteArrayList<>();
    final List<Runnable> hooks = new ArrayList<>();
    final String role;

    /** What the listener does besides writing its row. */
    @Nullable Consumer<Connection> listening;

    private final DataSource connections;
    private final @Nullable HikariDataSource pool;

    Shop(Kind kind) {
        this.kind = kind;
        this.role = "clerk_" + UUID.randomUUID().toString().substring(0, 8);
        database.execute("create table public.orders (id text primary key, state text not null)");
        database.execute("create table public.audit (line text not null)");
        database.execute("create role " + role);
        database.execute("grant all on public.orders, public.audit to " + role);
        this.pool = kind == Kind.DISTRIBUTED ? null : pool();
        this.connections = pool == null ? database.dataSource() : pool;
        this.insightDesk = node(connections);
        this.otherNode = node(database.dataSource());
        Mailbox unused = desk().mailboxes().create(NewMailbox.of("help@shop.example", "Shop"));
    }

    private HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.admin());
        config.setMaximumPoolSize(kind == Kind.POOL_OF_ONE ? 1 : 4);
        config.setAutoCommit(kind != Kind.POOL_WITHOUT_AUTO_COMMIT);
        config.setConnectionTimeout(2_000);
        return new HikariDataSource(config);
    }

    private InsightDesk node(DataSource dataSource) {
        InsightDesk made = InsightDesk.builder()
                .dataSource(dataSource)
                .clock(database.clock())
                .ticketListener(new Auditor())
                .mailTransport(mails::add)
                .build();
        made.jobHandlers().register(PARCEL, (context, payload) -> parcels.add(payload));
        made.events().subscribe("shop", seen::add);
        return made;
    }

    Desk desk() {
        return insightDesk.tenant(tenant).as(Actor.system());
    }

    static NewTicket ticket(String subject) {
        return NewTicket.builder(subject).requester("ada@example.com", "Ada").build();
    }

    static NewJob parcel(String payload) {
        return NewJob.builder(PARCEL, payload).build();
    }

    void commit(Work work) throws Exception {
        inTransaction(work, true);
    }

    void rollBack(Work work) throws Exception {
        inTransaction(work, false);
    }

    private void inTransaction(Work work, boolean commit) throws Exception {
        if (kind == Kind.DISTRIBUTED) {
            distributed(work, commit);
        } else {
            local(work, commit);
        }
        if (commit) {
            hooks.forEach(Runnable::run);
        }
        hooks.clear();
    }

    private void local(Work work, boolean commit) throws SQLException {
        try (Connection connection = connections.getConnection()) {
            connection.setAutoCommit(false);
            if (kind == Kind.OWN_ROLE) {
                execute(connection, "set role " + role);
                connection.commit();
            }
            work.on(connection);
            if (commit) {
                connection.commit();
            } else {
                connection.rollback();
            }
            if (kind == Kind.OWN_ROLE) {
                execute(connection, "reset role");
                connection.commit();
            }
        }
    }

    private void distributed(Work work, boolean commit) throws SQLException, XAException {
        XAConnection xa = PostgresServer.shared()
                .xaDataSource(databaseName(), PostgresServer.SUPERUSER)
                .getXAConnection();
        try {
            XAResource resource = xa.getXAResource();
            Branch branch = new Branch(UUID.randomUUID());
            try (Connection connection = xa.getConnection()) {
                resource.start(branch, XAResource.TMNOFLAGS);
                work.on(connection);
                resource.end(branch, XAResource.TMSUCCESS);
            }
            resource.prepare(branch);
            if (commit) {
                resource.commit(branch, false);
            } else {
                resource.rollback(branch);
            }
        } finally {
            xa.close();
        }
    }

    private String databaseName() throws SQLException {
        try (Connection connection = database.admin().getConnection()) {
            return connection.getCatalog();
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static void order(Connection connection, String id) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into public.orders values (?, 'refunded')")) {
            insert.setString(1, id);
            insert.executeUpdate();
        }
    }

    static String ask(Connection connection, String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The role and settings that statements on the connection have. */
    static String standing(Connection connection) {
        return ask(
                connection,
                "select current_user || ' ' || current_setting('role') || ' ' "
                        + "|| coalesce(current_setting('insightdesk.tenant', true), '') || ' ' || current_setting('search_path') "
                        + "|| ' ' || current_setting('statement_timeout')");
    }

    /** Rows in a table as the superuser sees them, outside the host's transaction. */
    int rows(String table) {
        try (Connection connection = database.admin().getConnection()) {
            return Integer.parseInt(ask(connection, "select count(*) from " + table));
        } catch (SQLException e) {
            throw new IllegalStateException(table, e);
        }
    }

    @Override
    public void close() {
        insightDesk.close();
        otherNode.close();
        if (pool != null) {
            int lent = pool.getHikariPoolMXBean().getActiveConnections();
            pool.close();
            if (lent > 0) {
                throw new AssertionError(lent + " connections were not given back");
            }
        }
        database.execute("drop owned by " + role + "; drop role " + role);
        database.close();
    }

    private final class Auditor implements TicketListener {
        @Override
        public void created(Ticket ticket, Actor actor, Connection connection) {
            write(connection, "created " + ticket.subject());
        }

        @Override
        public void changed(Ticket before, Ticket after, Actor actor, Connection connection) {
            write(connection, "changed " + after.subject());
        }

        private void write(Connection connection, String line) {
            try (PreparedStatement insert = connection.prepareStatement("insert into public.audit values (?)")) {
                insert.setString(1, line);
                insert.executeUpdate();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            if (listening != null) {
                listening.accept(connection);
            }
        }
    }

    private record Branch(UUID id) implements Xid {
        @Override
        public int getFormatId() {
            return 1;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return ByteBuffer.allocate(16)
                    .putLong(id.getMostSignificantBits())
                    .putLong(id.getLeastSignificantBits())
                    .array();
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }
}
