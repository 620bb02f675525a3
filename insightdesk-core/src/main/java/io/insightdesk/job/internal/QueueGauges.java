package io.insightdesk.job.internal;

import io.insightdesk.internal.db.Database;
import io.insightdesk.job.JobStatus;
import io.insightdesk.job.NewJob;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How many jobs wait, run and are dead, by queue. One thread refreshes it. */
final class QueueGauges {

    private static final Duration PERIOD = Duration.ofSeconds(15);
    private static final Duration QUIET_PERIOD = Duration.ofMinutes(2);

    private final Database database;
    private final JobStore store;
    private final MultiGauge sizes;
    private Duration took = Duration.ZERO;

    QueueGauges(Database database, JobStore store, MeterRegistry meters) {
        this.database = database;
        this.store = store;
        this.sizes = MultiGauge.builder("insightdesk.job.queue.size")
                .description("Jobs by queue and status")
                .register(meters);
    }

    /** Counting a million rows is a second's work for the database; at most a hundredth of its time goes there. */
    Duration pause(boolean quiet) {
        Duration rare = took.multipliedBy(100);
        Duration usual = quiet ? QUIET_PERIOD : PERIOD;
        return rare.compareTo(usual) > 0 ? rare : usual;
    }

    void refresh() {
        long began = System.nanoTime();
        List<JobStore.QueueSize> found = database.single(store::sizes);
        took = Duration.ofNanos(System.nanoTime() - began);
        // A queue that is empty says so: a missing series looks like a node that does not count.
        Map<Tags, Long> counts = new LinkedHashMap<>();
        Stream.concat(Stream.of(NewJob.DEFAULT_QUEUE), found.stream().map(JobStore.QueueSize::queue))
                .forEach(queue -> {
                    for (JobStatus status : JobStatus.values()) {
                        counts.put(Tags.of("queue", queue, "status", status.wireName()), 0L);
                    }
                });
        found.forEach(size -> counts.put(Tags.of("queue", size.queue(), "status", size.status()), size.jobs()));
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        counts.forEach((tags, jobs) -> rows.add(MultiGauge.Row.of(tags, jobs)));
        sizes.register(rows, true);
    }
}
