package io.insightdesk.customer;

import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A person who asks, as stored.
 *
 * @param id the customer
 * @param name the name
 * @param emails the mail addresses, the first is the primary one; each belongs to one customer of the tenant; unmodifiable
 * @param organization where the customer belongs; null for nowhere
 * @param externalId who it is in the host's own store; null for nobody
 * @param createdAt when it was made
 * @param updatedAt when it was last changed
 * @param version counts its changes
 * @since 0.1.0
 */
public record Customer(
        CustomerId id,
        String name,
        List<EmailAddress> emails,
        @Nullable OrganizationId organization,
        @Nullable String externalId,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    /** Copies the addresses. */
    public Customer {
        emails = List.copyOf(emails);
    }

    /**
     * The address to write to.
     *
     * @return the first address; empty for a customer without one
     */
    public Optional<EmailAddress> primaryEmail() {
        return emails.stream().findFirst();
    }

    /**
     * The customer as an actor, through {@code java}: sees and does what the built-in role {@code customer} allows.
     *
     * @return the actor
     */
    public Actor actor() {
        return new Actor(ActorType.CUSTOMER, id.value(), name, "java");
    }
}
