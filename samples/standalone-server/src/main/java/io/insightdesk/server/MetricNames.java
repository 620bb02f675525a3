package io.insightdesk.server;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import org.jspecify.annotations.Nullable;

/**
 * Keeps {@code _created} in the names of counters: Micrometer takes it off as reserved, which would make of the tickets that were
 * created a number of tickets. The Prometheus client itself allows it.
 */
final class MetricNames extends PrometheusNamingConvention {

    @Override
    public String name(String name, Meter.Type type, @Nullable String baseUnit) {
        return type == Meter.Type.COUNTER && name.endsWith(".created")
                ? NamingConvention.snakeCase.name(name, type, baseUnit)
                : super.name(name, type, baseUnit);
    }
}
