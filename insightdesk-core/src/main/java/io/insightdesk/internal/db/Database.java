package io.insightdesk.internal.db;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.transaction.LocalTransactionHandler;
import org.jdbi.v3.core.transaction.TransactionHandler;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The library's transactions on the data source. The only place that takes connections; see {@link #on(Connection, Consumer)}
 * for a host's. Thread-safe.
 */
public final class Database implements Transactions {

    /** Of a host that does not tell of its commits. */
    public static final Consumer<Runnable> NO_HOOKS = action -> {};

    private static final Logger log = LoggerFactory.getLogger(Database.class);
    private static final int MAX_ATTEMPTS = 6;

    /** Where the log ends. A server in recovery writes none, so nobody has replayed as much. */
    static final String LOG_END = "case when pg_is_in_recovery() then 9223372036854775807 "
            + "else (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint end";

    private final DataSource dataSource;
    private final @Nullable DataSource listenDataSource;
    private final String schema;
    private final @Nullable String workRole;
    private final boolean mayBypassRowSecurity;
    private final @Nullable Replica replica;
    private final Terms own;
    private final Jdbi jdbi;
    private final DirectStatements direct;
    private final Counter cutOff;
    // Hands a connection to Jdbi inside open(); set and cleared there, in one call.
    @SuppressWarnings("ThreadLocalUsage") // Several instances may live in one JVM, so it cannot be static.
    private final ThreadLocal<Connection> handedOver = new ThreadLocal<>();

    /**
     * Makes the transactions.
     *
     * @param workRole the role to switch to in a tenant's transactions; null to work as the data source's user
     */
    public Database(DataSource dataSource, String schema, @Nullable String workRole, MeterRegistry meters) {
        this(dataSource, null, schema, workRole, false, null, meters);
    }

    /**
     * Makes the transactions.
     *
     * @param listenDataSource for the connection that listens to notifications; null to take it from the data source
     * @param workRole the role to switch to in a tenant's transactions; null to work as the data source's user
     * @param mayBypassRowSecurity whether a host's connection is taken even where row-level security does not hold
     * @param replica for reads; null for none
     */
    public Database(
            DataSource dataSource,
            @Nullable DataSource listenDataSource,
            String schema,
            @Nullable String workRole,
            boolean mayBypassRowSecurity,
            @Nullable Replica replica,
            MeterRegistry meters) {
        this.mayBypassRowSecurity = mayBypassRowSecurity;
        this.dataSource = dataSource;
        this.listenDataSource = listenDataSource;
        this.schema = schema;
        this.workRole = workRole;
        this.replica = replica;
        this.own = new Terms(dataSource, workRole, null, null, Connection::commit);
        this.jdbi = Jdbi.create(new HandedOverConnections());
        jdbi.installPlugin(new PostgresPlugin());
        jdbi.setTransactionHandler(new NoTransactionHandler());
        SchemaNames schemaNames = new SchemaNames(schema);
        QueryTimes times = new QueryTimes(meters);
        this.direct = new DirectStatements(schemaNames, times);
        this.cutOff = Counter.builder("insightdesk.db.statements.cut.off")
                .description(
                        "Transactions that ended because a statement took too long, or was cancelled in the database")
                .register(meters);
        // Arguments are what people wrote; in the message of an exception they would be logged.
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(StatementExceptions.MessageRendering.NONE);
        jdbi.getConfig(SqlStatements.class)
                .setTemplateEngine((template, context) -> schemaNames.render(template))
                .setSqlLogger(times)
                .setUnusedBindingAllowed(true);
    }

    /** The schema that holds the library's tables. */
    public String schema() {
        return schema;
    }

    @Nullable String workRole() {
        return workRole;
    }

    boolean mayBypassRowSecurity() {
        return mayBypassRowSecurity;
    }

    @Override
    public boolean joinsAnother() {
        return false;
    }

    @Override
    public <T extends @Nullable Object> T run(UUID tenant, TxWork<T> work) {
        return retrying(() -> once(tenant, own, work));
    }

    /** Runs work on system tables, across tenants, as the data source's own user; no row of a tenant can be seen. */
    public <T extends @Nullable Object> T system(TxWork<T> work) {
        return retrying(() -> once(null, own, work));
    }

    /**
     * The same transactions for what somebody waits for, in which a statement may not take long. {@link #run} itself is for background
     * work, which is not cut off.
     *
     * @param statement how long a statement may take; zero for as long as it likes
     */
    public Transactions limitedTo(Duration statement) {
        StatementTimeout timeout = StatementTimeout.atMost(statement);
        return timeout == null ? this : new LimitedTransactions(this, timeout);
    }

