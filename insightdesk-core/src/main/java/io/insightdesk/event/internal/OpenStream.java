package io.insightdesk.event.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.UnavailableException;
import io.insightdesk.event.EventStream;
import io.insightdesk.event.LiveEvent;
import io.insightdesk.event.LiveEventBatch;
import io.insightdesk.event.LiveEventQuery;
import io.insightdesk.event.internal.LiveEventStore.Window;
import io.insightdesk.event.internal.LivePosition.ResetReason;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A stream: takes from the tenant's feed what the actor sees. One that the feed is past, because it went on from an old position or is
 * read slowly, reads by itself until it is there. Nothing is kept for a stream but its place.
 */
final class OpenStream implements EventStream {

    /** How often it is looked whether the actor still may, while nothing happens. */
    static final Duration CHECK = Duration.ofSeconds(10);

    /** How many events are given of what was before the stream began. */
    static final int REPLAY = 10_000;

    private final LiveEventService service;
    private final Scope scope;
    private final LiveFeeds feeds;
    private final LiveFeed feed;
    private final LiveEventQuery query;
    private final AtomicBoolean closed = new AtomicBoolean();
    private LivePosition at;
    private boolean reset;
    private boolean begun;
    private int replayed;

    OpenStream(
            LiveEventService service,
            Scope scope,
            LiveFeeds feeds,
            LiveFeed feed,
            LiveEventQuery query,
            LivePosition begin,
            boolean reset) {
        this.service = service;
        this.scope = scope;
        this.feeds = feeds;
        this.feed = feed;
        this.query = query;
        this.at = begin;
        this.reset = reset;
    }

    @Override
    public String position() {
        return service.text(at);
    }

    @Override
    public LiveEventBatch next(Duration atMost) throws InterruptedException {
        requireNonNull(atMost, "atMost");
        if (!begun) {
            begun = true;
            feeds.begun(this);
        }
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            if (isOver()) {
                return batch(List.of(), true);
            }
            List<LiveEvent> events = available();
            if (!events.isEmpty() || reset) {
                return batch(events, false);
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return batch(List.of(), false);
            }
            feed.await(at, Math.min(left, CHECK.toNanos()), this::isOver);
        }
    }

    private boolean isOver() {
        return closed.get() || feeds.ended();
    }

    private LiveEventBatch batch(List<LiveEvent> events, boolean ended) {
        boolean anew = reset;
        reset = false;
        feeds.gave(events.size());
        return new LiveEventBatch(events, position(), anew, ended);
    }

    /** What the actor sees of what is there; empty while nothing can be found out. */
    private List<LiveEvent> available() {
        try {
            Access access = service.access();
            while (true) {
                LiveFeed.Taken taken = feed.take(at, LiveEventQuery.BATCH);
                if (!taken.known()) {
                    return replay(access);
                }
                List<LiveEvent> seen = seen(taken.rows(), access);
                if (taken.rows().size() < LiveEventQuery.BATCH) {
                    advance(taken.position());
                    replayed = 0;
                    return seen;
                }
                advance(taken.rows().get(taken.rows().size() - 1).position());
                if (!seen.isEmpty()) {
                    return seen;
                }
            }
        } catch (UnavailableException e) {
            // The database is away. The feed says so in the log, once for all streams; what happened meanwhile comes
            // later.
            return List.of();
        }
    }

    private void advance(LivePosition to) {
        at = new LivePosition(to.epoch(), to.at().orLater(at.at()), to.issued());
    }

    private List<LiveEvent> seen(List<LiveFeed.Kept> rows, Access access) {
        boolean notes = access.allows(Permission.NOTE_READ);
        List<LiveEvent> seen = new ArrayList<>();
        for (LiveFeed.Kept one : rows) {
            LiveRow row = one.row();
            if ((notes || !row.note()) && isWanted(row) && row.isIn(access.tickets())) {
                seen.add(new LiveEvent(row.event(), service.text(one.position())));
            }
        }
        return seen;
    }

    private boolean isWanted(LiveRow row) {
        return (query.ticketId() == null || query.ticketId().equals(row.event().ticketId()))
                && (query.types().isEmpty()
                        || query.types().contains(row.event().type()));
    }

    /** Reads by itself, in the stream's own name. */
    private List<LiveEvent> replay(Access access) {
        Window window = scope.run(tx -> service.page(tx, at.at(), query, access));
        @Nullable ResetReason lost = at.lost(window.frame());
        replayed += window.rows().size();
        if (lost == null && replayed > REPLAY) {
            lost = ResetReason.TOO_FAR_BEHIND;
        }
        if (lost != null) {
            feeds.reset(lost);
            replayed = 0;
            reset = true;
            at = LiveEventService.present(window.frame());
            return List.of();
        }
        List<LiveEvent> events = service.events(window);
        at = LiveEventService.after(window, at.at());
        return events;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            feeds.begun(this);
            feeds.leave(scope, feed);
        }
    }
}
