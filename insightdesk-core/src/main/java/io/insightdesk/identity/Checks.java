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

    static void ticketScope(Violations violations, TicketScope tickets) {
        if (tickets.kind() == TicketScope.Kind.OWN) {
            violations.add(
                    "/tickets/kind", "invalid_value", "Own tickets are for customers: all, teams or organizations.");
        }
    }

    static void role(Violations violations, @Nullable Role role) {
        if (role == null) {
            violations.add("/role", "required", "A role is required, such as agent.");
        } else if (role.equals(Role.CUSTOMER)) {
            violations.add("/role", "invalid_value", "The role customer is for customers, who have it by themselves.");
        }
    }
}
