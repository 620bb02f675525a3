package io.insightdesk.job.internal;

import java.time.Duration;
import java.util.List;

/**
 * What carries signals between nodes: notifications of PostgreSQL, or a Valkey. It only hastens; what it loses is found by
 * polling. Thread-safe.
 */
interface SignalWire extends AutoCloseable {

    /** Its name in metrics. */
    String name();

    /** What a node listens on, for people. */
    String describe();

    /** What to say, once, when nothing is heard. */
    String whenDeaf();

    /** How long after nothing was heard to listen again. */
    Duration listenAgain();

    /** Tells every node that listens, this one too. Takes no longer than a moment; throws when it may have come to nothing. */
    void send(List<String> payloads);

    /**
     * Whether hearing of jobs by it costs the database nothing. Then nodes of which nobody hears of any look seldom, so that what
     * could not be told is told again.
     */
    boolean sparesDatabase();

    /** Begins to listen; where that takes time or comes to nothing, {@link Ear#await} says so. Whoever listens closes the ear. */
    Ear listen();

    /** Whether it carries something now; takes no longer than a moment. */
    Condition condition();

    /** Nothing is sent any more; what was begun for it ends. */
    @Override
    void close();

    /**
     * How it is.
     *
     * @param carries whether signals go through
     * @param trouble what of it does not work, for people; empty where all does, or nothing
     */
    record Condition(boolean carries, String trouble) {

        /** All of it works. */
        static final Condition WORKS = new Condition(true, "");

        /** Nothing of it does. */
        static final Condition AWAY = new Condition(false, "");

        /** Signals go through, and something else does not. */
        static Condition partly(String trouble) {
            return new Condition(true, trouble);
        }
    }

    /** Hears what is told until it is closed. Used by one thread. */
    interface Ear extends AutoCloseable {

        /** Tells itself something, which it hears if it hears anything. */
        void test(String payload);

        /** What came, as soon as something did; empty when nothing did in time. Throws when this ear hears nothing any more. */
        List<String> await(Duration time);

        /** Throws when this ear hears nothing any more, as far as a moment's asking tells. Costs the database nothing. */
        void check();

        @Override
        void close();
    }

    /** What carries the signals is away, which is to be expected; this node is well. */
    final class AwayException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        AwayException(String message, Throwable cause) {
            super(message, cause);
        }

        AwayException(String message) {
            super(message);
        }
    }
}
