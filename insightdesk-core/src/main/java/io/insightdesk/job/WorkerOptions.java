package io.insightdesk.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * How a node works. Made by {@link #builder}.
 *
 * @param concurrency at most so many jobs at once
 * @param pollInterval how often to look for jobs that nobody announced; while nodes hear of each other's jobs five times as rarely
 * @param lease how long jobs belong to a node that is not heard of
 * @param queues only these queues; empty for all
 * @param executor where handlers run; null for threads of the library's own
 * @param threadFactory makes the library's own threads; null for daemon threads, virtual ones for handlers where the JVM has them
 * @since 0.1.0
 */
public record WorkerOptions(
        int concurrency,
        Duration pollInterval,
        Duration lease,
        Set<String> queues,
        @Nullable Executor executor,
        @Nullable ThreadFactory threadFactory) {

    /** How many jobs run at once where nothing is said. */
    public static final int DEFAULT_CONCURRENCY = 4;

    /** How often to look for jobs where nothing is said. */
    public static final Duration DEFAULT_POLL_INTERVAL = Duration.ofSeconds(1);

    /** How long a lease lasts where nothing is said. */
    public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);

    /** Checks that the numbers make sense. */
    public WorkerOptions {
        queues = Set.copyOf(queues);
        if (concurrency < 1) {
            throw new IllegalArgumentException("Workers need room for at least one job, not " + concurrency + ".");
        }
        if (pollInterval.compareTo(Duration.ofMillis(1)) < 0 || lease.compareTo(Duration.ofMillis(100)) < 0) {
            throw new IllegalArgumentException("Polling every " + pollInterval + " with a lease of " + lease
                    + " cannot work; poll at most every 1 ms, and give a lease of 100 ms or more.");
        }
    }

    /**
     * Begins with the defaults.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * How a node shall work. Not thread-safe.
     *
     * @since 0.1.0
     */
    public static final class Builder {

        private int concurrency = DEFAULT_CONCURRENCY;
        private Duration pollInterval = DEFAULT_POLL_INTERVAL;
        private Duration lease = DEFAULT_LEASE;
        private Set<String> queues = Set.of();
        private @Nullable Executor executor;
        private @Nullable ThreadFactory threadFactory;

        private Builder() {}

        /**
         * Limits the jobs that run at once ({@link WorkerOptions#DEFAULT_CONCURRENCY}).
         *
         * @param jobs at least 1
         * @return this
         */
        public Builder concurrency(int jobs) {
            this.concurrency = jobs;
            return this;
        }

        /**
         * Sets how often to look for jobs that nobody announced ({@link WorkerOptions#DEFAULT_POLL_INTERVAL}). While nodes hear of
         * each other's jobs, looking is only for what gets lost on its way, and done five times as rarely.
         *
         * @param interval at least a millisecond
         * @return this
         */
        public Builder pollInterval(Duration interval) {
            this.pollInterval = requireNonNull(interval, "interval");
            return this;
        }

        /**
         * Sets how long jobs belong to a node that is not heard of ({@link WorkerOptions#DEFAULT_LEASE}).
         *
         * @param time at least 100 milliseconds
         * @return this
         */
        public Builder lease(Duration time) {
            this.lease = requireNonNull(time, "time");
            return this;
        }

        /**
         * Works on some queues only.
         *
         * @param names the queues; empty for all
         * @return this
         */
        public Builder queues(Set<String> names) {
            this.queues = Set.copyOf(names);
            return this;
        }

        /**
         * Runs handlers on the host's executor, which stays the host's to close.
         *
         * @param hosts runs what it is given at some time, each on one thread; may refuse
         * @return this
         */
        public Builder executor(Executor hosts) {
            this.executor = requireNonNull(hosts, "hosts");
            return this;
        }

        /**
         * Makes the library's own threads by the host's factory. Without one, and without an {@link #executor}, handlers run on
         * virtual threads where the JVM has them.
         *
         * @param hosts makes threads
         * @return this
         */
        public Builder threadFactory(ThreadFactory hosts) {
            this.threadFactory = requireNonNull(hosts, "hosts");
            return this;
        }

        /**
         * Ends the building.
         *
         * @return the options
         */
        public WorkerOptions build() {
            return new WorkerOptions(concurrency, pollInterval, lease, queues, executor, threadFactory);
        }
    }
}
