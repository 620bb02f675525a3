package io.insightdesk.job.internal;

import io.lettuce.core.api.AsyncCloseable;
import io.lettuce.core.api.StatefulConnection;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a Valkey that many use: it is made when somebody needs it, and another after it broke. Nobody waits here.
 * Thread-safe.
 *
 * @param <C> to one node, or to a cluster
 */
final class ValkeyConnection<C extends StatefulConnection<String, String>> {

    private final Supplier<CompletableFuture<C>> connect;
    private @Nullable CompletableFuture<C> current;
    private boolean closed;

    /** Makes none yet. */
    ValkeyConnection(Supplier<CompletableFuture<C>> connect) {
        this.connect = connect;
    }

    /** The connection that there is, or one that is being made. */
    synchronized CompletableFuture<C> get() {
        CompletableFuture<C> used = current;
        if (used == null || isBroken(used)) {
            if (closed) {
                throw new SignalWire.AwayException("closed");
            }
            used = connect.get();
            current = used;
        }
        return used;
    }

    /** Ends the connection that there is, if any, so that the next use makes another. */
    synchronized void drop() {
        if (current != null) {
            drop(current);
        }
    }

    /** No connection is made any more; the client ends the one that there is. */
    synchronized void close() {
        closed = true;
    }

    static boolean isBroken(CompletableFuture<? extends StatefulConnection<String, String>> connecting) {
        return connecting.isDone()
                && (connecting.isCompletedExceptionally() || !connecting.join().isOpen());
    }

    /** Ends a connection, so that the next use makes another; one that is still being made may succeed or fail as it can. */
    static void drop(CompletableFuture<? extends AsyncCloseable> used) {
        if (used.isDone()) {
            hangUp(used);
        }
    }

    /** Ends a connection as soon as it is made. */
    static void hangUp(CompletableFuture<? extends AsyncCloseable> connecting) {
        CompletableFuture<?> unused = connecting.thenCompose(AsyncCloseable::closeAsync);
    }
}
