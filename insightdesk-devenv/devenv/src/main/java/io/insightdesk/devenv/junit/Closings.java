package io.insightdesk.devenv.junit;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What is to be closed, last made first; a failure of one does not keep the others open. Not thread-safe. */
final class Closings implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    void add(AutoCloseable closing) {
        open.push(closing);
    }

    @Override
    @SuppressWarnings("try") // They are closed all the same; what they throw is collected.
    public void close() throws Exception {
        @Nullable Throwable first = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception | AssertionError e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first instanceof Exception exception) {
            throw exception;
        }
        if (first instanceof AssertionError error) {
            throw error;
        }
    }
}
