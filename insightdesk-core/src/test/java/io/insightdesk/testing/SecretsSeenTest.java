package io.insightdesk.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A watch that finds nothing is worth nothing: each way to leak is tried on purpose. */
class SecretsSeenTest {

    private static final Logger log = LoggerFactory.getLogger(SecretsSeenTest.class);
    private static final String TOKEN = "idk_" + "0aZ9".repeat(23);

    @ParameterizedTest
    @ValueSource(classes = {LogsASecret.class, ThrowsASecret.class, AnswersATokenInAProblem.class})
    void whoeverLeaksFails(Class<?> leaking) {
        TestExecutionSummary summary = run(leaking);

        assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
        assertThat(summary.getTotalFailureCount()).isEqualTo(1);
        String told = String.valueOf(summary.getFailures().get(0).getException().getMessage());
        assertThat(told).contains("secrets were logged").doesNotContain(TOKEN).doesNotContain("correct-horse");
    }

    @Test
    void whoeverKeepsSecretsDoesNotFail() {
        assertThat(run(KeepsASecret.class).getTotalFailureCount()).isZero();
    }

    private static TestExecutionSummary run(Class<?> type) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(List.of(selectClass(type)))
                                .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
                                .build(),
                        listener);
        return listener.getSummary();
    }

    static final class LogsASecret {
        @Test
        void leaks() {
            log.debug("the password is {}", SecretsSeen.secret("correct-horse-1"));
        }
    }

    static final class ThrowsASecret {
        @Test
        void leaks() {
            String secret = SecretsSeen.secret("correct-horse-2");
            log.debug("no luck", new IllegalStateException("failed", new IllegalArgumentException(secret)));
        }
    }

    static final class AnswersATokenInAProblem {
        @Test
        void leaks() {
            SecretsSeen.said("{\"status\":400,\"detail\":\"The token " + TOKEN + " is unknown.\"}");
        }
    }

    static final class KeepsASecret {
        @Test
        void keeps() {
            log.debug(
                    "the password has {} letters",
                    SecretsSeen.secret("correct-horse-3").length());
        }
    }
}
