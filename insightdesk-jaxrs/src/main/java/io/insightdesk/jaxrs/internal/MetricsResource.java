package io.insightdesk.jaxrs.internal;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The metrics, as Prometheus reads them. */
@Path("metrics")
public final class MetricsResource {
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    @Context
    private @Nullable Application application;

    /** Made for each request. */
    public MetricsResource() {}

    /** Gives the metrics. */
    @GET
    public Response get() {
        String text = scrape();
        if (text == null) {
            return Problems.response(
                            404,
                            "/metrics",
                            "no_prometheus_registry",
                            "The meter registry that InsightDesk was built with is no PrometheusMeterRegistry.",
                            null)
                    .build();
        }
        return Response.ok(text.getBytes(StandardCharsets.UTF_8))
                .header(HttpHeaders.CONTENT_TYPE, TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    private @Nullable String scrape() {
        try {
            return Prometheus.scrape(Operations.insightDesk(application).meterRegistry());
        } catch (NoClassDefFoundError e) {
            // micrometer-registry-prometheus is optional.
            return null;
        }
    }

    /** Apart, so that the outer class loads without the optional library. */
    private static final class Prometheus {
        private Prometheus() {}

        static @Nullable String scrape(MeterRegistry meters) {
            if (meters instanceof PrometheusMeterRegistry prometheus) {
                return prometheus.scrape();
            }
            if (meters instanceof CompositeMeterRegistry composite) {
                for (MeterRegistry part : composite.getRegistries()) {
                    String text = scrape(part);
                    if (text != null) {
                        return text;
                    }
                }
            }
            return null;
        }
    }
}
