package io.insightdesk.devenv.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenSessionTest {
    @Test
    void theComplaintSaysWhatEachSessionDidLastAndWhatToDo() {
        String complaint = OpenSession.complaint(
                "com.example.ShopTest",
                List.of(
                        new OpenSession(
                                "shop",
                                "idle in transaction",
                                Duration.ofMillis(1234),
                                "update orders\n  set state = 'paid'"),
                        new OpenSession("", "idle", null, "")));

        assertThat(complaint)
                .startsWith("com.example.ShopTest left 2 connection(s) to its database open:")
                .contains("idle in transaction, in a transaction for 1234 ms, last statement of shop: update orders set"
                        + " state = 'paid'")
                .contains("idle, last statement of a client without a name: none")
                .endsWith("@DevEnvironmentTest(allowOpenConnections = true).");
    }
}
