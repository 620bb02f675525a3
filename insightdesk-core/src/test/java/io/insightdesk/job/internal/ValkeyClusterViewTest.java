package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ValkeyClusterViewTest {

    private static String node(int number, String flags, String slots) {
        return "%040d 10.0.0.%d:6379@16379,valkey-%d %s - 0 1 %d connected%s"
                .formatted(number, number, number, flags, number, slots.isEmpty() ? "" : " " + slots);
    }

    @Test
    void aWholeClusterIsInNoTrouble() {
        ValkeyClusterView view = ValkeyClusterView.of(String.join(
                "\n",
                node(1, "myself,master", "0-5460"),
                node(2, "master", "5461-10922"),
                node(3, "master", "10923-16383"),
                node(4, "slave,fail", ""),
                "%040d :0@0,valkey-5 master,fail,noaddr - 0 1 2 disconnected".formatted(5)));
        assertThat(view.trouble()).isEmpty();
        assertThat(view.silent()).isEmpty();
    }

    @Test
    void slotsOfWhoDoesNotAnswerAndOfNobodyAreNamedWithoutAnAddress() {
        ValkeyClusterView view = ValkeyClusterView.of(String.join(
                "\n",
                node(1, "myself,master", "0-5460 5462"),
                node(2, "master,fail?", "5463-10922"),
                node(3, "master,fail", "10930-16383")));
        assertThat(view.silent()).containsExactly("valkey-2:6379", "valkey-3:6379");
        assertThat(view.trouble())
                .hasValueSatisfying(trouble -> assertThat(trouble)
                        .startsWith("10922 of the Valkey cluster's 16384 slots are not served (5461, 5463-16383)")
                        .doesNotContain("valkey-"));
    }
}
