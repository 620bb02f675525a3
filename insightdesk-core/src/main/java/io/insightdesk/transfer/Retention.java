package io.insightdesk.transfer;

import java.time.Duration;
import java.util.List;

/**
 * Rules of retention: what is taken away when it is old enough. Without a rule everything is kept. Rules are applied once an hour,
 * in batches; what is under {@linkplain LegalHolds legal hold} is left alone. All calls need {@code retention:admin}. Thread-safe outside a
 * host's transaction.
 *
 * @since 0.1.0
 */
public interface Retention {

    /** The longest time a rule may say, in days: a hundred years. */
    int MAX_DAYS = 36_500;

    /** The shortest time for the audit trail, in days: nobody makes own acts disappear by a rule of a day. */
    int MIN_AUDIT_DAYS = 90;

    /**
     * Lists the rules.
     *
     * @return at most one of each kind
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    List<RetentionRule> rules();

    /**
     * Sets the rule of a kind. What it takes away does not come back: {@linkplain #preview count} first.
     *
     * @param kind what it is about
     * @param keepFor how long: 1 to {@value #MAX_DAYS} whole days; at least {@value #MIN_AUDIT_DAYS} for {@link RetentionKind#AUDIT}
     * @return the rule
     * @throws io.insightdesk.error.InvalidInputException when the time is not one of whole days, or out of range
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    RetentionRule set(RetentionKind kind, Duration keepFor);

    /**
     * Removes the rule of a kind, so that everything is kept from now on; nothing happens where there is none.
     *
     * @param kind what it is about
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    void remove(RetentionKind kind);

    /**
     * Counts what a rule would take away if it were applied now. Changes nothing; takes as long as it takes to count.
     *
     * @param kind what it is about
     * @param keepFor how long: 1 to {@value #MAX_DAYS} whole days; at least {@value #MIN_AUDIT_DAYS} for {@link RetentionKind#AUDIT}
     * @return how many tickets, attachments, mails or events
     * @throws io.insightdesk.error.InvalidInputException when the time is not one of whole days, or out of range
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    long preview(RetentionKind kind, Duration keepFor);
}
