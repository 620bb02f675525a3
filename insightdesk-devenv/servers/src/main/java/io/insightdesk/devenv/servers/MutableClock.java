package io.insightdesk.devenv.servers;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that stands still until it is told to move. Clocks made by {@link #withZone} share the instant of the clock
 * they came from. Thread-safe.
 *
 * @since 0.1.0
 */
public final class MutableClock extends Clock {
    private final AtomicReference<Instant> now;
    private final ZoneId zone;

    private MutableClock(AtomicReference<Instant> now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    /** Returns a clock in UTC that shows {@code instant}. */
    public static MutableClock at(Instant instant) {
        return new MutableClock(new AtomicReference<>(requireNonNull(instant, "instant")), ZoneOffset.UTC);
    }

    /** Returns a clock in UTC that shows {@code instant}, an ISO-8601 instant such as {@code 2026-01-31T10:15:30Z}. */
    public static MutableClock at(String instant) {
        return at(Instant.parse(instant));
    }

    /** Sets the time, forwards or backwards. */
    public void set(Instant instant) {
        now.set(requireNonNull(instant, "instant"));
    }

    /** Moves the time by {@code step}, backwards if it is negative, and returns the new time. */
    public Instant advance(Duration step) {
        requireNonNull(step, "step");
        return requireNonNull(now.updateAndGet(instant -> instant.plus(step)), "now");
    }

    @Override
    public Instant instant() {
        return requireNonNull(now.get(), "now");
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public MutableClock withZone(ZoneId newZone) {
        return new MutableClock(now, requireNonNull(newZone, "newZone"));
    }

    @Override
    public String toString() {
        return "MutableClock[" + instant() + "," + zone + "]";
    }
}
