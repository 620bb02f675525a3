package io.insightdesk.job.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What nodes tell each other: something is ready in a queue, or will be soon, or a node has jobs.
 *
 * @param sender the node, which needs not be told by itself
 * @param lane where, when it is one lane; null when it may be several
 * @param from from which rank on; or, where it is not ready yet, when it will be
 * @param sort what is told
 */
record Signal(String sender, String queue, @Nullable UUID lane, Instant from, Sort sort) {

    /** Stands for all queues. */
    static final String EVERY_QUEUE = "*";

    /** What is told. */
    enum Sort {
        /** Something may be claimed now. */
        READY,
        /** Something may be claimed at some time. */
        LATER,
        /** A node has jobs that others would have to do if it died. */
        BUSY
    }

    private static final Pattern WIRE =
            Pattern.compile("(?s)(\\S+) (\\*|@|~|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (-?\\d{1,18}) (.+)");
    private static final String SEVERAL = "*";
    private static final String LATER = "@";
    private static final String BUSY = "~";

    /** Something is ready in a lane of a queue, or in several. */
    static Signal ready(String sender, String queue, @Nullable UUID lane, Instant rank) {
        return new Signal(sender, queue, lane, rank, Sort.READY);
    }

    /** Something will be ready in a queue. */
    static Signal later(String sender, String queue, Instant due) {
        return new Signal(sender, queue, null, due, Sort.LATER);
    }

    /** A node has jobs. */
    static Signal busy(String sender) {
        return new Signal(sender, EVERY_QUEUE, null, Instant.EPOCH, Sort.BUSY);
    }

    /** Of the same queue and sort, both in one. */
    Signal with(Signal other) {
        return new Signal(
                sender,
                queue,
                lane != null && lane.equals(other.lane()) ? lane : null,
                from.isBefore(other.from()) ? from : other.from(),
                sort);
    }

    /** The wire form; the queue is the last part, since its name may hold anything. */
    String wire() {
        String where = switch (sort) {
            case READY -> lane == null ? SEVERAL : lane.toString();
            case LATER -> LATER;
            case BUSY -> BUSY;
        };
        return sender + " " + where + " " + ChronoUnit.MICROS.between(Instant.EPOCH, from) + " " + queue;
    }

    /** Reads the wire form; empty for what another release, or somebody else, sent on the channel. */
    static Optional<Signal> parse(String wire) {
        Matcher parts = WIRE.matcher(wire);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String where = parts.group(2);
        Instant from = Instant.EPOCH.plus(Long.parseLong(parts.group(3)), ChronoUnit.MICROS);
        String sender = parts.group(1);
        return Optional.of(
                switch (where) {
                    case BUSY -> busy(sender);
                    case LATER -> later(sender, parts.group(4), from);
                    case SEVERAL -> ready(sender, parts.group(4), null, from);
                    default -> ready(sender, parts.group(4), UUID.fromString(where), from);
                });
    }
}
