package io.insightdesk.customer;

import java.time.Instant;
import java.util.List;

/**
 * A company that customers belong to, as stored.
 *
 * @param id the organization
 * @param name its name, unique in the tenant in any case
 * @param domains its mail domains, in ASCII and lower case, in alphabetical order; each belongs to one organization; unmodifiable
 * @param sharedTickets whether its customers see each other's tickets
 * @param createdAt when it was made
 * @param updatedAt when it was last changed
 * @param version counts its changes
 * @since 0.1.0
 */
public record Organization(
        OrganizationId id,
        String name,
        List<String> domains,
        boolean sharedTickets,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    /** Copies the domains. */
    public Organization {
        domains = List.copyOf(domains);
    }
}
