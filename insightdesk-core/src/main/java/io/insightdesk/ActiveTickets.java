package io.insightdesk;

import io.insightdesk.error.InsightDeskException;
import io.insightdesk.event.Actor;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Scope;
import io.insightdesk.tenant.TenantId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gauge of tickets that are not done, over all tenants. Counted when somebody looks, at most once a minute: counting costs
 * an index scan per tenant.
 */
final class ActiveTickets {

    private static final Logger log = LoggerFactory.getLogger(ActiveTickets.class);
    private static final long FRESH = Duration.ofMinutes(1).toNanos();
    private static final int PAGE = 500;

    private final Features features;
    private final ReentrantLock counting = new ReentrantLock();
    private volatile Map<String, Long> counts = Map.of();
    private volatile long countedAt = System.nanoTime() - FRESH;

    private ActiveTickets(Features features) {
        this.features = features;
    }

    static void register(Features features, MeterRegistry meters) {
        ActiveTickets tickets = new ActiveTickets(features);
        for (String status : List.of("new", "open", "pending", "on_hold")) {
            Gauge.builder("insightdesk.active.tickets", tickets, t -> t.count(status))
                    .description("Tickets that are not done, over all tenants")
                    .tag("status", status)
                    .strongReference(true)
                    .register(meters);
        }
    }

    private double count(String status) {
        if (System.nanoTime() - countedAt >= FRESH && counting.tryLock()) {
            try {
                counts = countAll();
                countedAt = System.nanoTime();
            } catch (InsightDeskException e) {
                log.warn("Active tickets could not be counted; the gauge keeps its last value", e);
            } finally {
                counting.unlock();
            }
        }
        return counts.getOrDefault(status, 0L);
    }

    private Map<String, Long> countAll() {
        Map<String, Long> sums = new HashMap<>();
        TenantId after = null;
        List<TenantId> page;
        do {
            page = features.tenants.tenants().ids(after, PAGE);
            for (TenantId tenant : page) {
                features.tickets
                        .activeByStatus(system(tenant))
                        .forEach((status, count) -> sums.merge(status, count, Long::sum));
                after = tenant;
            }
        } while (page.size() == PAGE);
        return Map.copyOf(sums);
    }

    private Scope system(TenantId tenant) {
        return new Scope(tenant, Actor.system(), Authority.ALL, features.database, features.clock, null);
    }
}
