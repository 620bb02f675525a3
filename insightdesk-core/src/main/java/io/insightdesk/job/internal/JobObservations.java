package io.insightdesk.job.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.insightdesk.internal.Json;
import io.insightdesk.job.NewJob;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Observations of jobs, so that a trace goes on from who enqueues to who handles. What a tracer wants to hand over, such as a
 * {@code traceparent} (W3C Trace Context), is kept with the job. Costs nothing where the host observes nothing. Thread-safe.
 */
final class JobObservations {

    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

    private final ObservationRegistry registry;

    JobObservations(ObservationRegistry registry) {
        this.registry = registry;
    }

    /** A job is being enqueued; answers what is to be kept with it, as JSON, or null for nothing. */
    @Nullable String enqueued(NewJob job) {
        if (registry.isNoop()) {
            return null;
        }
        Map<String, String> carrier = new HashMap<>();
        SenderContext<Map<String, String>> context = new SenderContext<>(
                (headers, key, value) -> {
                    if (headers != null) {
                        headers.put(key, value);
                    }
                },
                Kind.PRODUCER);
        context.setCarrier(carrier);
        Observation.createNotStarted("insightdesk.job.enqueue", () -> context, registry)
                .contextualName(job.kind() + " enqueue")
                .lowCardinalityKeyValue("kind", job.kind())
                .lowCardinalityKeyValue("queue", job.queue())
                .start()
                .stop();
        return carrier.isEmpty() ? null : Json.write(carrier);
    }

    /** A handler begins with a job. */
    Observation handling(ClaimedJob job) {
        if (registry.isNoop()) {
            return Observation.NOOP;
        }
        ReceiverContext<Map<String, String>> context =
                new ReceiverContext<>((headers, key) -> headers.get(key), Kind.CONSUMER);
        context.setCarrier(carrier(job.trace()));
        return Observation.createNotStarted("insightdesk.job.handle", () -> context, registry)
                .contextualName(job.kind() + " handle")
                .lowCardinalityKeyValue("kind", job.kind())
                .lowCardinalityKeyValue("queue", job.queue())
                .highCardinalityKeyValue("job", job.id().toString())
                .highCardinalityKeyValue("attempt", Integer.toString(job.attempt()))
                .start();
    }

    private static Map<String, String> carrier(@Nullable String json) {
        return json == null ? Map.of() : Json.read(json, HEADERS);
    }
}
