package io.insightdesk.limit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.insightdesk.InsightDesk;
import io.insightdesk.MigrationMode;
import io.insightdesk.limit.RateBucket;
import io.insightdesk.limit.RateLimit;
import io.insightdesk.limit.RateLimiter;
import io.insightdesk.testing.Race;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.testing.TestDatabase.As;
import io.insightdesk.testing.TestValkey;
import io.insightdesk.testing.TestValkeyCluster;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two nodes count together: in PostgreSQL, in a Valkey, and while it is killed. */
class RateLimitsIT {

    private static final int LIMIT = 200;
    /** A day's limit: what flows in during a test is less than one. */
    private static final RateLimit DAILY = new RateLimit(LIMIT, Duration.ofDays(1));
    /** Two blocks for each of two nodes. */
    private static final int SLACK = 2 * 2 * LIMIT / LocalBucket.BLOCKS;

    private static final TestDatabase database = TestDatabase.fresh(As.USER);
    private static final TestValkey valkey = new TestValkey();
    private static final AtomicInteger KEYS = new AtomicInteger();

    @BeforeAll
    static void sayWhichItIs() {
        System.out.println("Valkey: " + valkey.program());
    }

    @AfterAll
    static void end() {
        valkey.close();
        database.close();
    }

    private static InsightDesk node(@Nullable String uri, MeterRegistry meters) {
        InsightDesk.Builder builder = InsightDesk.builder()
                .dataSource(database.dataSource())
                .meterRegistry(meters)
                .migrate(MigrationMode.VALIDATE);
        return uri == null ? builder.build() : builder.valkey(uri).build();
    }

    private static RateBucket newBucket() {
        return new RateBucket("test", "key " + KEYS.incrementAndGet(), DAILY);
    }

    private static int allowed(RateLimiter limiter, RateBucket bucket, int times) {
        int allowed = 0;
        for (int i = 0; i < times; i++) {
            allowed += limiter.take(List.of(bucket)).allowed() ? 1 : 0;
        }
        return allowed;
    }

    private static int together(RateBucket bucket, InsightDesk... nodes) throws Exception {
        AtomicInteger threads = new AtomicInteger();
        return Race.of(8, () -> {
                    InsightDesk node = nodes[threads.getAndIncrement() % nodes.length];
                    return allowed(node.rateLimiter(), bucket, LIMIT);
                })
                .stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    private static double failures(MeterRegistry meters, String store) {
        return meters.get("insightdesk.limit.store.failures")
                .tag("store", store)
                .counter()
                .count();
    }

    @Test
    void twoNodesOnOneDatabaseAllowTheLimitTogether() throws Exception {
        MeterRegistry meters = new SimpleMeterRegistry();
        try (InsightDesk one = node(null, meters);
                InsightDesk two = node(null, new SimpleMeterRegistry())) {
            for (int round = 0; round < 5; round++) {
                assertThat(together(newBucket(), one, two)).isBetween(LIMIT, LIMIT + SLACK);
            }
            assertThat(failures(meters, "postgresql")).isZero();
            assertThat(rows()).isPositive();
        }
    }

    @Test
    void whatOneNodeUsedTheOtherKnowsSoon() {
        try (InsightDesk one = node(null, new SimpleMeterRegistry());
                InsightDesk two = node(null, new SimpleMeterRegistry())) {
            RateBucket bucket = newBucket();
            assertThat(allowed(one.rateLimiter(), bucket, LIMIT)).isEqualTo(LIMIT);
            await().untilAsserted(() -> assertThat(balance()).isLessThan(1));
            assertThat(allowed(two.rateLimiter(), bucket, LIMIT)).isLessThanOrEqualTo(LIMIT / LocalBucket.BLOCKS);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLimitThatChangesHoldsAtOnceAndWhatWasUsedStaysUsed(boolean inValkey) {
        try (InsightDesk one = node(inValkey ? valkey.uri() : null, new SimpleMeterRegistry())) {
            if (inValkey) {
                connect(one);
            }
            RateBucket before = newBucket();
            RateBucket raised =
                    new RateBucket(before.policy(), before.key(), new RateLimit(LIMIT + 40, Duration.ofDays(1)));
            RateBucket lowered =
                    new RateBucket(before.policy(), before.key(), new RateLimit(LIMIT / 2, Duration.ofDays(1)));
            assertThat(allowed(one.rateLimiter(), before, 2 * LIMIT)).isEqualTo(LIMIT);
            assertThat(allowed(one.rateLimiter(), raised, 2 * LIMIT)).isEqualTo(40);
            assertThat(allowed(one.rateLimiter(), lowered, LIMIT)).isZero();
        }
    }

    @Test
    void whatIsFullAgainIsForgotten() throws SQLException {
        try (InsightDesk one = node(null, new SimpleMeterRegistry())) {
            database.execute("truncate insightdesk.rate_limit");
            RateBucket quick = new RateBucket("test", "quick", new RateLimit(1, Duration.ofSeconds(1)));
            PostgresLimits store = new PostgresLimits(database.database());
            assertThat(allowed(one.rateLimiter(), newBucket(), 20)).isEqualTo(20);
            assertThat(allowed(one.rateLimiter(), quick, 3)).isEqualTo(1);
            await().untilAsserted(() -> assertThat(store.purge()).isEqualTo(1));
            assertThat(rows()).isEqualTo(1);
        }
    }

    @Test
    void twoNodesOnOneValkeyAllowTheLimitTogetherAndNothingIsWrittenToTheDatabase() throws Exception {
        database.execute("truncate insightdesk.rate_limit");
        MeterRegistry ofOne = new SimpleMeterRegistry();
        MeterRegistry ofTwo = new SimpleMeterRegistry();
        try (InsightDesk one = node(valkey.uri(), ofOne);
                InsightDesk two = node(valkey.uri(), ofTwo)) {
            AtomicInteger rounds = new AtomicInteger();
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                connect(one);
                connect(two);
                database.execute("truncate insightdesk.rate_limit");
                double failed = failures(ofOne, "valkey") + failures(ofTwo, "valkey");
                int allowed = together(newBucket(), one, two);
                // A machine that is busy may keep a Valkey from answering in time; such a round says nothing.
                if (failures(ofOne, "valkey") + failures(ofTwo, "valkey") > failed) {
                    return false;
                }
                assertThat(allowed).isBetween(LIMIT, LIMIT + SLACK);
                assertThat(rows()).isZero();
                return rounds.incrementAndGet() == 5;
            });
            List<String> keys = valkey.ask(commands -> commands.keys("insightdesk:limit:*"));
            assertThat(keys).isNotEmpty();
            for (String key : keys) {
                long expires = valkey.ask(commands -> commands.pttl(key));
                assertThat(expires).isPositive();
            }
        }
    }

    @Test
    void aValkeyThatIsKilledOrHangsSlowsNothingAndTheDatabaseCounts() {
        MeterRegistry meters = new SimpleMeterRegistry();
        try (InsightDesk one = node(valkey.uri(), meters)) {
            connect(one);
            valkey.pause();
            try {
                isTriedOnceInAWhile(meters, one);
            } finally {
                valkey.resume();
            }
            connect(one);

            valkey.kill();
            try {
                isTriedOnceInAWhile(meters, one);
            } finally {
                valkey.restart();
            }
            connect(one);
        }
    }

    @Test
    void twoNodesOnAClusterAllowTheLimitTogetherAndTheDatabaseCountsWhileAPartIsAway() throws Exception {
        MeterRegistry ofOne = new SimpleMeterRegistry();
        MeterRegistry ofTwo = new SimpleMeterRegistry();
        try (TestValkeyCluster cluster = TestValkeyCluster.ofThree();
                InsightDesk one = node(cluster.uri(), ofOne);
                InsightDesk two = node(cluster.uri(), ofTwo)) {
            isCountedInTheClusterAlone(ofOne, one, ofTwo, two);
            for (int i = 0; i < cluster.size(); i++) {
                long keys = cluster.ask(i, commands -> commands.dbsize());
                assertThat(keys).as("each node has a share").isPositive();
            }

            // What is settled in the background may meet it before this test does.
            double before = failures(ofOne, "valkey");
            long begun = System.nanoTime();
            cluster.node(1).kill();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> Stream.of(0, 2)
                            .allMatch(left -> cluster.ask(
                                    left, commands -> commands.clusterInfo().contains("cluster_state:fail"))));
            database.execute("truncate insightdesk.rate_limit");
            isTriedOnceInAWhile(ofOne, one, before, begun);
            assertThat(rows()).isPositive();

            cluster.node(1).restart();
            cluster.awaitWhole();
            isCountedInTheClusterAlone(ofOne, one, ofTwo, two);
        }
    }

