package io.insightdesk.job.internal;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a Valkey is. Never shows the password.
 *
 * @param user who logs in; null for nobody in particular
 * @param password with which password; null for none
 */
record ValkeyAddress(
        boolean tls,
        String host,
        int port,
        @Nullable String user,
        @Nullable String password) {

    /** What an address looks like, for whoever wrote one that does not. */
    static final String FORM =
            "A Valkey's address is redis://host:6379, or rediss://host:6379 for TLS (valkey:// and valkeys:// mean "
                    + "the same). user:password@ or :password@ may stand before the host, with special characters as %40 for @, %2F for / "
                    + "and so on.";

    private static final int USUAL_PORT = 6379;
    private static final Pattern PARTS = Pattern.compile("(?<scheme>redis|valkey)(?<tls>s?)://"
            + "(?:(?<user>[^:@/?#]*):(?<password>[^:@/?#]+)@)?"
            + "(?<host>\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::(?<port>[0-9]{1,5}))?"
            // Channels do not belong to one of the numbered databases.
            + "(?:/[0-9]{0,5})?");

    /** Reads an address; empty when it is none. */
    static Optional<ValkeyAddress> parse(String uri) {
        Matcher parts = PARTS.matcher(uri);
        if (!parts.matches()) {
            return Optional.empty();
        }
        int port = parts.group("port") == null ? USUAL_PORT : Integer.parseInt(parts.group("port"));
        if (port < 1 || port > 65_535) {
            return Optional.empty();
        }
        try {
            String user = decode(parts.group("user"));
            return Optional.of(new ValkeyAddress(
                    !parts.group("tls").isEmpty(),
                    parts.group("host").replaceAll("[\\[\\]]", ""),
                    port,
                    user == null || user.isEmpty() ? null : user,
                    decode(parts.group("password"))));
        } catch (IllegalArgumentException e) {
            // A per cent sign with something else than two digits after it. Nothing is said of it, for it may be the
            // password's.
            return Optional.empty();
        }
    }

    private static @Nullable String decode(@Nullable String text) {
        // A plus sign is itself here, unlike in a form.
        return text == null ? null : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port + (tls ? " (TLS)" : "");
    }
}
