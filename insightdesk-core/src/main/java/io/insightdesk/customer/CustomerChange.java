package io.insightdesk.customer;

import io.insightdesk.error.Violations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of a customer. What is null stays as it is.
 *
 * @param name the new name, up to 200 characters
 * @param emails all mail addresses from now on, the first is the primary one
 * @param organization where the customer belongs
 * @param removeOrganization whether the customer belongs nowhere from now on
 * @param externalId who it is in the host's own store
 * @param removeExternalId whether the external identifier is taken away
 * @since 0.1.0
 */
public record CustomerChange(
        @Nullable String name,
        @Nullable List<EmailAddress> emails,
        @Nullable OrganizationId organization,
        boolean removeOrganization,
        @Nullable String externalId,
        boolean removeExternalId) {

    /** Checks all rules. */
    public CustomerChange {
        Violations violations = new Violations();
        if (name != null) {
            violations.requireText("/name", name, 200);
        }
        if (emails != null) {
            emails = Checks.distinct(violations, emails);
        }
        if (organization != null && removeOrganization) {
            violations.add("/organization", "invalid_value", "It cannot be set and removed at once.");
        }
        if (externalId != null) {
            violations.requireText("/externalId", externalId, 200);
            if (removeExternalId) {
                violations.add("/externalId", "invalid_value", "It cannot be set and removed at once.");
            }
        }
        violations.throwIfAny();
    }

    /**
     * Begins a change.
     *
     * @return a builder that changes nothing
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects what shall change. Not thread-safe. */
    public static final class Builder {

        private @Nullable String name;
        private @Nullable List<String> emails;
        private @Nullable OrganizationId organization;
        private boolean removeOrganization;
        private @Nullable String externalId;
        private boolean removeExternalId;

        private Builder() {}

        /**
         * Sets the name.
         *
         * @param name the new name
         * @return this
         */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /**
         * Sets all addresses.
         *
         * @param emails the mail addresses from now on, the first is the primary one
         * @return this
         */
        public Builder emails(List<String> emails) {
            this.emails = List.copyOf(emails);
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
         * Lets the customer belong nowhere.
         *
         * @return this
         */
        public Builder removeOrganization() {
            this.removeOrganization = true;
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
         * Takes the external identifier away.
         *
         * @return this
         */
        public Builder removeExternalId() {
            this.removeExternalId = true;
            return this;
        }

        /**
         * Ends the description.
         *
         * @return the change
         * @throws io.insightdesk.error.InvalidInputException with everything that is wrong
         */
        public CustomerChange build() {
            return new CustomerChange(
                    name,
                    emails == null ? null : Emails.read(emails),
                    organization,
                    removeOrganization,
                    externalId,
                    removeExternalId);
        }
    }
}
