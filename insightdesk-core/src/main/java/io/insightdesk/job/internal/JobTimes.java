package io.insightdesk.job.internal;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** How long attempts at jobs took, by kind and outcome. Looking a timer up in the registry costs more than a small job. */
final class JobTimes {

    private record Key(String kind, Outcome outcome) {}

    private final MeterRegistry meters;
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

    JobTimes(MeterRegistry meters) {
        this.meters = meters;
    }

    void record(String kind, Outcome outcome, long nanos) {
        timers.computeIfAbsent(new Key(kind, outcome), this::timer).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Key key) {
        return Timer.builder("insightdesk.job.processing")
                .description("Time of attempts at jobs")
                .tag("kind", key.kind())
                .tag("outcome", key.outcome().tag())
                .publishPercentileHistogram()
                .register(meters);
    }
}
