package io.insightdesk.server;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Names the trace in what is logged while it is observed. Called after the handlers that make the spans. */
final class TraceInLog implements ObservationHandler<Observation.Context> {

    private static final String TRACE = "traceId";
    private static final String SPAN = "spanId";

    /** What was there before a scope. */
    private record Before(@Nullable String trace, @Nullable String span) {}

    @Override
    public boolean supportsContext(Observation.Context context) {
        return true;
    }

    @Override
    public void onScopeOpened(Observation.Context context) {
        TracingContext tracing = context.get(TracingContext.class);
        if (tracing == null || tracing.getSpan() == null) {
            return;
        }
        context.put(Before.class, new Before(MDC.get(TRACE), MDC.get(SPAN)));
        TraceContext trace = tracing.getSpan().context();
        MDC.put(TRACE, trace.traceId());
        MDC.put(SPAN, trace.spanId());
    }

    @Override
    public void onScopeClosed(Observation.Context context) {
        Before before = context.get(Before.class);
        if (before != null) {
            set(TRACE, before.trace());
            set(SPAN, before.span());
        }
    }

    private static void set(String key, @Nullable String value) {
        if (value == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, value);
        }
    }
}
