package io.insightdesk.devenv.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LazyTest {
    @Test
    void itIsMadeOnceAndOnlyWhenAskedFor() {
        AtomicInteger made = new AtomicInteger();
        Lazy<Integer> lazy = new Lazy<>(made::incrementAndGet);

        assertThat(lazy.made()).isEmpty();
        assertThat(lazy.get()).isEqualTo(1);
        assertThat(lazy.get()).isEqualTo(1);
        assertThat(lazy.made()).contains(1);
    }

    @Test
    void whoeverAsksAfterAFailureHearsOfItWithoutANewAttempt() {
        AtomicInteger attempts = new AtomicInteger();
        Lazy<String> lazy = new Lazy<>(() -> {
            throw new IllegalStateException("attempt " + attempts.incrementAndGet());
        });

        assertThatThrownBy(lazy::get).hasMessage("attempt 1");
        assertThatThrownBy(lazy::get).hasMessage("attempt 1");
        assertThat(lazy.made()).isEmpty();
    }
}
