package io.insightdesk.event.internal;

import io.insightdesk.error.LimitReachedException;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.event.LiveEventLimits;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.tenant.TenantId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The streams of live events that are open on this node, and what they read. Thread-safe. */
final class LiveFeeds {

    private static final Duration RETRY = Duration.ofSeconds(30);

    /** After what time a stream that nobody has read from makes room where there is none. */
    static final Duration UNREAD = Duration.ofSeconds(10);

    private final Database database;
    private final LiveEventStore store = new LiveEventStore();
    private final Cursors cursors;
    private final LiveEventLimits limits;
    private final MeterRegistry meters;
    private final Timer delay;
    private final Counter given;
    private final Map<OpenStream, Long> unread = new ConcurrentHashMap<>();
    private final Map<TenantId, LiveFeed> feeds = new ConcurrentHashMap<>();
    // Guarded by this.
    private final Map<Holder, Integer> open = new HashMap<>();
    private int all;
    private volatile boolean ended;

    /** Whose streams are counted. */
    private record Holder(TenantId tenant, Actor actor) {
        static Holder of(Scope scope) {
            Actor actor = scope.actor();
            // By who it is, whatever the name and the way.
            return new Holder(scope.tenant(), new Actor(actor.type(), actor.id(), "", ""));
        }
    }

    LiveFeeds(Database database, Cursors cursors, LiveEventLimits limits, MeterRegistry meters) {
        this.database = database;
        this.cursors = cursors;
        this.limits = limits;
        this.meters = meters;
        this.delay = Timer.builder("insightdesk.events.delay")
                .description("Time from the making of an event to its being read for streams")
                .register(meters);
        this.given = Counter.builder("insightdesk.events.streamed")
                .description("Events given to streams")
                .register(meters);
        Gauge.builder("insightdesk.events.streams", this, LiveFeeds::openStreams)
                .description("Open streams of live events on this node")
                .strongReference(true)
                .register(meters);
        Gauge.builder("insightdesk.events.lag", this, LiveFeeds::lagSeconds)
                .description("For how long events that happened have not been read for streams")
                .baseUnit("seconds")
                .strongReference(true)
                .register(meters);
    }

    Database database() {
        return database;
    }

    LiveEventStore store() {
        return store;
    }

    Cursors cursors() {
        return cursors;
    }

    boolean ended() {
        return ended;
    }

    void gave(int events) {
        given.increment(events);
    }

    void reset(LivePosition.ResetReason reason) {
        Counter.builder("insightdesk.events.resets")
                .description("Streams whose reader had to begin anew")
                .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                .register(meters)
                .increment();
    }

    /** In the transaction of an event: who listens on this node hears of it soon after the commit. */
    void announce(Tx tx) {
        LiveFeed feed = feeds.isEmpty() ? null : feeds.get(new TenantId(tx.tenant()));
        if (feed != null) {
            tx.afterCommit(feed::announce);
        }
    }

    /** Remembers a stream that nobody has read from yet: its reader may never come, as where an answer fails before it is written. */
    void opened(OpenStream stream) {
        unread.put(stream, System.nanoTime());
    }

    /** Its reader has come, or it is closed. */
    void begun(OpenStream stream) {
        Long unused = unread.remove(stream);
    }

    /** Whether there were any. */
    private boolean closeUnread() {
        long before = System.nanoTime() - UNREAD.toNanos();
        List<OpenStream> forgotten = unread.entrySet().stream()
                .filter(each -> each.getValue() - before < 0)
                .map(Map.Entry::getKey)
                .toList();
        forgotten.forEach(OpenStream::close);
        return !forgotten.isEmpty();
    }

    /** Makes room for a stream and joins the tenant's feed; to be left by {@link #leave}. */
    LiveFeed join(Scope scope, LiveEventStore.Frame now) {
        try {
            return joinWithin(scope, now);
        } catch (LimitReachedException e) {
            if (!closeUnread()) {
                throw e;
            }
            return joinWithin(scope, now);
        }
    }

    private LiveFeed joinWithin(Scope scope, LiveEventStore.Frame now) {
        Holder holder = Holder.of(scope);
        synchronized (this) {
            if (ended) {
                throw new UnavailableException(
                        "streams_closed", "This node is about to stop and opens no streams; try again.", null);
            }
            int own = open.getOrDefault(holder, 0);
            LiveFeed known = feeds.get(scope.tenant());
            int ofTenant = known == null ? 0 : known.count(0);
            if (scope.actor().type() != ActorType.SYSTEM) {
                refuse(own, limits.perActor(), "of this actor");
            }
            refuse(ofTenant, limits.perTenant(), "of this tenant");
            refuse(all, limits.perNode(), "on this node");
            all++;
            open.put(holder, own + 1);
            LiveFeed feed = known == null ? feed(scope.tenant(), now) : known;
            int unused = feed.count(1);
            return feed;
        }
    }

    private static void refuse(int used, int allowed, String whose) {
        if (used >= allowed) {
            throw new LimitReachedException(
                    "too_many_streams",
                    "There are " + used + " streams of events open " + whose + ", and " + allowed
                            + " are allowed; close some.",
                    RETRY);
        }
    }

    private LiveFeed feed(TenantId tenant, LiveEventStore.Frame now) {
        LiveFeed made = new LiveFeed(
                (after, limit) -> database.run(tenant.value(), tx -> store.ofAll(tx, after, limit)),
                sinceItWasMade -> delay.record(sinceItWasMade.isNegative() ? Duration.ZERO : sinceItWasMade),
                System::nanoTime,
                now);
        feeds.put(tenant, made);
        return made;
    }

    void leave(Scope scope, LiveFeed feed) {
        Holder holder = Holder.of(scope);
        synchronized (this) {
            all--;
            open.computeIfPresent(holder, (who, count) -> count == 1 ? null : count - 1);
            if (feed.count(-1) == 0) {
                feeds.computeIfPresent(scope.tenant(), (tenant, known) -> known.equals(feed) ? null : known);
            }
        }
        feed.wake();
    }

    /** Ends all streams and takes no more. */
    void end() {
        List<LiveFeed> running;
        synchronized (this) {
            ended = true;
            running = List.copyOf(feeds.values());
        }
        running.forEach(LiveFeed::wake);
    }

    private synchronized int openStreams() {
        return all;
    }

    private double lagSeconds() {
        return feeds.values().stream().mapToDouble(LiveFeed::lagSeconds).max().orElse(0);
    }
}
