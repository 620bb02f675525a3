package io.insightdesk.job.internal;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a Valkey is: one node, or some nodes of a cluster. Never shows the password.
 *
 * @param nodes one, or several of a cluster, by which the others are found; at least one
 * @param user who logs in; null for nobody in particular
 * @param password with which password; null for none
 */
record ValkeyAddress(
        boolean tls,
        List<Node> nodes,
        @Nullable String user,
        @Nullable String password) {

    /** What an address looks like, for whoever wrote one that does not. */
    static final String FORM =
            "A Valkey's address is redis://host:6379, or rediss://host:6379 for TLS (valkey:// and valkeys:// mean "
                    + "the same); several nodes with commas between, redis://one:6379,two:6379, are a cluster. user:password@ or "
                    + ":password@ may stand before the first host, with special characters as %40 for @, %2F for / and so on.";

    private static final int USUAL_PORT = 6379;
    private static final String NODE = "(?:\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?";
    private static final Pattern PARTS = Pattern.compile("(?<scheme>redis|valkey)(?<tls>s?)://"
            + "(?:(?<user>[^:@/?#]*):(?<password>[^:@/?#]+)@)?"
            + "(?<nodes>" + NODE + "(?:," + NODE + "){0,99})"
            // Channels do not belong to one of the numbered databases.
            + "(?:/[0-9]{0,5})?");
    private static final Pattern HOST_AND_PORT = Pattern.compile("\\[?(?<host>.+?)]?(?::(?<port>[0-9]{1,5}))?");

    /** A process of it. */
    record Node(String host, int port) {

        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    ValkeyAddress {
        nodes = List.copyOf(nodes);
    }

    /** Reads an address; empty when it is none. */
    static Optional<ValkeyAddress> parse(String uri) {
        Matcher parts = PARTS.matcher(uri);
        if (!parts.matches()) {
            return Optional.empty();
        }
        List<Node> nodes = new ArrayList<>();
        for (String each : parts.group("nodes").split(",", -1)) {
            Optional<Node> node = node(each);
            if (node.isEmpty()) {
                return Optional.empty();
            }
            nodes.add(node.get());
        }
        try {
            String user = decode(parts.group("user"));
            return Optional.of(new ValkeyAddress(
                    !parts.group("tls").isEmpty(),
                    nodes,
                    user == null || user.isEmpty() ? null : user,
                    decode(parts.group("password"))));
        } catch (IllegalArgumentException e) {
            // A per cent sign with something else than two digits after it. Nothing is said of it, for it may be the
            // password's.
            return Optional.empty();
        }
    }

    private static Optional<Node> node(String hostAndPort) {
        Matcher parts = HOST_AND_PORT.matcher(hostAndPort);
        if (!parts.matches()) {
            return Optional.empty();
        }
        int port = parts.group("port") == null ? USUAL_PORT : Integer.parseInt(parts.group("port"));
        return port < 1 || port > 65_535 ? Optional.empty() : Optional.of(new Node(parts.group("host"), port));
    }

    private static @Nullable String decode(@Nullable String text) {
        // A plus sign is itself here, unlike in a form.
        return text == null ? null : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Whether scripts have to look for the node that has their key. */
    boolean isCluster() {
        return nodes.size() > 1;
    }

    @Override
    public String toString() {
        return nodes.stream().map(Node::toString).collect(Collectors.joining(", ")) + (tls ? " (TLS)" : "");
    }
}
