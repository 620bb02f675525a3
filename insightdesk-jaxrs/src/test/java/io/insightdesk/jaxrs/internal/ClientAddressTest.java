package io.insightdesk.jaxrs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.limit.AddressRange;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {
    private static final List<AddressRange> PROXIES =
            List.of(AddressRange.of("10.0.0.0/8"), AddressRange.of("2001:db8:aaaa::/48"));

    private static InetAddress address(String text) {
        return AddressRange.address(text).orElseThrow();
    }

    /** Threat: a client that writes the header itself, to be counted, or let in, as somebody else. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Nobody before the server: what the client says is nothing.
                "203.0.113.9 | 192.0.2.1 | 203.0.113.9",
                "203.0.113.9 | 192.0.2.1, 10.0.0.2 | 203.0.113.9",
                // One proxy, which appended the client; the client had written the rest.
                "10.0.0.1 | 203.0.113.9 | 203.0.113.9",
                "10.0.0.1 | 192.0.2.1, 203.0.113.9 | 203.0.113.9",
                "10.0.0.1 | 192.0.2.1, 10.0.0.2, 203.0.113.9 | 203.0.113.9",
                // Two proxies in a row.
                "10.0.0.1 | 192.0.2.1, 203.0.113.9, 10.0.0.2 | 203.0.113.9",
                "2001:db8:aaaa::1 | 2001:db8:bbbb::7, 10.0.0.2 | 2001:db8:bbbb::7",
                // A client among the proxies' own addresses.
                "10.0.0.1 | 10.0.0.3, 10.0.0.2 | 10.0.0.3",
                // What no proxy writes.
                "10.0.0.1 | nonsense | 10.0.0.1",
                "10.0.0.1 | 203.0.113.9, | 10.0.0.1",
                "10.0.0.1 | localhost, 10.0.0.2 | 10.0.0.2",
                // Ports, brackets and IPv4 in IPv6, as some proxies write them.
                "10.0.0.1 | 203.0.113.9:4711 | 203.0.113.9",
                "10.0.0.1 | [2001:db8::7]:4711 | 2001:db8::7",
                "::ffff:10.0.0.1 | 203.0.113.9 | 203.0.113.9"
            })
    void onlyWhatATrustedProxySaidIsBelieved(String peer, String forwarded, String client) {
        assertThat(ClientAddress.client(address(peer), forwarded, PROXIES)).isEqualTo(address(client));
    }

    @Test
    void withoutTheHeaderOrAProxyThePeerIsTheClient() {
        assertThat(ClientAddress.client(address("10.0.0.1"), null, PROXIES)).isEqualTo(address("10.0.0.1"));
        assertThat(ClientAddress.client(address("10.0.0.1"), "192.0.2.1", List.of()))
                .isEqualTo(address("10.0.0.1"));
    }
}
