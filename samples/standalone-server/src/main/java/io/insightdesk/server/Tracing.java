package io.insightdesk.server;

import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends traces by OpenTelemetry: what the library and the server observe becomes spans, and the trace goes on from a request to the
 * jobs that it enqueues. Closing it sends what is left.
 */
final class Tracing implements AutoCloseable {

    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final @Nullable OpenTelemetrySdk sdk;
    private final ObservationRegistry observations;

    private Tracing(@Nullable OpenTelemetrySdk sdk, ObservationRegistry observations) {
        this.sdk = sdk;
        this.observations = observations;
    }

    /** Observes and sends nothing where nobody said where to. */
    static Tracing start(Settings settings) {
        Settings.Tracing options = settings.observation().tracing();
        if (options == null) {
            return new Tracing(null, ObservationRegistry.NOOP);
        }
        OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesSupplier(() -> Map.of(
                        "otel.traces.exporter", "otlp",
                        "otel.metrics.exporter", "none",
                        "otel.logs.exporter", "none",
                        "otel.exporter.otlp.protocol", "http/protobuf"))
                .addPropertiesCustomizer(known -> properties(options))
                .addResourceCustomizer((resource, known) -> resource.merge(about(settings)))
                .build()
                .getOpenTelemetrySdk();
        io.opentelemetry.api.trace.Tracer spans = sdk.getTracer("io.insightdesk");
        Tracer tracer = new OtelTracer(spans, new OtelCurrentTraceContext(), event -> {});
        Propagator propagator =
                new OtelPropagator(ContextPropagators.create(W3CTraceContextPropagator.getInstance()), spans);
        ObservationRegistry observations = ObservationRegistry.create();
        observations
                .observationConfig()
                .observationHandler(new ObservationHandler.FirstMatchingCompositeObservationHandler(
                        new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
                        new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
                        new DefaultTracingObservationHandler(tracer)))
                .observationHandler(new TraceInLog());
        return new Tracing(sdk, observations);
    }

    private static Map<String, String> properties(Settings.Tracing options) {
        Map<String, String> properties = new HashMap<>();
        options.properties().forEach((name, value) -> properties.put(name, value.reveal()));
        return properties;
    }

    private static Resource about(Settings settings) {
        return Resource.create(Attributes.of(
                AttributeKey.stringKey("service.version"),
                BuildInfo.ofThisJar().version(),
                AttributeKey.stringKey("deployment.environment.name"),
                settings.environment().wireName()));
    }

    /** Where to observe; one that does nothing where no traces are sent. */
    ObservationRegistry observations() {
        return observations;
    }

    @Override
    public void close() {
        if (sdk != null) {
            sdk.getSdkTracerProvider().shutdown().join(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
            sdk.close();
        }
    }
}
