package io.insightdesk.transfer;

import java.io.InputStream;

/**
 * Work that takes longer than a call. Who may ask for a kind of operation may look at those of that kind. Thread-safe.
 *
 * @since 0.1.0
 */
public interface LongOperations {

    /**
     * Reads how an operation stands; needs {@code person:export} for an export, {@code person:erase} for an erasure, and one of
     * {@code ticket:update}, {@code ticket:assign} and {@code ticket:close} for a change of tickets, which is nothing for customers.
     *
     * @param id the operation
     * @return the operation
     * @throws io.insightdesk.error.NotFoundException when there is none, or none that the actor may see
     * @throws io.insightdesk.error.AccessDeniedException when the actor may see none at all
     */
    LongOperation get(OperationId id);

    /**
     * Ends an operation before it is done; needs what {@link #get} needs. A change of tickets ends between two tickets, and what was
     * changed by then stays so. Repeating it does no harm.
     *
     * @param id the operation
     * @return the operation as it stands then
     * @throws io.insightdesk.error.NotFoundException when there is none, or none that the actor may see
     * @throws io.insightdesk.error.ConflictException with code {@code operation_finished} when it is done; with
     *     {@code operation_not_cancellable} when it is of a kind that cannot be ended halfway: an export or an erasure
     * @throws io.insightdesk.error.AccessDeniedException when the actor may see none at all
     */
    LongOperation cancel(OperationId id);

    /**
     * Opens the file that an operation made; needs {@code person:export}. Each reading is an event, {@code person_export_read}, which
     * is committed before the first byte. Not inside a transaction of somebody else.
     *
     * @param id the operation
     * @return the file; the caller closes it
     * @throws io.insightdesk.error.NotFoundException when there is no such operation, or it has no file: not yet, or no longer
     * @throws io.insightdesk.error.UnavailableException when the file cannot be read now
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    InputStream open(OperationId id);
}
