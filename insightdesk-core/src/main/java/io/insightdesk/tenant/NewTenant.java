package io.insightdesk.tenant;

import io.insightdesk.error.Violations;
import java.time.ZoneId;
import java.util.regex.Pattern;

/**
 * A tenant to be made.
 *
 * @param slug its short name in addresses: 2 to 60 lower-case letters, digits and hyphens, beginning with a letter
 * @param name its name for people, up to 200 characters
 * @param timeZone the zone of its calendars and reports
 * @param locale a BCP 47 language tag
 * @since 0.1.0
 */
public record NewTenant(String slug, String name, ZoneId timeZone, String locale) {

    private static final Pattern SLUG = Pattern.compile("[a-z][a-z0-9-]{0,58}[a-z0-9]");

    /** Checks all rules. */
    public NewTenant {
        Violations violations = new Violations().requireText("/name", name, 200).requireText("/locale", locale, 35);
        if (slug == null || !SLUG.matcher(slug).matches()) {
            violations.add(
                    "/slug",
                    "invalid_value",
                    "A slug has 2 to 60 lower-case letters, digits and hyphens, and begins with a letter.");
        }
        violations.throwIfAny();
    }

    /**
     * A tenant in UTC and English.
     *
     * @param slug its short name in addresses
     * @param name its name for people
     * @return the tenant to be made
     * @throws io.insightdesk.error.InvalidInputException when a rule is broken
     */
    public static NewTenant of(String slug, String name) {
        return new NewTenant(slug, name, ZoneId.of("UTC"), "en");
    }
}
