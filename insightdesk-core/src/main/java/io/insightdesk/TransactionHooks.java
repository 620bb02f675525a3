package io.insightdesk;

/**
 * Extension point: tells the library of the end of a host's transaction. JDBC cannot, transaction managers can. Without hooks,
 * what is to be done after the commit is found by polling, a moment later.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TransactionHooks {

    /** Of a host that does not tell: what would follow a commit at once is found by polling, within about a second. */
    TransactionHooks NONE = action -> {};

    /**
     * Runs something once the present transaction is committed; never when it is rolled back.
     *
     * @param action quick, and throws nothing
     */
    void afterCommit(Runnable action);
}
