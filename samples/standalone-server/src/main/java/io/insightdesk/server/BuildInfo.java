package io.insightdesk.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which build this is.
 *
 * @param version the version of the server
 * @param commit the commit that it was built from; {@code unknown} where it was built outside a repository
 */
record BuildInfo(String version, String commit) {

    private static final String UNKNOWN = "unknown";
    private static final int SHORT = 12;

    /** Reads what the build has left in the jar. */
    static BuildInfo ofThisJar() {
        Properties properties = new Properties();
        try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BuildInfo(known(properties, "version"), known(properties, "commit"));
    }

    /** Makes it a metric, whose value is always 1. */
    void register(MeterRegistry meters) {
        Gauge.builder("insightdesk.build.info", () -> 1)
                .description("Which build this is")
                .tag("version", version)
                .tag("commit", commit)
                .register(meters);
    }

    /** A placeholder that nothing was filled in for is as good as nothing. */
    private static String known(Properties properties, String name) {
        String value = properties.getProperty(name, "").strip();
        return value.isEmpty() || value.startsWith("$") ? UNKNOWN : value;
    }

    @Override
    public String toString() {
        return "InsightDesk " + version + " (commit " + (commit.length() > SHORT ? commit.substring(0, SHORT) : commit)
                + ")";
    }
}
