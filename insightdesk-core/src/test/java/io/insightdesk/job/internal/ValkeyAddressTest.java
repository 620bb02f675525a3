package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.InsightDesk;
import io.insightdesk.error.InvalidInputException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValkeyAddressTest {

    @Test
    void isReadInEveryForm() {
        assertThat(ValkeyAddress.parse("redis://cache")).contains(address(false, "cache", 6379, null, null));
        assertThat(ValkeyAddress.parse("valkeys://my_cache.example.com:7000/3"))
                .contains(address(true, "my_cache.example.com", 7000, null, null));
        assertThat(ValkeyAddress.parse("rediss://desk:a%40b+c%2F@[::1]:6380"))
                .contains(address(true, "::1", 6380, "desk", "a@b+c/"));
        assertThat(ValkeyAddress.parse("valkey://:secret@cache/"))
                .contains(address(false, "cache", 6379, null, "secret"));
    }

    private static ValkeyAddress address(
            boolean tls, String host, int port, @Nullable String user, @Nullable String password) {
        return new ValkeyAddress(tls, List.of(new ValkeyAddress.Node(host, port)), user, password);
    }

    @Test
    void severalNodesAreACluster() {
        assertThat(ValkeyAddress.parse("valkeys://desk:a%2Cb@one:7000,[fe80::1]:7001,[::2],two/"))
                .get()
                .isEqualTo(new ValkeyAddress(
                        true,
                        List.of(
                                new ValkeyAddress.Node("one", 7000),
                                new ValkeyAddress.Node("fe80::1", 7001),
                                new ValkeyAddress.Node("::2", 6379),
                                new ValkeyAddress.Node("two", 6379)),
                        "desk",
                        "a,b"))
                .returns(true, ValkeyAddress::isCluster)
                .hasToString("one:7000, [fe80::1]:7001, [::2]:6379, two:6379 (TLS)");
        assertThat(ValkeyAddress.parse("valkey://one")).get().returns(false, ValkeyAddress::isCluster);
        // A service that has one name for all of its nodes.
        assertThat(ValkeyAddress.parse("valkey://all,all")).get().returns(true, ValkeyAddress::isCluster);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "cache:6379",
                "http://cache:6379",
                "redis://",
                "redis://cache:0",
                "redis://cache:99999",
                "redis://hunter2@cache",
                "redis://:hun/ter2@cache",
                "redis://:hunter2%@cache",
                "redis://cache?password=hunter2",
                "redis-sentinel://cache",
                "redis://one,",
                "redis://,two",
                "redis://one,,two",
                "redis://one, two",
                "redis://one:6379,two:0",
                "redis://:hunter2@one,:hunter2@two",
                "redis://one,valkey://two"
            })
    void whatIsNoneIsRefusedWithTheRemedyAndWithoutThePassword(String uri) {
        assertThat(ValkeyAddress.parse(uri)).isEmpty();
        assertThatThrownBy(() -> InsightDesk.builder().valkey(uri).build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("/valkey: A Valkey's address is redis://host:6379, or rediss://")
                .hasMessageContaining("/dataSource")
                .message()
                .doesNotContain("hunter2", "hun/ter2");
    }

    @Test
    void neverShowsThePassword() {
        assertThat(ValkeyAddress.parse("rediss://desk:hunter2@[::1]:6380"))
                .get()
                .hasToString("[::1]:6380 (TLS)");
    }
}