    private static void isCountedInTheClusterAlone(
            MeterRegistry ofOne, InsightDesk one, MeterRegistry ofTwo, InsightDesk two) {
        AtomicInteger rounds = new AtomicInteger();
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            double failed = failures(ofOne, "valkey") + failures(ofTwo, "valkey");
            database.execute("truncate insightdesk.rate_limit");
            int allowed = together(newBucket(), one, two);
            // The first connection takes longer than a script may, and a machine that is busy may keep a Valkey from
            // answering in time; such a round says nothing.
            if (failures(ofOne, "valkey") + failures(ofTwo, "valkey") > failed || rows() > 0) {
                return false;
            }
            assertThat(allowed).isBetween(LIMIT, LIMIT + SLACK);
            return rounds.incrementAndGet() == 10;
        });
    }

    /** Each try costs the time that a script may take, and there are many settlements: so it is not with each that the Valkey is tried. */
    private static void isTriedOnceInAWhile(MeterRegistry meters, InsightDesk node) {
        isTriedOnceInAWhile(meters, node, failures(meters, "valkey"), System.nanoTime());
    }

    private static void isTriedOnceInAWhile(MeterRegistry meters, InsightDesk node, double before, long begun) {
        assertThat(allowed(node.rateLimiter(), newBucket(), 2 * LIMIT)).isEqualTo(LIMIT);
        double whiles = (System.nanoTime() - begun) / (double) FallingBackStore.BACK_OFF.toNanos();
        // However slow the machine is.
        assertThat(failures(meters, "valkey") - before)
                .isBetween(1.0, 2 + whiles)
                .isLessThan(LocalBucket.BLOCKS / 2.0);
    }

    /** Counts until the Valkey does: the first connection takes longer than a script may. */
    private static void connect(InsightDesk node) {
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            String before = keys();
            assertThat(allowed(node.rateLimiter(), newBucket(), 1 + LIMIT / LocalBucket.BLOCKS))
                    .isPositive();
            return !keys().equals(before);
        });
    }

    private static String keys() {
        return String.valueOf(
                valkey.ask(commands -> commands.keys("insightdesk:limit:*")).size());
    }

    private static long rows() throws SQLException {
        return (long) one("select count(*)::float8 from insightdesk.rate_limit");
    }

    private static double balance() throws SQLException {
        return one("select balance from insightdesk.rate_limit order by changed_at desc limit 1");
    }

    private static double one(String sql) throws SQLException {
        try (Connection connection = database.admin().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getDouble(1);
        }
    }
}
