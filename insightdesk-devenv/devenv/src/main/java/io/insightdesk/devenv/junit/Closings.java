package io.insightdesk.devenv.junit;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What is to be done at the end, last added first; what one throws keeps none of the others from its turn. Not thread-safe. */
final class Closings implements AutoCloseable {
    private final Deque<Runnable> open = new ArrayDeque<>();

    void add(Runnable closing) {
        open.push(closing);
    }

    /** Throws what was thrown first, with the rest suppressed in it. */
    @Override
    public void close() {
        @Nullable Throwable first = null;
        while (!open.isEmpty()) {
            try {
                open.pop().run();
            } catch (RuntimeException | AssertionError e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first instanceof RuntimeException exception) {
            throw exception;
        }
        if (first instanceof AssertionError error) {
            throw error;
        }
    }
}
