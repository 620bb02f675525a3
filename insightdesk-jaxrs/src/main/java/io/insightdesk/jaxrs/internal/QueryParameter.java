package io.insightdesk.jaxrs.internal;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The query parameters that operations take. */
enum QueryParameter {
    LIMIT("limit", "How many at most, 1 to 100; 25 where it is not said.", "25"),
    CURSOR("cursor", "Where to go on: the nextCursor of the page before.", ""),
    SORT(
            "sort",
            "The order, one of createdAt, -createdAt, updatedAt, -updatedAt; - begins with the latest.",
            "-createdAt"),
    FIELDS(
            "fields",
            "Only these fields, separated by commas; id and version are there all the same, and all are where this is not said.",
            ""),
    INCLUDE(
            "include",
            "What the tickets name, to be told along with them under included; needs the permissions to read it.",
            "requester,assignee"),
    FILTER_STATUS("filter[status]", "Only these statuses, separated by commas.", "new,open"),
    FILTER_PRIORITY("filter[priority]", "Only this priority.", "high"),
    FILTER_CHANNEL("filter[channel]", "Only what came in this way.", "email"),
    FILTER_REQUESTER("filter[requester]", "Only of the customer with this id.", ""),
    FILTER_ORGANIZATION("filter[organization]", "Only of the organization with this id.", ""),
    FILTER_ASSIGNEE("filter[assignee]", "Only of the agent with this id, or none for nobody's.", "none"),
    FILTER_TEAM("filter[team]", "Only of the team with this id.", ""),
    FILTER_TAG("filter[tag]", "Only with this tag.", "refund"),
    FILTER_EMAIL("filter[email]", "Only the one with this mail address.", "ada@example.com"),
    FILTER_NAME("filter[name]", "Only those whose name begins so.", "Ad"),
    FILTER_ACTIVE("filter[active]", "Only those that are active (true) or not (false).", "true"),
    FILTER_JOB_STATUS(
            "filter[status]",
            "Only jobs of this status: scheduled, ready, running, paused or dead; dead where it is not said.",
            "dead"),
    FILTER_ACTOR("filter[actor]", "Only what the agent, customer or token with this id did.", ""),
    FILTER_TYPE("filter[type]", "Only of this type.", "agent_changed"),
    FILTER_SUBJECT("filter[subject]", "Only what happened to this: an identifier or a name.", ""),
    FILTER_FROM("filter[from]", "Only what happened then or later.", "2026-01-01T00:00:00Z"),
    FILTER_TO("filter[to]", "Only what happened before.", "2026-02-01T00:00:00Z"),
    HEAD(
            "head",
            "The head of an earlier check, which the trail has to go on from.",
            "1:0000000000000000000000000000000000000000000000000000000000000000"),
    FILTER_KIND("filter[kind]", "Only of this kind.", "mail.send"),
    FILTER_QUEUE("filter[queue]", "Only of this queue.", "default"),
    SCIM_FILTER(
            "filter",
            "Which ones (RFC 7644, section 3.4.2.2). Users: by id, externalId, userName, displayName, name, emails, active and meta."
                    + " Groups: by id, externalId, displayName, members and meta.",
            "displayName sw \"First\""),
    SCIM_START_INDEX("startIndex", "The first one, counted from 1.", "1"),
    SCIM_COUNT("count", "How many at most; 100 where it is not said, never more than 200.", "100"),
    SCIM_ATTRIBUTES("attributes", "Only these attributes, separated by commas.", "displayName"),
    SCIM_EXCLUDED_ATTRIBUTES("excludedAttributes", "All but these attributes, separated by commas.", "members"),
    TICKET_ID("ticketId", "Only what happens to the ticket with this id.", ""),
    TYPES("types", "Only these types, separated by commas.", "ticket_created,message_added"),
    LAST_EVENT_ID(
            "lastEventId",
            "Where to go on: the id of an event that was received; from now on where it is not said. The header Last-Event-ID, which"
                    + " browsers send when they connect again, comes before it.",
            ""),
    FILENAME(
            "filename",
            "The name of the file; required where the body is the file, and not allowed where it is a form.",
            "invoice.pdf"),
    SIGNATURE("signature", "What a link has instead of a token; whoever has it need not say who asks.", ""),
    MAILBOX("mailbox", "The mail address of the mailbox it was sent to; found from the mail where it is not said.", "");

    private final String wireName;
    private final String description;
    private final String example;

    QueryParameter(String wireName, String description, String example) {
        this.wireName = wireName;
        this.description = description;
        this.example = example;
    }

    /** The parameters that an operation takes: those that it names, and what its answer brings with it. */
    static List<QueryParameter> of(Method method, Operation operation) {
        List<QueryParameter> all = new ArrayList<>(List.of(operation.query()));
        if (Fields.canBeChosen(method, operation)) {
            all.add(FIELDS);
        }
        return all;
    }

    String wireName() {
        return wireName;
    }

    String description() {
        return description;
    }

    String example() {
        return example;
    }

    /** Whether the request makes no sense without it. */
    boolean required() {
        return false;
    }

    boolean isFilter() {
        return name().toLowerCase(Locale.ROOT).startsWith("filter_");
    }
}
