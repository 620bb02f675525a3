package io.insightdesk.customer;

import io.insightdesk.error.Violations;
import io.insightdesk.internal.MailAddresses;
import java.util.ArrayList;
import java.util.List;

/** Rules that several inputs share. */
final class Checks {

    private static final int MAX_ENTRIES = 50;

    private Checks() {}

    static List<EmailAddress> distinct(Violations violations, List<EmailAddress> emails) {
        if (emails.size() > MAX_ENTRIES) {
            violations.add("/emails", "too_many", "At most " + MAX_ENTRIES + " addresses are allowed.");
        }
        return emails.stream().distinct().toList();
    }

    static List<String> domains(Violations violations, List<String> domains) {
        if (domains.size() > MAX_ENTRIES) {
            violations.add("/domains", "too_many", "At most " + MAX_ENTRIES + " domains are allowed.");
        }
        List<String> normal = new ArrayList<>();
        for (int i = 0; i < domains.size(); i++) {
            int index = i;
            MailAddresses.normalizeDomain(domains.get(i))
                    .ifPresentOrElse(
                            normal::add,
                            () -> violations.add(
                                    "/domains/" + index, "invalid_value", "This is not a domain such as example.com."));
        }
        return normal.stream().distinct().sorted().toList();
    }
}
