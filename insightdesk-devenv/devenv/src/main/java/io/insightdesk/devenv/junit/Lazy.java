package io.insightdesk.devenv.junit;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is made when it is first asked for. Thread-safe. A failure is kept too: a server that did not start would make
 * every class wait as long for the same answer.
 */
final class Lazy<T> {
    private final Supplier<T> maker;
    private @Nullable T value;
    private @Nullable RuntimeException failure;

    Lazy(Supplier<T> maker) {
        this.maker = maker;
    }

    synchronized T get() {
        if (failure != null) {
            throw failure;
        }
        T known = value;
        if (known == null) {
            try {
                known = maker.get();
            } catch (RuntimeException e) {
                failure = e;
                throw e;
            }
            value = known;
        }
        return known;
    }

    /** Returns the value if there is one, without making it. */
    synchronized Optional<T> made() {
        return Optional.ofNullable(value);
    }
}
