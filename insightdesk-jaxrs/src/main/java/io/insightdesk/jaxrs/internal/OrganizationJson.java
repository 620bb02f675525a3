package io.insightdesk.jaxrs.internal;

import io.insightdesk.customer.Organization;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A company of people who ask. */
record OrganizationJson(
        @Text("The organization.") UUID id,
        @Text(value = "The name.", example = "Example Ltd") String name,

        @Text(value = "The mail domains of its people.", example = "example.com")
        List<String> domains,

        @Text("Whether its people see each other's tickets.")
        Boolean sharedTickets,

        @Text("When it was made.") Instant createdAt,
        @Text("When it was last changed.") Instant updatedAt,
        @Text("Counts its changes.") Long version)
        implements Wire {
    static OrganizationJson of(Organization organization) {
        return new OrganizationJson(
                organization.id().value(),
                organization.name(),
                organization.domains(),
                organization.sharedTickets(),
                organization.createdAt(),
                organization.updatedAt(),
                organization.version());
    }
}
