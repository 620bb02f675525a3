package io.insightdesk.benchmarks;

import java.util.function.IntConsumer;
import javax.sql.DataSource;

/** An engine for background jobs, as the benchmark of jobs sees it. Thread-safe. */
interface JobEngineUnderTest {
    /** Its name in the table. */
    String name();

    /** What it is, with its version and the settings that matter. */
    String description();

    /** Whether a node can both enqueue and work; else those that enqueue are others than those that work. */
    default boolean enqueuesWhereItWorks() {
        return true;
    }

    /** Makes its tables in an empty database. */
    void install(DataSource superuser) throws Exception;

    /** The statement that removes all jobs while no node works. */
    String clear();

    /** The query whose one column tells whether a job of {@link Node} waits or runs. */
    String unfinished();

    /**
     * Makes a node that can enqueue, and works when it is started.
     *
     * @param pool its connections, which the caller closes after it
     * @param handler what a job does, called with its number
     */
    Node node(DataSource pool, IntConsumer handler) throws Exception;

    /** A part of a cluster. Enqueueing is thread-safe. */
    interface Node extends AutoCloseable {
        /** Enqueues one job, committed when this returns. */
        void enqueue(int number) throws Exception;

        /** Enqueues jobs with consecutive numbers, committed together when this returns. */
        void enqueueAll(int first, int count) throws Exception;

        /** Begins to work. */
        void start() throws Exception;

        /** Ends the work when the running jobs have ended. */
        @Override
        void close();
    }
}
