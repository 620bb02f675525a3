package io.insightdesk.job.internal;

import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.SignalConnection;
import java.time.Duration;
import java.util.List;

/**
 * Signals by notifications of PostgreSQL. They are sent through the pool, by a statement that stands alone, because a
 * connection that waits for notifications cannot send at the same time.
 */
class PostgresWire implements SignalWire {

    private static final Duration LISTEN_AGAIN = Duration.ofMinutes(1);

    private final Database database;
    private final JobStore store;
    private final String channel;

    /** Makes the wire of a schema; a channel is a database's. */
    PostgresWire(Database database, JobStore store) {
        this.database = database;
        this.store = store;
        this.channel = database.schema() + "_job";
    }

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public String describe() {
        return database.listensApart() ? "a connection of its own" : "one connection of the pool";
    }

    @Override
    public String whenDeaf() {
        return "Notifications do not arrive, as behind a transaction pooler: other nodes' jobs are found by polling. "
                + "listenDataSource(…) takes connections that bypass the pooler";
    }

    @Override
    public Duration listenAgain() {
        return LISTEN_AGAIN;
    }

    @Override
    public void send(List<String> payloads) {
        int unused = database.single(tx -> store.notify(tx, channel, payloads));
    }

    @Override
    public boolean sparesDatabase() {
        return false;
    }

    @Override
    public Ear listen() {
        return new Listening(database.listen(channel), channel);
    }

    /** Whether the database answers is another question, asked elsewhere. */
    @Override
    public Condition condition() {
        return Condition.WORKS;
    }

    @Override
    public void close() {
        // The pool is the host's.
    }

    record Listening(SignalConnection connection, String channel) implements Ear {

        @Override
        public void test(String payload) {
            connection.send(channel, payload);
        }

        @Override
        public List<String> await(Duration time) {
            return connection.await(time);
        }

        /** A connection that ended says so by itself; one that is silent is found by the next test. */
        @Override
        public void check() {}

        @Override
        public void close() {
            connection.close();
        }
    }
}
