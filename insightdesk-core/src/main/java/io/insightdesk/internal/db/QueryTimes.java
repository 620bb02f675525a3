package io.insightdesk.internal.db;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;

/** Times the library's statements, by their first word. Thread-safe. */
final class QueryTimes implements SqlLogger {

    private static final String OTHER = "other";

    private final Map<String, Timer> timers;

    QueryTimes(MeterRegistry meters) {
        this.timers = List.of("select", "insert", "update", "delete", "with", OTHER).stream()
                .collect(Collectors.toUnmodifiableMap(
                        operation -> operation,
                        operation -> Timer.builder("insightdesk.db.query.duration")
                                .description("Time of the library's SQL statements")
                                .tag("operation", operation)
                                .publishPercentileHistogram()
                                .register(meters)));
    }

    @Override
    public void logAfterExecution(StatementContext context) {
        record(context);
    }

    @Override
    public void logException(StatementContext context, SQLException e) {
        record(context);
    }

    private void record(StatementContext context) {
        String sql = context.getRawSql();
        record(sql == null ? "" : sql, context.getElapsedTime(ChronoUnit.NANOS));
    }

    void record(String sql, long nanos) {
        Timer timer = timers.getOrDefault(firstWord(sql), timers.get(OTHER));
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    private static String firstWord(String sql) {
        int begin = 0;
        while (begin < sql.length() && Character.isWhitespace(sql.charAt(begin))) {
            begin++;
        }
        int end = begin;
        while (end < sql.length() && Character.isLetter(sql.charAt(end))) {
            end++;
        }
        return sql.substring(begin, end).toLowerCase(Locale.ROOT);
    }
}
