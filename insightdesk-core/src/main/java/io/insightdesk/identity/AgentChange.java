package io.insightdesk.identity;

import io.insightdesk.error.Violations;
import org.jspecify.annotations.Nullable;

/**
 * A change of an agent. What is null stays as it is.
 *
 * @param name the new name, up to 200 characters
 * @param email the new mail address
 * @param role the new role
 * @param active whether the agent may do anything
 * @param externalId who it is in the host's own user store
 * @param removeExternalId whether the external identifier is taken away
 * @since 0.1.0
 */
public record AgentChange(
        @Nullable String name,
        @Nullable String email,
        @Nullable Role role,
        @Nullable Boolean active,
        @Nullable String externalId,
        boolean removeExternalId) {

    /** Checks all rules and brings the address into its normal form. */
    public AgentChange {
        Violations violations = new Violations();
        if (name != null) {
            violations.requireText("/name", name, 200);
        }
        if (email != null) {
            email = Checks.email(violations, email);
        }
        if (role != null) {
            Checks.role(violations, role);
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
        private @Nullable String email;
        private @Nullable Role role;
        private @Nullable Boolean active;
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
         * Sets the mail address.
         *
         * @param email the new address
         * @return this
         */
        public Builder email(String email) {
            this.email = email;
            return this;
        }

        /**
         * Sets the role.
         *
         * @param role the new role
         * @return this
         */
        public Builder role(Role role) {
            this.role = role;
            return this;
        }

        /**
         * Lets the agent work, or not.
         *
         * @param active whether the agent may do anything
         * @return this
         */
        public Builder active(boolean active) {
            this.active = active;
            return this;
        }

        /**
         * Sets who the agent is in the host's own user store.
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
        public AgentChange build() {
            return new AgentChange(name, email, role, active, externalId, removeExternalId);
        }
    }
}
