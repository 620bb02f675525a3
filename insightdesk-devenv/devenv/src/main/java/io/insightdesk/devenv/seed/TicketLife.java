package io.insightdesk.devenv.seed;

import io.insightdesk.devenv.seed.Company.Agent;
import io.insightdesk.devenv.seed.Company.Customer;
import io.insightdesk.devenv.seed.Company.Team;
import io.insightdesk.devenv.seed.SeedTicket.Event;
import io.insightdesk.devenv.seed.SeedTicket.Message;
import io.insightdesk.devenv.seed.SeedTicket.Who;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A ticket while its life is told, by the rules that the library itself follows: what changes which status, and which events are
 * written. What would happen after the anchor does not happen. Used once.
 */
final class TicketLife {

    private final RandomGenerator random;
    private final long anchor;
    private final UUID id;
    private final Customer requester;
    private final long createdAt;
    private final List<Message> messages = new ArrayList<>(4);
    private final List<Event> events = new ArrayList<>(9);
    private String status = "new";
    private @Nullable Agent assignee;
    private @Nullable Team team;
    private long updatedAt;
    private @Nullable Long resolvedAt;
    private @Nullable Long closedAt;

    TicketLife(
            RandomGenerator random,
            long anchor,
            Customer requester,
            String channel,
            String priority,
            long number,
            long createdAt) {
        this.random = random;
        this.anchor = anchor;
        this.requester = requester;
        this.createdAt = createdAt;
        this.id = SeedIds.at(createdAt, random);
        event(
                "ticket_created",
                "{\"number\":" + number + ",\"status\":\"new\",\"priority\":\"" + priority + "\",\"channel\":\""
                        + channel + "\",\"requester\":\"" + requester.id() + "\"}",
                Who.customer(requester, channel),
                createdAt);
    }

    /** Whether a moment still lies in the past. */
    boolean happens(long at) {
        return at <= anchor;
    }

    String status() {
        return status;
    }

    @Nullable Agent assignee() {
        return assignee;
    }

    /** The customer writes; a ticket that waited is open again. */
    void asks(Who customer, String text, long at) {
        message("customer", customer, text, at);
        if (status.equals("pending") || status.equals("resolved")) {
            changeStatus("open", customer, at);
        }
    }

    /** An agent answers; the ticket waits for the customer, and is the agent's if it was nobody's. */
    void answers(Agent agent, String text, long at) {
        Who who = Who.agent(agent);
        message("agent", who, text, at);
        StringBuilder changes = new StringBuilder();
        if (status.equals("new") || status.equals("open")) {
            fromTo(changes, "status", status, "pending");
            status = "pending";
        }
        if (assignee == null) {
            fromTo(changes, "assignee", null, agent.id());
            assignee = agent;
        }
        if (changes.length() > 0) {
            changed(changes, who, at);
        }
    }

    /** An agent writes to the others. */
    void notes(Agent agent, String text, long at) {
        message("note", Who.agent(agent), text, at);
    }

    /** The ticket is given to somebody, which opens it. */
    void isAssigned(Agent by, Agent to, Team of, long at) {
        StringBuilder changes = new StringBuilder();
        if (status.equals("new")) {
            fromTo(changes, "status", "new", "open");
            status = "open";
        }
        fromTo(changes, "assignee", null, to.id());
        fromTo(changes, "team", null, of.id());
        assignee = to;
        team = of;
        changed(changes, Who.agent(by), at);
    }

    void waitsForOthers(Agent by, long at) {
        changeStatus("on_hold", Who.agent(by), at);
    }

    void isResolved(Agent by, long at) {
        resolvedAt = at;
        changeStatus("resolved", Who.agent(by), at);
    }

    void isClosed(long at) {
        closedAt = at;
        changeStatus("closed", Who.SYSTEM, at);
    }

    SeedTicket told(long number, String subject, String priority, String channel, List<UUID> tags) {
        return new SeedTicket(
                id,
                number,
                subject,
                status,
                priority,
                channel,
                requester,
                assignee,
                team,
                createdAt,
                updatedAt,
                resolvedAt,
                closedAt,
                tags,
                messages,
                events);
    }

    private void message(String kind, Who author, String text, long at) {
        UUID message = SeedIds.at(at, random);
        messages.add(new Message(message, kind, author, text, at));
        event(
                "message_added",
                "{\"message\":\"" + message + "\",\"kind\":\"" + kind + "\",\"attachments\":0}",
                author,
                at);
    }

    private void changeStatus(String to, Who by, long at) {
        StringBuilder changes = new StringBuilder();
        fromTo(changes, "status", status, to);
        status = to;
        changed(changes, by, at);
    }

    private void changed(StringBuilder changes, Who by, long at) {
        event("ticket_changed", "{\"changes\":{" + changes + "}}", by, at);
    }

    /** Nothing in here needs to be escaped: identifiers and the library's own words. */
    private static void fromTo(StringBuilder changes, String field, @Nullable Object from, Object to) {
        if (changes.length() > 0) {
            changes.append(',');
        }
        changes.append('"').append(field).append("\":{\"from\":");
        if (from == null) {
            changes.append("null");
        } else {
            changes.append('"').append(from).append('"');
        }
        changes.append(",\"to\":\"").append(to).append("\"}");
    }

    private void event(String type, String payload, Who actor, long at) {
        events.add(new Event(SeedIds.at(at, random), type, payload, actor, at));
        updatedAt = at;
    }
}
