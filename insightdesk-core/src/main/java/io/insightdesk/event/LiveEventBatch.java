package io.insightdesk.event;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Some live events.
 *
 * @param events in the order of the stream; unmodifiable
 * @param position the position after them; moves on also when only others' events came
 * @param reset whether events before these may be missing, since there was no going on from the position: the database is another one,
 *     or was set back, or the position is too old or too far behind. Whoever shows a state has to read it anew.
 * @param ended whether the stream is closed, and nothing more comes
 * @apiNote Preview: may change with any minor release.
 * @since 0.1.0
 */
public record LiveEventBatch(List<LiveEvent> events, String position, boolean reset, boolean ended) {

    /** Copies the events. */
    public LiveEventBatch {
        events = List.copyOf(events);
        requireNonNull(position, "position");
    }
}
