package io.insightdesk.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which version of a library runs. */
final class Versions {
    private Versions() {}

    /** The version in the properties that Maven packs, else that of the manifest, else "unknown". */
    static String of(String group, String artifact, Class<?> type) {
        String path = "/META-INF/maven/" + group + "/" + artifact + "/pom.properties";
        try (InputStream stream = type.getResourceAsStream(path)) {
            if (stream != null) {
                Properties properties = new Properties();
                properties.load(stream);
                return properties.getProperty("version", "unknown");
            }
        } catch (IOException e) {
            throw new IllegalStateException("Cannot read " + path, e);
        }
        String manifest = type.getPackage().getImplementationVersion();
        return manifest == null ? "unknown" : manifest;
    }
}
