package io.insightdesk.job.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What nodes tell each other: something is ready in a queue.
 *
 * @param sender the node, which needs not be told by itself
 * @param lane where, when it is one lane; null when it may be several
 * @param rank from which rank on
 */
record Signal(String sender, String queue, @Nullable UUID lane, Instant rank) {

    private static final Pattern WIRE =
            Pattern.compile("(?s)(\\S+) (\\*|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (-?\\d{1,18}) (.+)");
    /** Stands for all queues. */
    static final String EVERY_QUEUE = "*";

    private static final String SEVERAL = "*";

    /** The wire form; the queue is the last part, since its name may hold anything. */
    String wire() {
        return sender + " " + (lane == null ? SEVERAL : lane.toString()) + " "
                + ChronoUnit.MICROS.between(Instant.EPOCH, rank) + " " + queue;
    }

    /** Reads the wire form; empty for what another release, or somebody else, sent on the channel. */
    static Optional<Signal> parse(String wire) {
        Matcher parts = WIRE.matcher(wire);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String lane = parts.group(2);
        return Optional.of(new Signal(
                parts.group(1),
                parts.group(4),
                lane.equals(SEVERAL) ? null : UUID.fromString(lane),
                Instant.EPOCH.plus(Long.parseLong(parts.group(3)), ChronoUnit.MICROS)));
    }
}
