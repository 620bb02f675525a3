package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.InsightDesk;
import io.insightdesk.error.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValkeyAddressTest {

    @Test
    void isReadInEveryForm() {
        assertThat(ValkeyAddress.parse("redis://cache")).contains(new ValkeyAddress(false, "cache", 6379, null, null));
        assertThat(ValkeyAddress.parse("valkeys://my_cache.example.com:7000/3"))
                .contains(new ValkeyAddress(true, "my_cache.example.com", 7000, null, null));
        assertThat(ValkeyAddress.parse("rediss://desk:a%40b+c%2F@[::1]:6380"))
                .contains(new ValkeyAddress(true, "::1", 6380, "desk", "a@b+c/"));
        assertThat(ValkeyAddress.parse("valkey://:secret@cache/"))
                .contains(new ValkeyAddress(false, "cache", 6379, null, "secret"));
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
                "redis://one,two"
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
