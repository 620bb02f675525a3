package io.insightdesk.event.internal;

import io.insightdesk.event.internal.LiveEventStore.Frame;
import io.insightdesk.event.internal.LiveEventStore.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all streams of a tenant on a node read together: the latest events, in memory for a short time. There is no thread for it: of the
 * streams that wait, one looks for all, and when it goes another takes its place. Thread-safe.
 */
final class LiveFeed {

    /** How often to look, where nobody on this node says that something happened. */
    static final Duration POLL = Duration.ofSeconds(1);

    /** How often to look at most. */
    private static final Duration SPACING = Duration.ofMillis(100);

    /** After what time it is not believed any more that a ticket still is where it was. */
    static final Duration KEPT = Duration.ofSeconds(5);

    private static final int READ = 500;
    private static final int KEPT_EVENTS = 1000;

    private static final Logger log = LoggerFactory.getLogger(LiveFeed.class);

    /** Reads on from a point. */
    @FunctionalInterface
    interface Reader {
        Window read(LivePoint after, int limit);
    }

    /** Hears of what was read. */
    @FunctionalInterface
    interface Watcher {
        void sawDelay(Duration sinceItWasMade);
    }

    /**
     * An event in memory.
     *
     * @param readAt when, in nanoseconds
     */
    record Kept(LiveRow row, LivePosition position, long readAt) {}

    /**
     * What a stream finds here.
     *
     * @param known whether it can be served from here; where not, it reads by itself
     * @param rows what comes next
     * @param position where the feed's are all given
     */
    record Taken(boolean known, List<Kept> rows, LivePosition position) {}

    private final Reader reader;
    private final Watcher watcher;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final Condition look = lock.newCondition();
    private final List<Kept> kept = new ArrayList<>();
    private LivePoint start;
    private LivePosition end;
    private boolean looking;
    private boolean announced;
    private boolean failing;
    private long lookedAt;
    private long goodAt;
    private long pause = POLL.toNanos();
    private long heldMillis;
    private int streams;

    LiveFeed(Reader reader, Watcher watcher, LongSupplier nanoTime, Frame now) {
        this.reader = reader;
        this.watcher = watcher;
        this.nanoTime = nanoTime;
        this.end = at(now, LivePoint.before(now.open()));
        this.start = end.at();
        this.lookedAt = nanoTime.getAsLong();
        this.goodAt = lookedAt;
    }

    private static LivePosition at(Frame frame, LivePoint point) {
        return new LivePosition(frame.epoch(), point, frame.now());
    }

    /** One more stream, or one less; answers how many there are. */
    int count(int change) {
        lock.lock();
        try {
            streams += change;
            return streams;
        } finally {
            lock.unlock();
        }
    }

    /** What is here after a position, without looking. */
    Taken take(LivePosition from, int limit) {
        lock.lock();
        try {
            if (!from.epoch().equals(end.epoch()) || from.at().compareTo(start) < 0) {
                return new Taken(false, List.of(), end);
            }
            int first = firstAfter(from.at());
            if (first < kept.size() && nanoTime.getAsLong() - kept.get(first).readAt() > KEPT.toNanos()) {
                return new Taken(false, List.of(), end);
            }
            List<Kept> rows = List.copyOf(kept.subList(first, Math.min(kept.size(), first + limit)));
            return new Taken(true, rows, end);
        } finally {
            lock.unlock();
        }
    }

