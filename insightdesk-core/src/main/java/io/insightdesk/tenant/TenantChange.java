package io.insightdesk.tenant;

import io.insightdesk.error.Violations;
import java.time.ZoneId;
import java.util.IllformedLocaleException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A change of a tenant. What is null stays as it is.
 *
 * @param name the new name for people, up to 200 characters
 * @param timeZone the new zone of its calendars and reports
 * @param locale the new BCP 47 language tag, up to 35 characters
 * @param settings all its settings from now on
 * @since 0.1.0
 */
public record TenantChange(
        @Nullable String name,
        @Nullable ZoneId timeZone,
        @Nullable String locale,
        @Nullable TenantSettings settings) {

    /** Checks all rules. */
    public TenantChange {
        Violations violations = new Violations();
        if (name != null) {
            violations.requireText("/name", name, 200);
        }
        if (locale != null) {
            violations.requireText("/locale", locale, 35);
            if (!isLanguageTag(locale)) {
                violations.add("/locale", "invalid_value", "A language tag looks like en or pt-BR (BCP 47).");
            }
        }
        violations.throwIfAny();
    }

    private static boolean isLanguageTag(String text) {
        try {
            return !new Locale.Builder().setLanguageTag(text).build().toString().isEmpty();
        } catch (IllformedLocaleException e) {
            return false;
        }
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
        private @Nullable ZoneId timeZone;
        private @Nullable String locale;
        private @Nullable TenantSettings settings;

        private Builder() {}

        /**
         * Sets the name.
         *
         * @param value the new name
         * @return this
         */
        public Builder name(String value) {
            this.name = value;
            return this;
        }

        /**
         * Sets the time zone.
         *
         * @param value the new zone
         * @return this
         */
        public Builder timeZone(ZoneId value) {
            this.timeZone = value;
            return this;
        }

        /**
         * Sets the language.
         *
         * @param value the new BCP 47 language tag
         * @return this
         */
        public Builder locale(String value) {
            this.locale = value;
            return this;
        }

        /**
         * Sets all settings.
         *
         * @param value the new ones
         * @return this
         */
        public Builder settings(TenantSettings value) {
            this.settings = value;
            return this;
        }

        /**
         * Ends the building.
         *
         * @return the change
         * @throws io.insightdesk.error.InvalidInputException when a rule is broken
         */
        public TenantChange build() {
            return new TenantChange(name, timeZone, locale, settings);
        }
    }
}
