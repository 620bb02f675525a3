package io.insightdesk.server;

import io.insightdesk.key.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the settings by which others look at the server. */
final class ObservationSettings {

    private static final int MIN_TOKEN = 16;
    private static final Duration MIN_TIMEOUT = Duration.ofMillis(50);
    private static final Duration MAX_TIMEOUT = Duration.ofSeconds(30);
    private static final Pattern DSN = Pattern.compile("https?://[^@/:\\s]+(?::[^@/\\s]*)?@[^/\\s]+/(?:\\S*/)?[0-9]+");
    private static final Pattern NAME = Pattern.compile("[^\\s/]{1,64}");
    private static final Pattern PAIRS = Pattern.compile("\\s*[^=,\\s]+\\s*=[^,]*(?:,\\s*[^=,\\s]+\\s*=[^,]*)*");
    private static final List<String> SAMPLERS = List.of(
            "always_on",
            "always_off",
            "traceidratio",
            "parentbased_always_on",
            "parentbased_always_off",
            "parentbased_traceidratio");

    private final TypedSettings settings;
    private final AppEnvironment where;
    private final ServerRole role;

    ObservationSettings(TypedSettings settings, AppEnvironment where, ServerRole role) {
        this.settings = settings;
        this.where = where;
        this.role = role;
    }

    Settings.Observation read(String logLevel) {
        return new Settings.Observation(logLevel, metricsToken(), healthTimeout(), sentry(), tracing());
    }

    private @Nullable Secret metricsToken() {
        Secret token = settings.secret(Setting.METRICS_TOKEN);
        if (token != null && token.reveal().length() < MIN_TOKEN) {
            settings.problem(Setting.METRICS_TOKEN, "has to have at least " + MIN_TOKEN + " characters");
        } else if (token != null && where.serious() && token.reveal().equals(Setting.METRICS_TOKEN.example())) {
            settings.problem(Setting.METRICS_TOKEN, "is the one of the example, which everybody knows");
        }
        return token;
    }

    private Duration healthTimeout() {
        Duration timeout = settings.duration(Setting.HEALTH_TIMEOUT, Duration.ofSeconds(1));
        if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
            settings.problem(Setting.HEALTH_TIMEOUT, "has to be from 50ms to 30s");
        }
        return timeout;
    }

    private Settings.@Nullable Sentry sentry() {
        Secret dsn = settings.secret(Setting.SENTRY_DSN);
        if (dsn != null && !DSN.matcher(dsn.reveal()).matches()) {
            settings.problem(
                    Setting.SENTRY_DSN,
                    "has to be a DSN as Sentry shows it: an address with a key before the host and a project's number at the"
                            + " end");
        }
        String environment = settings.text(Setting.SENTRY_ENVIRONMENT, where.wireName());
        if (!NAME.matcher(environment).matches()) {
            settings.problem(
                    Setting.SENTRY_ENVIRONMENT,
                    "has to be a name of at most 64 characters without blanks and slashes"
                            + TypedSettings.shown(Setting.SENTRY_ENVIRONMENT, environment));
        }
        return dsn == null ? null : new Settings.Sentry(dsn, environment);
    }

    private Settings.@Nullable Tracing tracing() {
        boolean disabled = settings.bool(Setting.OTEL_SDK_DISABLED, false);
        URI endpoint = settings.address(Setting.OTEL_EXPORTER_OTLP_ENDPOINT);
        for (Setting pairs : List.of(Setting.OTEL_EXPORTER_OTLP_HEADERS, Setting.OTEL_RESOURCE_ATTRIBUTES)) {
            String value = settings.value(pairs);
            if (value != null && !PAIRS.matcher(value).matches()) {
                settings.problem(
                        pairs, "has to be name=value pairs, separated by commas" + TypedSettings.shown(pairs, value));
            }
        }
        String sampler = settings.text(Setting.OTEL_TRACES_SAMPLER, "parentbased_always_on");
        if (!SAMPLERS.contains(sampler.toLowerCase(Locale.ROOT))) {
            settings.problem(
                    Setting.OTEL_TRACES_SAMPLER,
                    "has to be one of " + String.join(", ", SAMPLERS)
                            + TypedSettings.shown(Setting.OTEL_TRACES_SAMPLER, sampler));
        }
        requireRatio();
        return disabled || endpoint == null ? null : new Settings.Tracing(endpoint, properties());
    }

    private void requireRatio() {
        String ratio = settings.text(Setting.OTEL_TRACES_SAMPLER_ARG, "1");
        double number;
        try {
            number = Double.parseDouble(ratio);
        } catch (NumberFormatException e) {
            number = Double.NaN;
        }
        if (!(number >= 0 && number <= 1)) {
            settings.problem(
                    Setting.OTEL_TRACES_SAMPLER_ARG,
                    "has to be a number from 0 to 1" + TypedSettings.shown(Setting.OTEL_TRACES_SAMPLER_ARG, ratio));
        }
    }

    /** The settings as OpenTelemetry's own SDK names them. */
    private Map<String, Secret> properties() {
        Map<String, Secret> properties = new LinkedHashMap<>();
        properties.put("otel.service.name", Secret.of("insightdesk-" + role.wireName()));
        for (Setting setting : Setting.values()) {
            Secret value = setting.name().startsWith("OTEL_") ? settings.secret(setting) : null;
            if (value != null) {
                properties.put(setting.name().toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        }
        return properties;
    }
}