    /**
     * The same transactions as {@link #limitedTo} for one caller, whose reads may go to the replica.
     *
     * @param seen what the caller has written and seen; learns of more
     * @param statement how long a statement may take; zero for as long as it likes
     */
    public Transactions followedBy(SeenPosition seen, Duration statement) {
        return replica == null
                ? limitedTo(statement)
                : new FollowedTransactions(this, replica, seen, StatementTimeout.atMost(statement));
    }

    /** Has a caller see all that is committed by now. */
    public void catchUp(SeenPosition seen) {
        if (replica != null) {
            seen.reached(logEnd());
        }
    }

    /** Whether there is a replica to read from. */
    public boolean hasReplica() {
        return replica != null;
    }

    /** What is wrong with the replica, for people; empty where all is well or there is none. */
    public Optional<String> replicaProblem() {
        return replica == null ? Optional.empty() : replica.problem(this::logEnd);
    }

    /** Where the primary's log ends; greater than any position on a server that is in recovery itself. */
    long logEnd() {
        return single(tx -> tx.query("select " + LOG_END).mapTo(Long.class).one());
    }

    /** On which connection a transaction runs, as which role, on what condition, and how it is ended. */
    record Terms(
            DataSource source,
            @Nullable String role,
            @Nullable Condition condition,
            @Nullable StatementTimeout timeout,
            Ending ending) {}

    /** How a transaction is committed. */
    @FunctionalInterface
    interface Ending {
        void commit(Connection connection) throws SQLException;
    }

    /** Runs work once or, after collisions, more often in a transaction that is ended in a way of its own. */
    <T extends @Nullable Object> T run(UUID tenant, @Nullable StatementTimeout timeout, Ending ending, TxWork<T> work) {
        Terms terms = new Terms(dataSource, workRole, null, timeout, ending);
        return retrying(() -> once(tenant, terms, work));
    }

    /** Runs work that only reads at the replica. */
    <T extends @Nullable Object> T readAt(
            Replica.Visit visit, DataSource source, UUID tenant, @Nullable StatementTimeout timeout, TxWork<T> work)
            throws SQLException {
        return once(tenant, new Terms(source, visit.role(), visit, timeout, Connection::commit), work);
    }

    /** Runs work that only reads in a transaction of a tenant in which all statements see one instant of the database. */
    public <T extends @Nullable Object> T snapshot(UUID tenant, TxWork<T> work) {
        return retrying(() -> frozen(tenant, work));
    }

    private <T extends @Nullable Object> T frozen(UUID tenant, TxWork<T> work) throws SQLException {
        Connection connection = dataSource.getConnection();
        boolean autoCommit = true;
        try {
            autoCommit = connection.getAutoCommit();
            // Asking for the isolation would begin a transaction, in which it could not be changed.
            connection.setAutoCommit(true);
            int isolation = connection.getTransactionIsolation();
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            try {
                return commit(connection, tenant, own, work);
            } finally {
                restoreAutoCommit(connection, true);
                connection.setTransactionIsolation(isolation);
            }
        } finally {
            restoreAutoCommit(connection, autoCommit);
            connection.close();
        }
    }

    /**
     * Runs one statement on system tables as {@link #system} does, without the trips to the server that begin and end a
     * transaction around several. Nothing can be done after its commit.
     */
    public <T extends @Nullable Object> T single(TxWork<T> statement) {
        return retrying(() -> alone(statement));
    }

    /** A connection that listens to a channel until it is closed. */
    public SignalConnection listen(String channel) {
        DataSource source = listenDataSource == null ? dataSource : listenDataSource;
        try {
            return SignalConnection.listen(source.getConnection(), channel);
        } catch (SQLException e) {
            throw SqlErrors.translate(e);
        }
    }

    /** Whether a data source of its own gives the connection that listens. */
    public boolean listensApart() {
        return listenDataSource != null;
    }

    /** Transactions that are part of a host's open one, in which a statement may take as long as the host says. */
    public Transactions on(Connection connection, Consumer<Runnable> hooks) {
        return on(connection, hooks, Duration.ZERO);
    }

    /**
     * Transactions that are part of a host's open one.
     *
     * @param statement how long a statement of the library may take there, where the host allows no less; zero for as long as the host
     *     says
     */
    public Transactions on(Connection connection, Consumer<Runnable> hooks, Duration statement) {
        return new HostTransactions(this, connection, hooks, StatementTimeout.atMost(statement));
    }

    /** One attempt at some work. */
    @FunctionalInterface
    private interface Attempt<T extends @Nullable Object> {
        T make() throws SQLException;
    }

