package io.insightdesk.transfer;

import io.insightdesk.customer.CustomerId;

/**
 * What a person may ask for: to get everything that is known of them, and to be forgotten (articles 15, 17 and 20 of the European
 * General Data Protection Regulation, and laws like it). Thread-safe outside a host's transaction.
 *
 * @since 0.1.0
 */
public interface Persons {

    /** The name of a customer who was erased. */
    String ERASED_NAME = "Erased customer";

    /**
     * Has everything about a customer written into one ZIP file, by a background job; needs {@code person:export}. The file is of one
     * instant: what changes while it is written is not in it. It holds JSON files, attachments, raw mails, and a manifest with
     * counts and SHA-256 of each. It is kept for seven days, and read by {@link LongOperations#open}.
     *
     * <p>Of other people's tickets it holds what the customer wrote there, and nothing else; notes of agents are in it for the
     * customer's own tickets, in a file of their own.
     *
     * @param customer whom
     * @return the operation that does it
     * @throws io.insightdesk.error.NotFoundException when there is no such customer
     * @throws io.insightdesk.error.ConflictException with code {@code customer_erased} when the customer was erased
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    LongOperation export(CustomerId customer);

    /**
     * Erases a customer; needs {@code person:erase}. When this returns, and a host's transaction is committed, name, addresses and
     * external identifier are gone from the customer, who stays under the same identifier as {@value #ERASED_NAME}; a mail from one
     * of the addresses makes a new customer. A background job takes away the rest: what their tickets say, whoever said
     * it, what they said in other people's tickets, raw mails, attachments, remembered answers, values in jobs, exports. Numbers,
     * statuses, times and counts stay. It cannot be undone.
     *
     * @param customer whom
     * @return the operation that does it
     * @throws io.insightdesk.error.NotFoundException when there is no such customer
     * @throws io.insightdesk.error.ConflictException with code {@code customer_erased} when that was done before; with
     *     {@code legal_hold} when the customer, their organization or one of the tickets they wrote in must be kept
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    LongOperation erase(CustomerId customer);
}
