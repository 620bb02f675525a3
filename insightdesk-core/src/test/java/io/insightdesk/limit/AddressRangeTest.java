package io.insightdesk.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.InvalidInputException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {

    private static InetAddress address(String text) {
        return AddressRange.address(text).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.255, true",
        "192.0.2.0/24, 192.0.3.0, false",
        "10.0.0.0/9, 10.127.255.255, true",
        "10.0.0.0/9, 10.128.0.0, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.8, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1, ::1, true",
        "192.0.2.0/24, ::ffff:192.0.2.9, true"
    })
    void holdsWhatHasItsPrefix(String range, String address, boolean holds) {
        assertThat(AddressRange.of(range).contains(address(address))).isEqualTo(holds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "example.com/24",
                "192.0.2.1/24",
                "192.0.2.0/33",
                "192.0.2",
                "192.0.2.256",
                "1.2.3.4.5",
                "010.0.0.1",
                "2001:db8::/129",
                "2001:db8::1::2",
                "fe80::1%eth0",
                "192.0.2.0/",
                "192.0.2.0/-1",
                " 192.0.2.0",
                "1.2.3.4:80",
                "dead.beef"
            })
    void refusesWhatIsNoRange(String text) {
        assertThatThrownBy(() -> AddressRange.of(text)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void isWrittenAsItIsRead() {
        for (String text : new String[] {"192.0.2.0/24", "192.0.2.7/32", "2001:db8:0:0:0:0:0:0/32"}) {
            assertThat(AddressRange.of(text).toString()).isEqualTo(text);
        }
        assertThat(AddressRange.of("2001:db8::/32")).isEqualTo(AddressRange.of("2001:DB8:0::/32"));
        assertThat(AddressRange.around(address("2001:db8::1:2:3:4"), 32, 64))
                .isEqualTo(AddressRange.of("2001:db8::/64"));
        assertThat(AddressRange.around(address("192.0.2.9"), 32, 64)).isEqualTo(AddressRange.of("192.0.2.9"));
    }
}
