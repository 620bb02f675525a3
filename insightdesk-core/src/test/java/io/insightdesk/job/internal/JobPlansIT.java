package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.testing.ScratchDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a call touches is what it is about, and not the whole table of jobs, also on a connection that made its plans when there was hardly
 * a job, and whatever the server last counted. In blocks, which do not depend on the machine.
 */
class JobPlansIT {

    private static final int JOBS = 10_000;
    private static final int SOME = 100;

    /** For a hundred jobs; a look at each of the ten thousand takes more than that many. */
    private static final int FEW = 3_000;

    private static final Pattern BLOCKS = Pattern.compile("Buffers: shared hit=(\\d+)");

    private static ScratchDatabase scratch;

    /** When the server last counted the jobs. */
    enum Statistics {
        NEVER_MADE,
        MADE_WHEN_EMPTY,
        MADE_WHEN_FULL
    }

    @BeforeAll
    static void open() throws SQLException {
        scratch = ScratchDatabase.create();
        execute("alter table insightdesk.job set (autovacuum_enabled = false)");
    }

    @AfterAll
    static void close() {
        scratch.close();
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = scratch.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** How many blocks a query touches when there are many jobs, some of them running, on a connection that knows of one. */
    private static int blocks(Statistics statistics, String leaseEnd, String query, long rows) throws SQLException {
        execute("truncate insightdesk.job, insightdesk.job_worker, insightdesk.job_history");
        if (statistics == Statistics.MADE_WHEN_EMPTY) {
            execute("vacuum analyze insightdesk.job");
        }
        execute("""
                insert into insightdesk.job_worker (id, name, host, process, concurrency, queues, lease_until)
                values ('00000000-0000-0000-0000-00000000000a', 'a', 'a', 1, 1, '{}', now() + interval '%s')
                """.formatted(leaseEnd));
        insert(1, 1);
        try (Connection connection = scratch.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(query);
            connection.rollback();
            connection.setAutoCommit(true);
            insert(2, JOBS);
            if (statistics == Statistics.MADE_WHEN_FULL) {
                execute("vacuum analyze insightdesk.job");
            }
            return explain(statement, query, rows);
        }
    }

    private static void insert(int first, int last) throws SQLException {
        execute("""
                insert into insightdesk.job (
                  id, queue, kind, state, worker, rank, run_at, attempts, max_attempts, created_at, payload)
                select
                  gen_random_uuid(), 'default', 'plan', case when n <= %1$d then 'running' else 'ready' end,
                  case when n <= %1$d then '00000000-0000-0000-0000-00000000000a'::uuid end,
                  now() - n * interval '1 second', now(), 1, 5, now(), '{}'
                from generate_series(%2$d, %3$d) as n
                """.formatted(SOME, first, last));
    }

    private static int explain(Statement statement, String query, long rows) throws SQLException {
        StringBuilder plan = new StringBuilder();
        try (ResultSet lines =
                statement.executeQuery("explain (analyze, buffers, costs off, timing off, summary off) " + query)) {
            while (lines.next()) {
                plan.append(lines.getString(1)).append('\n');
            }
        }
        assertThat(plan.toString()).contains("(actual rows=" + rows + " ");
        Matcher hit = BLOCKS.matcher(plan);
        assertThat(hit.find()).as(plan.toString()).isTrue();
        return Integer.parseInt(hit.group(1));
    }

    private static long count(String what) throws SQLException {
        try (Connection connection = scratch.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from insightdesk." + what)) {
            row.next();
            return row.getLong(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void claiming(Statistics statistics) throws SQLException {
        assertThat(blocks(statistics, "1 hour", """
                        select * from insightdesk.claim_jobs(
                          '00000000-0000-0000-0000-00000000000a', 'default', array['%s'::uuid], array[''],
                          array['-infinity'::timestamptz], array['plan'], %d)
                        """.formatted(Lane.NOBODY, SOME), SOME))
                .isLessThan(FEW);
    }

    @ParameterizedTest
    @EnumSource
    void ending(Statistics statistics) throws SQLException {
        int blocks = blocks(statistics, "1 hour", """
                select done.*
                from (select array_agg(id) as ids, array_agg(attempts) as runs from insightdesk.job where state = 'running') mine,
                  insightdesk.complete_jobs('00000000-0000-0000-0000-00000000000a', mine.ids, mine.runs, now()) done
                """, 0);

        assertThat(count("job_history")).isEqualTo(SOME);
        assertThat(blocks).isLessThan(FEW);
    }

    @ParameterizedTest
    @EnumSource
    void rescuing(Statistics statistics) throws SQLException {
        int blocks = blocks(statistics, "-1 second", "select insightdesk.rescue_jobs(now())", 1);

        assertThat(count("job where state = 'ready'")).isEqualTo(JOBS);
        assertThat(blocks).isLessThan(FEW);
    }

    @ParameterizedTest
    @EnumSource
    void looking(Statistics statistics) throws SQLException {
        assertThat(blocks(statistics, "1 hour", """
                        select * from insightdesk.promote_jobs(
                          now(), 1000, '{}', '', '00000000-0000-0000-0000-000000000000', '', 500)
                        """, 2)).isLessThan(FEW);
    }
}
