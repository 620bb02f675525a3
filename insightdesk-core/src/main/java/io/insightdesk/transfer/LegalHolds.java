package io.insightdesk.transfer;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Legal holds: what must be kept. All calls need {@code retention:admin}. Thread-safe outside a host's transaction.
 *
 * @since 0.1.0
 */
public interface LegalHolds {

    /**
     * Places a hold, or gives the one that is there another reason. When it returns, and a host's transaction is committed, no
     * clean-up that is under way takes away any more of what is held.
     *
     * @param target what must be kept
     * @param reason why, 1 to 500 characters; name no secrets, it is shown to who may not have them
     * @return the hold
     * @throws io.insightdesk.error.NotFoundException when there is no such thing
     * @throws io.insightdesk.error.ConflictException with code {@code erasure_in_progress} when the customer it is about is being
     *     erased, with {@code customer_erased} when that was done
     * @throws io.insightdesk.error.InvalidInputException when the reason is missing or too long
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    LegalHold place(HoldTarget target, String reason);

    /**
     * Takes a hold away; nothing happens where there is none.
     *
     * @param target what need no longer be kept
     * @throws io.insightdesk.error.NotFoundException when there is no such thing
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    void release(HoldTarget target);

    /**
     * Reads the hold that is on exactly this target.
     *
     * @param target what
     * @return the hold; empty where there is none, though it may be held through something else, as a ticket through its requester
     * @throws io.insightdesk.error.NotFoundException when there is no such thing
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    Optional<LegalHold> find(HoldTarget target);

    /**
     * Lists all holds.
     *
     * @param cursor where the page before ended; null for the first page
     * @param limit at most so many, 1 to 100
     * @return a page
     * @throws io.insightdesk.error.InvalidInputException when the cursor is not of this list, or the limit is out of range
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    LegalHoldPage list(@Nullable String cursor, int limit);
}