    private int firstAfter(LivePoint point) {
        int low = 0;
        int high = kept.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (kept.get(middle).row().point().compareTo(point) > 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Something was committed on this node: look soon. */
    void announce() {
        lock.lock();
        try {
            announced = true;
            look.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Wakes all who wait. */
    void wake() {
        lock.lock();
        try {
            more.signalAll();
            look.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until there may be something after a position; looks itself when nobody else does.
     *
     * @param stop whether not to wait any more; asked under the lock that {@link #wake} takes
     */
    void await(LivePosition from, long nanos, BooleanSupplier stop) throws InterruptedException {
        long deadline = nanoTime.getAsLong() + nanos;
        lock.lockInterruptibly();
        try {
            String epoch = end.epoch();
            while (!stop.getAsBoolean() && epoch.equals(end.epoch()) && !hasNews(from)) {
                long left = deadline - nanoTime.getAsLong();
                if (left <= 0) {
                    return;
                }
                if (looking) {
                    var unused = more.await(left, TimeUnit.NANOSECONDS);
                } else {
                    lookUntil(deadline, stop);
                }
            }
        } finally {
            if (!looking) {
                // Who was told to look may just have gone.
                more.signal();
            }
            lock.unlock();
        }
    }

    private boolean hasNews(LivePosition from) {
        return from.epoch().equals(end.epoch())
                && !kept.isEmpty()
                && kept.get(kept.size() - 1).row().point().compareTo(from.at()) > 0;
    }

    /** Is the one who looks until there was a look, or the time is over. */
    private void lookUntil(long deadline, BooleanSupplier stop) throws InterruptedException {
        looking = true;
        try {
            while (!stop.getAsBoolean()) {
                long now = nanoTime.getAsLong();
                long due = lookedAt + (announced ? Math.min(SPACING.toNanos(), pause) : pause);
                if (due - now <= 0) {
                    look();
                    return;
                }
                if (deadline - now <= 0) {
                    return;
                }
                var unused = look.await(Math.min(due, deadline) - now, TimeUnit.NANOSECONDS);
            }
        } finally {
            looking = false;
            // Somebody else looks now, if anybody waits.
            more.signal();
        }
    }

    private void look() {
        announced = false;
        LivePoint after = end.at();
        Window window = null;
        lock.unlock();
        try {
            window = reader.read(after, READ);
        } catch (RuntimeException e) {
            if (!failing) {
                log.warn("Live events cannot be read; streams stay open and wait", e);
            }
        } finally {
            lock.lock();
            lookedAt = nanoTime.getAsLong();
        }
        failing = window == null;
        if (window == null) {
            pause = POLL.toNanos();
        } else {
            publish(window);
        }
    }

    private void publish(Window window) {
        Frame frame = window.frame();
        goodAt = lookedAt;
        if (end.lost(frame) == LivePosition.ResetReason.EPOCH) {
            kept.clear();
            end = at(frame, LivePoint.before(frame.open()));
            start = end.at();
            heldMillis = 0;
            pause = POLL.toNanos();
            more.signalAll();
            return;
        }
        forgetOld();
        for (LiveRow row : window.rows()) {
            kept.add(new Kept(row, at(frame, row.point()), lookedAt));
            watcher.sawDelay(Duration.between(made(row), frame.now()));
        }
        boolean full = window.rows().size() == READ;
        LivePoint read = window.rows().isEmpty()
                ? end.at()
                : window.rows().get(window.rows().size() - 1).point();
        end = at(
                frame,
                full ? read : LivePoint.before(frame.open()).orLater(read).orLater(end.at()));
        while (kept.size() > KEPT_EVENTS) {
            start = kept.remove(0).row().point();
        }
        heldMillis = window.held() == null
                ? 0
                : Math.max(1, frame.now().toEpochMilli() - millis(window.held().getMostSignificantBits()));
        // What is held back comes when another transaction ends, of which nobody is told.
        pause = full
                ? 0
                : heldMillis == 0
                        ? POLL.toNanos()
                        : Math.min(POLL.toNanos(), Math.max(SPACING.toNanos(), heldMillis * 1_000_000));
        if (!window.rows().isEmpty()) {
            more.signalAll();
        }
    }

    private void forgetOld() {
        int old = 0;
        while (old < kept.size() && lookedAt - kept.get(old).readAt() > KEPT.toNanos()) {
            old++;
        }
        if (old > 0) {
            start = kept.get(old - 1).row().point();
            kept.subList(0, old).clear();
        }
    }

    private static Instant made(LiveRow row) {
        return Instant.ofEpochMilli(millis(row.event().id().value().getMostSignificantBits()));
    }

    private static long millis(long high) {
        return high >>> 16;
    }

    /** For how long what happened has not been read: because an older transaction is open, or the database does not answer. */
    double lagSeconds() {
        lock.lock();
        try {
            long silent = nanoTime.getAsLong() - goodAt - 2 * POLL.toNanos();
            return Math.max(heldMillis / 1000.0, Math.max(0, silent) / 1e9);
        } finally {
            lock.unlock();
        }
    }
}
