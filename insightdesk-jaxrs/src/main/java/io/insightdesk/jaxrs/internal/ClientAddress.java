package io.insightdesk.jaxrs.internal;

import io.insightdesk.jaxrs.ApiOptions;
import io.insightdesk.limit.AddressRange;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where a request comes from. Proxies append to {@code X-Forwarded-For}, so it is read from the right, and only as far as
 * each one that says something is trusted: what a client wrote there itself is never believed.
 */
final class ClientAddress {
    /** The property that holds the other end of the connection. */
    static final String PEER = "io.insightdesk.peer";

    private ClientAddress() {}

    /** The client; empty where nothing tells who is at the other end. */
    static Optional<InetAddress> of(ContainerRequestContext request, ApiOptions options) {
        return peer(request, options)
                .map(peer -> client(peer, request.getHeaderString("X-Forwarded-For"), options.trustedProxies()));
    }

    private static Optional<InetAddress> peer(ContainerRequestContext request, ApiOptions options) {
        Optional<String> told = options.peerAddress(request);
        return (told.isPresent() ? told : Optional.ofNullable((String) request.getProperty(PEER)))
                .flatMap(ClientAddress::parse);
    }

    static InetAddress client(InetAddress peer, @Nullable String forwarded, List<AddressRange> trusted) {
        if (forwarded == null) {
            return peer;
        }
        InetAddress client = peer;
        String[] hops = forwarded.split(",", -1);
        for (int i = hops.length - 1; i >= 0 && isTrusted(client, trusted); i--) {
            Optional<InetAddress> hop = parse(hops[i].strip());
            if (hop.isEmpty()) {
                // A trusted proxy does not write this; nobody can say what is left of it.
                return client;
            }
            client = hop.get();
        }
        return client;
    }

    /** Whether the client's connection is encrypted, as far as is known. */
    static boolean isSecure(ContainerRequestContext request, ApiOptions options) {
        if (request.getSecurityContext() != null && request.getSecurityContext().isSecure()) {
            return true;
        }
        String scheme = request.getHeaderString("X-Forwarded-Proto");
        return scheme != null
                && scheme.strip().toLowerCase(Locale.ROOT).equals("https")
                && peer(request, options)
                        .filter(peer -> isTrusted(peer, options.trustedProxies()))
                        .isPresent();
    }

    private static boolean isTrusted(InetAddress address, List<AddressRange> trusted) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }

    /** Reads an address, with a port or in brackets as well, which some proxies write. */
    private static Optional<InetAddress> parse(String text) {
        String host = text;
        if (host.startsWith("[") && host.contains("]")) {
            host = host.substring(1, host.indexOf(']'));
        } else if (host.indexOf(':') > 0 && host.indexOf(':') == host.lastIndexOf(':')) {
            host = host.substring(0, host.indexOf(':'));
        }
        // Of this machine's own interfaces, the zone says nothing about who it is.
        int zone = host.indexOf('%');
        return AddressRange.address(zone < 0 ? host : host.substring(0, zone));
    }
}
