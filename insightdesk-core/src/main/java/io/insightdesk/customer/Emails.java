package io.insightdesk.customer;

import io.insightdesk.error.Violations;
import java.util.ArrayList;
import java.util.List;

/** Reads lists of addresses, with a pointer to each that is wrong. */
final class Emails {

    private Emails() {}

    static List<EmailAddress> read(List<String> texts) {
        Violations violations = new Violations();
        List<EmailAddress> emails = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            int index = i;
            EmailAddress.parse(texts.get(i))
                    .ifPresentOrElse(
                            emails::add,
                            () -> violations.add(
                                    "/emails/" + index,
                                    "invalid_value",
                                    "This is not a mail address such as name@example.com."));
        }
        violations.throwIfAny();
        return emails;
    }
}
