package io.insightdesk.transfer;

import static java.util.Objects.requireNonNull;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.customer.OrganizationId;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.ticket.TicketId;
import java.util.Locale;
import java.util.UUID;

/**
 * What must be kept.
 *
 * @param kind what sort of thing it is
 * @param id its identifier
 * @since 0.1.0
 */
public record HoldTarget(Kind kind, UUID id) {

    /**
     * What can be held.
     *
     * @since 0.1.0
     */
    public enum Kind {
        /** A customer, with all tickets that the customer asked for. */
        CUSTOMER,
        /** An organization, with its customers and its tickets. */
        ORGANIZATION,
        /** A ticket. */
        TICKET;

        /**
         * The name used in JSON and in the database.
         *
         * @return the name in lower case
         */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * Reads the wire name.
         *
         * @param name such as {@code customer}
         * @return the kind
         * @throws InvalidInputException when there is no such kind
         */
        public static Kind of(String name) {
            for (Kind kind : values()) {
                if (kind.wireName().equals(name)) {
                    return kind;
                }
            }
            throw new InvalidInputException(
                    "/target", "invalid_value", "The target must be one of customer, organization, ticket.");
        }
    }

    /** Checks that nothing is missing. */
    public HoldTarget {
        requireNonNull(kind, "kind");
        requireNonNull(id, "id");
    }

    /**
     * A customer, with all tickets that the customer asked for.
     *
     * @param customer the customer
     * @return the target
     */
    public static HoldTarget of(CustomerId customer) {
        return new HoldTarget(Kind.CUSTOMER, customer.value());
    }

    /**
     * An organization, with its customers and its tickets.
     *
     * @param organization the organization
     * @return the target
     */
    public static HoldTarget of(OrganizationId organization) {
        return new HoldTarget(Kind.ORGANIZATION, organization.value());
    }

    /**
     * A ticket.
     *
     * @param ticket the ticket
     * @return the target
     */
    public static HoldTarget of(TicketId ticket) {
        return new HoldTarget(Kind.TICKET, ticket.value());
    }
}
