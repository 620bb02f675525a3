package io.insightdesk.job.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SignalSenderTest {

    private static final Lane LANE = new Lane("default", new UUID(0, 1), "");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<SignalSender> senders = new ArrayList<>();

    @AfterEach
    void close() {
        senders.forEach(SignalSender::close);
    }

    private SignalSender sender(FailingWire wire) {
        SignalSender sender = new SignalSender(wire, "here", meters, WorkerThreads.daemons());
        senders.add(sender);
        return sender;
    }

    @Test
    void whereNodesPollSeldomTheyAreToldToLookWhenTheWireCarriesAgain() {
        FailingWire wire = new FailingWire(true, 2);
        SignalSender sender = sender(wire);

        sender.tell(LANE, Instant.EPOCH);

        await().until(() -> !wire.sent.isEmpty());
        assertThat(wire.sent)
                .containsExactly(Signal.ready("here", Signal.EVERY_QUEUE, null, Instant.EPOCH)
                        .wire());
        assertThat(wire.calls).hasValue(3);
    }

    @Test
    void whereNodesPollOftenTheyFindItThemselves() {
        FailingWire wire = new FailingWire(false, 1);
        SignalSender sender = sender(wire);

        sender.tell(LANE, Instant.EPOCH);
        await().until(() -> wire.calls.get() == 1);
        sender.tellBusy();

        await().until(() -> !wire.sent.isEmpty());
        assertThat(wire.sent).containsExactly(Signal.busy("here").wire());
        assertThat(wire.calls).hasValue(2);
    }

    @Test
    void closingDoesNotWaitForAWireThatCarriesNothing() {
        FailingWire wire = new FailingWire(true, Integer.MAX_VALUE);
        SignalSender sender = sender(wire);
        sender.tell(LANE, Instant.EPOCH);
        await().until(() -> wire.calls.get() > 0);

        await().atMost(Duration.ofSeconds(3)).until(() -> {
            sender.close();
            return true;
        });
        assertThat(wire.sent).isEmpty();
    }

    /** Carries nothing for so many times. */
    private static final class FailingWire implements SignalWire {

        private final boolean sparesDatabase;
        private final int failures;
        private final AtomicInteger calls = new AtomicInteger();
        private final List<String> sent = new CopyOnWriteArrayList<>();

        FailingWire(boolean sparesDatabase, int failures) {
            this.sparesDatabase = sparesDatabase;
            this.failures = failures;
        }

        @Override
        public String name() {
            return "failing";
        }

        @Override
        public String describe() {
            return "nothing";
        }

        @Override
        public String whenDeaf() {
            return "deaf";
        }

        @Override
        public Duration listenAgain() {
            return Duration.ofMillis(20);
        }

        @Override
        public void send(List<String> payloads) {
            if (calls.incrementAndGet() <= failures) {
                throw new AwayException("away");
            }
            sent.addAll(payloads);
        }

        @Override
        public boolean sparesDatabase() {
            return sparesDatabase;
        }

        @Override
        public Ear listen() {
            throw new UnsupportedOperationException("nobody listens here");
        }

        @Override
        public Condition condition() {
            return Condition.AWAY;
        }

        @Override
        public void close() {}
    }
}
