package io.insightdesk.jaxrs.internal;

import io.insightdesk.error.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What can be read along with tickets. */
enum TicketInclude {
    REQUESTER,
    ORGANIZATION,
    ASSIGNEE,
    TEAM;

    static TicketInclude of(String text) {
        return Arrays.stream(values())
                .filter(value -> value.wireName().equals(text))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        "/include", "invalid_value", "What can be included is " + String.join(", ", names()) + "."));
    }

    static List<String> names() {
        return Arrays.stream(values()).map(TicketInclude::wireName).toList();
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
