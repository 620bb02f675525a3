package io.insightdesk.customer;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The customers of a tenant. Each call is one transaction, or part of the host's. Thread-safe outside a host's transaction.
 *
 * @since 0.1.0
 */
public interface Customers {

    /**
     * Makes a customer; needs {@code customer:write}. Without an organization, the customer gets the one that has the domain of the
     * primary address, or else its nearest parent domain with at least two labels.
     *
     * @param customer what it shall be
     * @return the customer as stored
     * @throws io.insightdesk.error.ConflictException with code {@code email_taken} or {@code external_id_taken}
     * @throws io.insightdesk.error.InvalidInputException with code {@code unknown_organization} when there is no such one
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    Customer create(NewCustomer customer);

    /**
     * Reads a customer; needs {@code customer:read}.
     *
     * @param id the customer
     * @return the customer
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    Customer get(CustomerId id);

    /**
     * Reads several customers at once, such as those of a list of tickets.
     *
     * @param ids the customers, at most 1000
     * @return those that exist, in no order
     * @throws io.insightdesk.error.AccessDeniedException without {@code customer:read}
     */
    List<Customer> getAll(Collection<CustomerId> ids);

    /**
     * Looks a customer up by any of the addresses; needs {@code customer:read}.
     *
     * @param email the address
     * @return the customer; empty when there is none
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    Optional<Customer> findByEmail(EmailAddress email);

    /**
     * Looks a customer up by address and makes one where there is none; needs {@code customer:write}. Calls at the same time, on any
     * node, get the same customer. An existing customer is not changed.
     *
     * @param email the address
     * @param name the name of a new customer; null or blank to take the part before the {@code @}; cut after 200 characters
     * @return the customer
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    Customer findOrCreate(EmailAddress email, @Nullable String name);

    /**
     * Lists customers; needs {@code customer:read}.
     *
     * @param query which
     * @return a page
     * @throws io.insightdesk.error.InvalidInputException with code {@code invalid_cursor} for a cursor of another list
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    CustomerPage list(CustomerQuery query);

    /**
     * Changes a customer; needs {@code customer:write}.
     *
     * @param id the customer
     * @param expectedVersion the version that was read; null for any
     * @param change what shall be different
     * @return the customer as stored
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.ConflictException with code {@code version_conflict} when somebody else was first,
     *     {@code email_taken} or {@code external_id_taken}; with {@code customer_erased} when the customer was erased
     * @throws io.insightdesk.error.InvalidInputException with code {@code unknown_organization} when there is no such one
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not
     */
    Customer change(CustomerId id, @Nullable Long expectedVersion, CustomerChange change);
}
