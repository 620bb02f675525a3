package io.insightdesk.event;

/**
 * How many streams of live events may be open at once on a node.
 *
 * @param perActor for one agent or token, such as several windows of a browser
 * @param perTenant for all actors of a tenant
 * @param perNode for all tenants
 * @apiNote Preview: may change with any minor release.
 * @since 0.1.0
 */
public record LiveEventLimits(int perActor, int perTenant, int perNode) {

    /**
     * What holds where nothing is said: 10 for an actor, 50 for a tenant, 50 in all, for over HTTP each takes a thread of the
     * container.
     */
    public static final LiveEventLimits DEFAULT = new LiveEventLimits(10, 50, 50);

    /** Checks that none is negative. */
    public LiveEventLimits {
        if (perActor < 0 || perTenant < 0 || perNode < 0) {
            throw new IllegalArgumentException("There cannot be fewer than no streams: " + perActor + " per actor, "
                    + perTenant + " per tenant, " + perNode + " per node.");
        }
    }
}
