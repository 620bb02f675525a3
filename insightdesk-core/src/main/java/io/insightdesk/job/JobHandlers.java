package io.insightdesk.job;

/**
 * The handlers of this node. A node takes jobs only of the kinds it has handlers for; those of others wait for other nodes.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public interface JobHandlers {

    /**
     * Gives a kind its handler, with {@link RetryPolicy#DEFAULT}.
     *
     * @param kind the kind
     * @param handler what does the work
     * @param <P> the payload
     * @throws io.insightdesk.error.ConflictException with code {@code already_handled} when the kind has a handler on this node
     */
    default <P> void register(JobKind<P> kind, JobHandler<? super P> handler) {
        register(kind, handler, RetryPolicy.DEFAULT);
    }

    /**
     * Gives a kind its handler.
     *
     * @param kind the kind
     * @param handler what does the work
     * @param policy when to try again
     * @param <P> the payload
     * @throws io.insightdesk.error.ConflictException with code {@code already_handled} when the kind has a handler on this node
     */
    default <P> void register(JobKind<P> kind, JobHandler<? super P> handler, RetryPolicy policy) {
        register(kind, handler, policy, (version, payload) -> payload);
    }

    /**
     * Gives a kind its handler, which also does jobs whose payload is of an earlier version. Those of a later version than the
     * kind's wait until a node of the later release takes them.
     *
     * @param kind the kind
     * @param handler what does the work
     * @param policy when to try again
     * @param upcaster makes payloads of earlier versions ones of the kind's
     * @param <P> the payload
     * @throws io.insightdesk.error.ConflictException with code {@code already_handled} when the kind has a handler on this node
     */
    <P> void register(JobKind<P> kind, JobHandler<? super P> handler, RetryPolicy policy, PayloadUpcaster upcaster);
}
