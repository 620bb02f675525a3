package io.insightdesk.internal.db;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A streaming replica that reads may go to. It is used only while it is one, is of the same cluster, holds row-level security, has
 * replayed what the reader has seen, and is not further behind than is allowed; whatever else happens, reads go to the primary.
 * Thread-safe.
 */
public final class Replica {

    /** How long no read tries a replica that did not answer or may not be used. */
    static final Duration REST_AFTER_FAILURE = Duration.ofSeconds(5);

    /** How long no read tries a replica that is too far behind for everybody. */
    static final Duration REST_WHEN_LAGGING = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Replica.class);

    private static final String REPLAYED = """
            pg_is_in_recovery(), (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint""";
    private static final String IDENTITY =
            "select system_identifier || '/' || current_database() from pg_control_system()";

    private final DataSource dataSource;
    private final DataSource primary;
    private final String schema;
    private final String workRole;
    private final boolean mayBypassRowSecurity;
    private final Duration maxLag;
    private final LongSupplier nanoTime;
    private final RecentPositions positions;
    private final Map<Target, Counter> counters = new EnumMap<>(Target.class);
    private final ReentrantLock asking = new ReentrantLock();
    private final ReentrantLock deciding = new ReentrantLock();
    private volatile @Nullable Admission admission;
    private volatile @Nullable Rest rest;

    /** Where a read went, and why there. */
    private enum Target {
        REPLICA("replica", "none"),
        UNKNOWN("primary", "unknown"),
        BEHIND("primary", "behind"),
        FAILED("primary", "failed"),
        RESTING("primary", "resting");

        final String target;
        final String reason;

        Target(String target, String reason) {
            this.target = target;
            this.reason = reason;
        }
    }

    /** That it may be used: as which role. */
    private record Admission(@Nullable String role) {}

    /** That it is left alone, until when and why. */
    private record Rest(long until, Target because, String problem) {}

    /**
     * What a read needs for going to the replica.
     *
     * @param role the role to switch to; null to work as the data source's user
     * @param position what must have been replayed for this reader
     * @param floor what must have been replayed for any
     */
    record Visit(@Nullable String role, long position, long floor) implements Condition {

        @Override
        public String columns() {
            return REPLAYED;
        }

        @Override
        public void check(ResultSet row, int first) throws SQLException {
            if (!row.getBoolean(first)) {
                throw new ReplicaBehindException(NO_REPLICA, true);
            }
            long replayed = row.getLong(first + 1);
            if (row.wasNull() || replayed < floor) {
                throw new ReplicaBehindException("The replica is too far behind the primary.", true);
            }
            if (replayed < position) {
                throw new ReplicaBehindException("The replica has not replayed what this reader has seen.", false);
            }
        }
    }

    private static final String NO_REPLICA =
            "The read data source does not lead to a replica: its server is not in recovery.";

    /**
     * Makes it; nothing is asked yet.
     *
     * @param dataSource leads to the replica
     * @param primary leads to what it is a replica of
     * @param workRole the role to switch to where the replica's user needs one
     * @param mayBypassRowSecurity whether it is used even where row-level security does not hold
     * @param maxLag how old what is read from it may be
     */
    public Replica(
            DataSource dataSource,
            DataSource primary,
            String schema,
            String workRole,
            boolean mayBypassRowSecurity,
            Duration maxLag,
            MeterRegistry meters) {
        this(dataSource, primary, schema, workRole, mayBypassRowSecurity, maxLag, meters, System::nanoTime);
    }

    Replica(
            DataSource dataSource,
            DataSource primary,
            String schema,
            String workRole,
            boolean mayBypassRowSecurity,
            Duration maxLag,
            MeterRegistry meters,
            LongSupplier nanoTime) {
        this.dataSource = dataSource;
        this.primary = primary;
        this.schema = schema;
        this.workRole = workRole;
        this.mayBypassRowSecurity = mayBypassRowSecurity;
        this.maxLag = maxLag;
        this.nanoTime = nanoTime;
        this.positions = new RecentPositions(maxLag);
        Arrays.stream(Target.values())
                .forEach(target -> counters.put(
                        target,
                        Counter.builder("insightdesk.db.reads")
                                .description("Reads that may go to the replica, by where they went and why")
                                .tag("target", target.target)
                                .tag("reason", target.reason)
                                .register(meters)));
    }

    DataSource dataSource() {
        return dataSource;
    }

    /** A moment, for {@link #primaryEndedAt}. */
    long nanoTime() {
        return nanoTime.getAsLong();
    }

    /** Learns where the primary's log ended. */
    void primaryEndedAt(long position, long askedAt) {
        positions.learn(position, askedAt);
    }

    /**
     * Whether a reader may try the replica, and on what terms.
     *
     * @param seen what the reader has seen
     * @param primaryEnd asks the primary where its log ends
     */
    Optional<Visit> visit(long seen, LongSupplier primaryEnd) {
        if (seen == SeenPosition.UNKNOWN) {
            return refuse(Target.UNKNOWN);
        }
        Rest pause = rest;
        if (pause != null && nanoTime.getAsLong() - pause.until() < 0) {
            return refuse(pause.because() == Target.BEHIND ? Target.BEHIND : Target.RESTING);
        }
        Admission admitted = admission;
        if (admitted == null) {
            // Whoever comes while it is looked at does not wait.
            if (!deciding.tryLock()) {
                return refuse(Target.RESTING);
            }
            try {
                admitted = admission == null ? decide() : admission;
            } finally {
                deciding.unlock();
            }
            if (admitted == null) {
                return refuse(Target.RESTING);
            }
        }
        return Optional.of(new Visit(admitted.role(), seen, floor(primaryEnd)));
    }

    private Optional<Visit> refuse(Target because) {
        count(because);
        return Optional.empty();
    }

    /** Asks the primary about ten times within the time that the replica may be behind, by whoever comes then. */
    private long floor(LongSupplier primaryEnd) {
        OptionalLong known = positions.floor(nanoTime.getAsLong());
        if (known.isPresent()) {
            if (!positions.isDue(nanoTime.getAsLong()) || !asking.tryLock()) {
                return known.getAsLong();
            }
        } else {
            asking.lock();
        }
        try {
            long now = nanoTime.getAsLong();
            if (positions.isDue(now)) {
                positions.learn(primaryEnd.getAsLong(), now);
            }
            // Empty when the primary took longer to answer than the replica may be behind: then nothing is good enough.
            return positions.floor(nanoTime.getAsLong()).orElse(Long.MAX_VALUE);
        } finally {
            asking.unlock();
        }
    }

    /** A read was answered by the replica. */
    void answered() {
        rest = null;
        count(Target.REPLICA);
    }

    /** A read could not be answered by the replica, and goes to the primary. */
    void failed(Throwable failure) {
        SQLException sql = SqlErrors.sqlException(failure);
        if (sql instanceof ReplicaBehindException behind) {
            count(Target.BEHIND);
            if (behind.lagging()) {
                pause(REST_WHEN_LAGGING, Target.BEHIND, String.valueOf(behind.getMessage()));
            }
            return;
        }
        count(Target.FAILED);
        String state = sql == null ? null : sql.getSQLState();
        if (sql != null && SqlErrors.isConnectionTrouble(sql)) {
            pause(REST_AFTER_FAILURE, Target.FAILED, "The replica does not answer (SQLSTATE " + state + ").");
            // Another server may answer next time.
            admission = null;
        } else {
            // A conflict with what is replayed, or a schema that is not there yet; the primary's answer tells whether
            // it is more.
            log.info("A read failed at the replica (SQLSTATE {}) and goes to the primary", state);
        }
    }

    private void pause(Duration time, Target because, String problem) {
        Rest before = rest;
        rest = new Rest(nanoTime.getAsLong() + time.toNanos(), because, problem);
        if (before == null || !before.problem().equals(problem)) {
            log.warn("Reads go to the primary: {}", problem);
        }
    }

    private void count(Target target) {
        Counter counter = counters.get(target);
        if (counter != null) {
            counter.increment();
        }
    }

    /**
     * Finds out how the replica is doing, and has reads try it again when it is well.
     *
     * @param primaryEnd asks the primary where its log ends
     * @return what is wrong, for people, without secrets; empty when all is well
     */
    Optional<String> problem(LongSupplier primaryEnd) {
        deciding.lock();
        try {
            Admission admitted = decide();
            if (admitted == null) {
                Rest pause = rest;
                return Optional.of(pause == null ? "The replica cannot be used." : pause.problem());
            }
            long floor = floor(primaryEnd);
            try (Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select " + REPLAYED)) {
                row.next();
                new Visit(null, SeenPosition.UNKNOWN, floor).check(row, 1);
                endRead(connection);
            }
            rest = null;
            return Optional.empty();
        } catch (ReplicaBehindException e) {
            pause(REST_WHEN_LAGGING, Target.BEHIND, e.getMessage() + lagSentence());
            return Optional.of(e.getMessage() + lagSentence());
        } catch (SQLException e) {
            failed(e);
            return Optional.of("The replica does not answer (SQLSTATE " + e.getSQLState() + ").");
        } finally {
            deciding.unlock();
        }
    }

    private String lagSentence() {
        return String.format(Locale.ROOT, " It may be %d s behind.", maxLag.toSeconds());
    }

    /** Looks whether it may be used, and as which role; null, and a pause, where not. */
    private @Nullable Admission decide() {
        admission = null;
        try {
            String there = identity(dataSource);
            String here = identity(primary);
            if (!there.equals(here)) {
                pause(
                        REST_AFTER_FAILURE,
                        Target.FAILED,
                        "The read data source leads to another database than the data source: cluster and database are "
                                + there + ", not " + here + ".");
                return null;
            }
            Roles.Decision decision = Roles.decide(dataSource, schema, workRole);
            if (decision.problem().isPresent() && !mayBypassRowSecurity) {
                pause(
                        REST_AFTER_FAILURE,
                        Target.FAILED,
                        "At the replica: " + decision.problem().get());
                return null;
            }
            Admission admitted = new Admission(decision.switchTo().orElse(null));
            admission = admitted;
            return admitted;
        } catch (SQLException | RuntimeException e) {
            SQLException sql = SqlErrors.sqlException(e);
            if (sql == null) {
                throw e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
            }
            log.debug("The replica cannot be looked at", e);
            pause(
                    REST_AFTER_FAILURE,
                    Target.FAILED,
                    "The replica does not answer (SQLSTATE " + sql.getSQLState() + ").");
            return null;
        }
    }

    private static String identity(DataSource of) throws SQLException {
        try (Connection connection = of.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(IDENTITY)) {
            row.next();
            String found = row.getString(1);
            endRead(connection);
            return found;
        }
    }

    private static void endRead(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
    }
}
