package io.insightdesk.event.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.event.EventStream;
import io.insightdesk.event.LiveEvent;
import io.insightdesk.event.LiveEventBatch;
import io.insightdesk.event.LiveEventQuery;
import io.insightdesk.event.LiveEvents;
import io.insightdesk.event.internal.LiveEventStore.Frame;
import io.insightdesk.event.internal.LiveEventStore.Window;
import io.insightdesk.event.internal.LivePosition.ResetReason;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Live events for one actor. */
final class LiveEventService implements LiveEvents {

    private final Scope scope;
    private final LiveFeeds feeds;
    private final BooleanSupplier present;

    /**
     * Makes the service.
     *
     * @param present whether the actor is still logged in, where that is how it came
     */
    LiveEventService(Scope scope, LiveFeeds feeds, BooleanSupplier present) {
        this.scope = scope;
        this.feeds = feeds;
        this.present = present;
    }

    @Override
    public LiveEventBatch read(LiveEventQuery query) {
        requireNonNull(query, "query");
        Access access = access();
        LivePosition from = from(query);
        Window window = scope.run(tx -> {
            if (from == null) {
                return new Window(feeds.store().now(tx), null, List.of());
            }
            return page(tx, from.at(), query, access);
        });
        ResetReason lost = from == null ? null : from.lost(window.frame());
        if (from == null || lost != null) {
            if (lost != null) {
                feeds.reset(lost);
            }
            return new LiveEventBatch(List.of(), text(present(window.frame())), lost != null, false);
        }
        return new LiveEventBatch(events(window), text(after(window, from.at())), false, false);
    }

    @Override
    public EventStream open(LiveEventQuery query) {
        requireNonNull(query, "query");
        if (scope.transactions().joinsAnother()) {
            throw new IllegalStateException("a stream outlives the transaction; open it outside");
        }
        var unused = access();
        LivePosition from = from(query);
        Frame now = scope.run(tx -> feeds.store().now(tx));
        ResetReason lost = from == null ? null : from.lost(now);
        if (lost != null) {
            feeds.reset(lost);
        }
        LivePosition begin = from == null || lost != null ? present(now) : from;
        OpenStream stream = new OpenStream(this, scope, feeds, feeds.join(scope, now), query, begin, lost != null);
        feeds.opened(stream);
        return stream;
    }

    private @Nullable LivePosition from(LiveEventQuery query) {
        String after = query.after();
        return after == null ? null : LivePosition.of(after, feeds.cursors(), scope.tenant());
    }

    /** What the actor may now; refused when it may not see events. */
    Access access() {
        Access access = scope.access();
        access.require(Permission.ACTIVITY_READ);
        if (access.tickets().customer() != null || !present.getAsBoolean()) {
            throw access.refusal(Permission.ACTIVITY_READ);
        }
        return access;
    }

    Window page(Tx tx, LivePoint after, LiveEventQuery query, Access access) {
        return feeds.store()
                .ofOne(tx, after, LiveEventQuery.BATCH, query, access.tickets(), access.allows(Permission.NOTE_READ));
    }

    static LivePosition present(Frame frame) {
        return new LivePosition(frame.epoch(), LivePoint.before(frame.open()), frame.now());
    }

    /** Where to go on after a page: where it ended, or when it was not full, where everything is read. */
    static LivePosition after(Window window, LivePoint from) {
        List<LiveRow> rows = window.rows();
        LivePoint last = rows.isEmpty() ? from : rows.get(rows.size() - 1).point();
        LivePoint at = rows.size() == LiveEventQuery.BATCH
                ? last
                : LivePoint.before(window.frame().open()).orLater(last);
        return new LivePosition(window.frame().epoch(), at, window.frame().now());
    }

    List<LiveEvent> events(Window window) {
        Frame frame = window.frame();
        return window.rows().stream()
                .map(row -> new LiveEvent(row.event(), text(new LivePosition(frame.epoch(), row.point(), frame.now()))))
                .toList();
    }

    String text(LivePosition position) {
        return position.text(feeds.cursors(), scope.tenant());
    }
}
