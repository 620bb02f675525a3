package io.insightdesk.identity;

import io.insightdesk.error.Violations;
import io.insightdesk.internal.MailAddresses;
import org.jspecify.annotations.Nullable;

/** Rules that several inputs share. */
final class Checks {

    private Checks() {}

    static String email(Violations violations, @Nullable String email) {
        if (email == null || email.isBlank()) {
            violations.add("/email", "required", "A mail address is required here.");
            return "";
        }
        return MailAddresses.normalize(email).orElseGet(() -> {
            violations.add("/email", "invalid_value", "This is not a mail address such as name@example.com.");
            return "";
        });
    }
}
