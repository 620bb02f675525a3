package io.insightdesk.customer;

import io.insightdesk.error.Violations;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A customer to be made.
 *
 * @param name the name, up to 200 characters
 * @param emails the mail addresses, the first is the primary one; repeated ones count once; may be empty
 * @param organization where the customer belongs; null to find it by the primary address' domain
 * @param externalId who it is in the host's own store, up to 200 characters; null for nobody
 * @since 0.1.0
 */
public record NewCustomer(
        String name,
        List<EmailAddress> emails,
        @Nullable OrganizationId organization,
        @Nullable String externalId) {

    /** Checks all rules. */
    public NewCustomer {
        Violations violations = new Violations().requireText("/name", name, 200);
        emails = Checks.distinct(violations, emails);
        if (externalId != null) {
            violations.requireText("/externalId", externalId, 200);
        }
        violations.throwIfAny();
    }

    /**
     * A customer with one address.
     *
     * @param name the name
     * @param email the mail address
     * @return the customer to be made
     * @throws io.insightdesk.error.InvalidInputException when a rule is broken
     */
    public static NewCustomer of(String name, String email) {
        return builder(name).email(email).build();
    }

    /**
     * Begins a description.
     *
     * @param name the name
     * @return a builder
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** Collects what the customer shall be. Not thread-safe. */
    public static final class Builder {

        private final String name;
        private final List<String> emails = new ArrayList<>();
        private @Nullable OrganizationId organization;
        private @Nullable String externalId;

        private Builder(String name) {
            this.name = name;
        }

        /**
         * Adds an address; the first is the primary one.
         *
         * @param email the mail address
         * @return this
         */
        public Builder email(String email) {
            emails.add(email);
            return this;
        }

        /**
         * Sets where the customer belongs.
         *
         * @param organization the organization
         * @return this
         */
        public Builder organization(OrganizationId organization) {
            this.organization = organization;
            return this;
        }

        /**
         * Sets who the customer is in the host's own store.
         *
         * @param externalId the identifier there
         * @return this
         */
        public Builder externalId(String externalId) {
            this.externalId = externalId;
            return this;
        }

        /**
         * Ends the description.
         *
         * @return the customer to be made
         * @throws io.insightdesk.error.InvalidInputException with everything that is wrong
         */
        public NewCustomer build() {
            return new NewCustomer(name, Emails.read(emails), organization, externalId);
        }
    }
}