    private <T extends @Nullable Object> T retrying(Attempt<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.make();
            } catch (SQLException e) {
                if (attempt == MAX_ATTEMPTS || !SqlErrors.isRetryable(e)) {
                    throw failure(e);
                }
            } catch (RuntimeException e) {
                if (attempt == MAX_ATTEMPTS || !SqlErrors.isRetryable(e)) {
                    throw failure(e);
                }
            }
            pause(attempt);
        }
    }

    /** The failure in the library's own terms where it has one, counted where a statement was cut off. */
    RuntimeException failure(Throwable failure) {
        if (SqlErrors.isCutOff(failure)) {
            cutOff.increment();
        }
        return SqlErrors.translate(failure);
    }

    /** Transactions that collided once collide again when they start again together. */
    private static void pause(int attempt) {
        LockSupport.parkNanos(Duration.ofMillis(ThreadLocalRandom.current().nextLong(1, 5L << attempt))
                .toNanos());
    }

    private <T extends @Nullable Object> T once(@Nullable UUID tenant, Terms terms, TxWork<T> work)
            throws SQLException {
        Connection connection = terms.source().getConnection();
        boolean autoCommit = false;
        boolean usable = false;
        try {
            autoCommit = connection.getAutoCommit();
            if (autoCommit) {
                connection.setAutoCommit(false);
            }
            usable = true;
            return commit(connection, tenant, terms, work);
        } finally {
            if (usable && autoCommit) {
                restoreAutoCommit(connection, true);
            }
            connection.close();
        }
    }

    private <T extends @Nullable Object> T alone(TxWork<T> statement) throws SQLException {
        Connection connection = dataSource.getConnection();
        boolean changed = false;
        try {
            if (!connection.getAutoCommit()) {
                connection.setAutoCommit(true);
                changed = true;
            }
            try (Handle handle = open(connection)) {
                OwnTx tx = new OwnTx(handle, direct, null, connection, Scoping.SESSION);
                T result = statement.run(tx);
                if (!tx.afterCommit().isEmpty()) {
                    throw new IllegalStateException("what is to follow a commit needs a transaction");
                }
                return result;
            }
        } finally {
            if (changed) {
                restoreAutoCommit(connection, false);
            }
            connection.close();
        }
    }

    private <T extends @Nullable Object> T commit(
            Connection connection, @Nullable UUID tenant, Terms terms, TxWork<T> work) throws SQLException {
        T result;
        List<Runnable> afterCommit;
        Scoping scoping = tenant == null ? Scoping.SESSION : Scoping.of(terms.role(), tenant, terms.timeout());
        try (Handle handle =
                open(tenant == null ? connection : ScopedConnection.wrap(connection, scoping, terms.condition()))) {
            OwnTx tx = new OwnTx(handle, direct, tenant, connection, scoping);
            result = work.run(tx);
            afterCommit = tx.afterCommit();
        } catch (Throwable failure) {
            try {
                connection.rollback();
            } catch (SQLException e) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
        terms.ending().commit(connection);
        afterCommit.forEach(Database::runSafely);
        return result;
    }

    private static void runSafely(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            // The work is committed; what hastens its consequences must not make it look failed.
            log.warn("An action after a commit failed; polling will find the work", e);
        }
    }

    private static void restoreAutoCommit(Connection connection, boolean before) {
        try {
            connection.setAutoCommit(before);
        } catch (SQLException e) {
            // A broken connection; the pool finds out when it is given back.
            log.debug("A connection could not be set back to autoCommit {}", before, e);
        }
    }

    DirectStatements direct() {
        return direct;
    }

    Handle open(Connection connection) {
        handedOver.set(connection);
        try {
            return jdbi.open();
        } finally {
            handedOver.remove();
        }
    }

    private final class HandedOverConnections implements ConnectionFactory {
        @Override
        public Connection openConnection() {
            Connection connection = handedOver.get();
            if (connection == null) {
                throw new IllegalStateException("connections are taken by Database only");
            }
            return connection;
        }

        @Override
        public void closeConnection(Connection connection) {
            // Whoever took the connection gives it back.
        }
    }

    /** Jdbi neither begins nor ends a transaction here, nor guesses from autoCommit whether there is one. */
    private static final class NoTransactionHandler extends LocalTransactionHandler {
        @Override
        public boolean isInTransaction(Handle handle) {
            return false;
        }

        @Override
        public void begin(Handle handle) {
            throw new IllegalStateException("transactions are begun by Database only");
        }

        @Override
        public TransactionHandler specialize(Handle handle) {
            return this;
        }
    }

    /** The database's clock; also tells whether the database answers. */
    public Instant now() {
        return system(
                tx -> tx.query("select clock_timestamp()").mapTo(Instant.class).one());
    }

    /** Under which role tenants' rows are touched, for the line at the start. */
    public String describeRole() {
        return workRole == null ? "working as the data source's user" : "working as role " + workRole;
    }
}
