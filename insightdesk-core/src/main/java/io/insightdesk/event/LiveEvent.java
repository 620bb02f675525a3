package io.insightdesk.event;

import static java.util.Objects.requireNonNull;

/**
 * An event, and where it stands in the stream.
 *
 * @param event what happened; {@link Event#ticketId()} is not null
 * @param position the position after it
 * @apiNote Preview: may change with any minor release.
 * @since 0.1.0
 */
public record LiveEvent(Event event, String position) {

    /** Checks that both are there. */
    public LiveEvent {
        requireNonNull(event, "event");
        requireNonNull(position, "position");
    }
}
