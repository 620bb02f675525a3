package io.insightdesk.internal;

import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has refused permissions logged: who wanted what in which tenant, by identifiers only. The first of an actor and permission is logged
 * at once; what follows within {@link #PERIOD} is counted, and told with the first line after it. So a flood of refused requests is a
 * line a minute. Thread-safe.
 */
public final class Refusals {

    /** The logger of security events. */
    public static final String LOGGER = "io.insightdesk.security";

    /** How long the same is counted only. */
    static final Duration PERIOD = Duration.ofMinutes(1);

    /** Of how many actors and permissions is known what was logged; all further ones share one line. */
    static final int MAX_KNOWN = 10_000;

    private static final Logger log = LoggerFactory.getLogger(LOGGER);
    private static final int MAX_REQUEST_ID = 128;

    private final LongSupplier nanoTime;
    private final Consumer<String> lines;
    private final Map<Key, Period> known = new HashMap<>();
    private long sweptAt;

    /** Makes it, for the log of this process. */
    public Refusals() {
        this(System::nanoTime, log::warn);
    }

    Refusals(LongSupplier nanoTime, Consumer<String> lines) {
        this.nanoTime = nanoTime;
        this.lines = lines;
        this.sweptAt = nanoTime.getAsLong();
    }

    /** What is logged once in a while; without actor where there are too many of them. */
    private record Key(
            @Nullable TenantId tenant,
            @Nullable ActorType type,
            @Nullable UUID actor,
            @Nullable UUID token,
            String permission) {

        @Override
        public String toString() {
            return "permission=" + permission + " actor="
                    + (type == null ? "several" : type.name().toLowerCase(Locale.ROOT))
                    + (actor == null ? "" : ":" + actor)
                    + (token == null || token.equals(actor) ? "" : " token=" + token)
                    + " tenant=" + (tenant == null ? "several" : tenant);
        }
    }

    private static final class Period {
        private final long begunAt;
        private long more;

        Period(long begunAt) {
            this.begunAt = begunAt;
        }
    }

    /** The same authority, whose refusals are logged. */
    public Authority logged(Authority authority) {
        return new Authority() {
            @Override
            public Access access(Scope scope) {
                return authority.access(scope).told(permission -> add(scope, throughToken(), permission));
            }

            @Override
            public @Nullable UUID throughToken() {
                return authority.throughToken();
            }
        };
    }

    private void add(Scope scope, @Nullable UUID token, String permission) {
        Actor actor = scope.actor();
        Key key = new Key(scope.tenant(), actor.type(), actor.id(), token, permission);
        // Written outside the lock: an appender may be slow.
        add(key, scope.requestId()).forEach(lines);
    }

    private synchronized List<String> add(Key wanted, @Nullable String requestId) {
        long now = nanoTime.getAsLong();
        List<String> due = new ArrayList<>();
        if (now - sweptAt >= PERIOD.toNanos()) {
            sweptAt = now;
            sweep(now, wanted, due);
        }
        Key key = known.containsKey(wanted) || known.size() < MAX_KNOWN
                ? wanted
                : new Key(null, null, null, null, "several");
        Period period = known.get(key);
        if (period != null && now - period.begunAt < PERIOD.toNanos()) {
            period.more++;
            return due;
        }
        known.put(key, new Period(now));
        due.add("access_denied " + key + (requestId == null ? "" : " request=" + safe(requestId))
                + (period == null || period.more == 0 ? "" : " before=" + period.more));
        return due;
    }

    /** Forgets what is over, and tells what was only counted; of what is refused now the next line tells. */
    private void sweep(long now, Key but, List<String> due) {
        for (Iterator<Map.Entry<Key, Period>> all = known.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Key, Period> each = all.next();
            Period period = each.getValue();
            if (now - period.begunAt >= PERIOD.toNanos() && !each.getKey().equals(but)) {
                if (period.more > 0) {
                    due.add("access_denied " + each.getKey() + " before=" + period.more);
                }
                all.remove();
            }
        }
    }

    /** Tells what was only counted. */
    public void close() {
        List<String> due = new ArrayList<>();
        synchronized (this) {
            known.forEach((key, period) -> {
                if (period.more > 0) {
                    due.add("access_denied " + key + " before=" + period.more);
                }
            });
            known.clear();
        }
        due.forEach(lines);
    }

    /** A host's identifier of a request may be any text, which must not look like another line. */
    private static String safe(String requestId) {
        String text = requestId.replaceAll("[^\\x21-\\x7E]", "_");
        return text.length() <= MAX_REQUEST_ID ? text : text.substring(0, MAX_REQUEST_ID);
    }
}
