package io.insightdesk.jaxrs.internal;

import io.insightdesk.customer.Customer;
import io.insightdesk.customer.EmailAddress;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Somebody who asks. */
record CustomerJson(
        @Text("The customer.") UUID id,
        @Text(value = "The name.", example = "Ada Lovelace") String name,

        @Text(value = "The mail addresses, the most important first.", example = "ada@example.com")
        List<String> emails,

        @Text("The organization, by id.") @Nullable UUID organization,
        @Text("The host's own identifier.") @Nullable String externalId,
        @Text("When it was made.") Instant createdAt,
        @Text("When it was last changed.") Instant updatedAt,
        @Text("Counts its changes.") Long version)
        implements Wire {
    static CustomerJson of(Customer customer) {
        return new CustomerJson(
                customer.id().value(),
                customer.name(),
                customer.emails().stream().map(EmailAddress::value).toList(),
                customer.organization() == null ? null : customer.organization().value(),
                customer.externalId(),
                customer.createdAt(),
                customer.updatedAt(),
                customer.version());
    }
}
