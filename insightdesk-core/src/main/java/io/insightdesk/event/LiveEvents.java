package io.insightdesk.event;

/**
 * What happens to a tenant's tickets, as it happens: for screens that show it, and programs that want to know soon. Thread-safe.
 *
 * <p>Every event of a ticket that the actor sees comes at least once, after its transaction was committed, whoever wrote it and on
 * whichever node. Events of one transaction come in their order; otherwise the order is that in which the transactions began to write,
 * which need not be that of {@link Event#occurredAt()}, and no order across tickets is promised. {@link Event#ticketSeq()} orders those
 * of one ticket. An event can come twice, after going on from a position: {@link Event#id()} tells.
 *
 * <p>Only events of tickets are among them; what is about no ticket is in the {@linkplain Audit audit trail}. Those that tell of
 * internal notes come only to who may read notes. Which tickets an actor sees is decided by how things are when the event is read, so
 * one that was just moved to a private team is not told of any more.
 *
 * <p>A transaction that stays open holds back what was written after it began, for all tenants: completeness goes before haste. The
 * gauge {@code insightdesk.events.lag} tells for how long.
 *
 * @apiNote Preview: may change with any minor release.
 * @since 0.1.0
 */
public interface LiveEvents {

    /**
     * Reads what is there after a position, without waiting.
     *
     * @param query from where, and which; without a position it answers the present one, and no events
     * @return at most {@value LiveEventQuery#BATCH} events, and where to go on
     * @throws io.insightdesk.error.AccessDeniedException without {@code activity:read}, and for customers
     * @throws io.insightdesk.error.InvalidInputException with code {@code invalid_cursor} when the position was not given out for this
     *     tenant
     */
    LiveEventBatch read(LiveEventQuery query);

    /**
     * Opens a stream, to wait for what happens. All streams of a tenant on a node share what they read: the first one costs a small
     * statement each second, the others next to nothing, and none of them means no statement.
     *
     * @param query from where, and which; without a position from now on
     * @return the stream; the caller closes it
     * @throws io.insightdesk.error.AccessDeniedException without {@code activity:read}, and for customers
     * @throws io.insightdesk.error.InvalidInputException with code {@code invalid_cursor} when the position was not given out for this
     *     tenant
     * @throws io.insightdesk.error.LimitReachedException with code {@code too_many_streams} when the actor, the tenant or the node has
     *     as many open as {@link LiveEventLimits} allow
     * @throws io.insightdesk.error.UnavailableException with code {@code streams_closed} when this node takes no more
     * @throws IllegalStateException inside a host's transaction, which a stream outlives
     */
    EventStream open(LiveEventQuery query);
}
