package io.insightdesk.devenv.seed;

import io.insightdesk.devenv.seed.Company.Agent;
import io.insightdesk.devenv.seed.Company.Customer;
import io.insightdesk.devenv.seed.Company.Team;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A ticket with all that belongs to it. Times are milliseconds since 1970.
 *
 * @param id the ticket
 * @param number its number
 * @param subject its subject
 * @param status where it stands
 * @param priority how urgent it is
 * @param channel on which way it came
 * @param requester who asked
 * @param assignee who answers, if anybody
 * @param team whose it is, if any
 * @param createdAt when it was made
 * @param updatedAt when something happened last
 * @param resolvedAt when it was resolved, if it is
 * @param closedAt when it was closed, if it is
 * @param tags its tags
 * @param messages its conversation
 * @param events what happened, numbered from 1
 */
record SeedTicket(
        UUID id,
        long number,
        String subject,
        String status,
        String priority,
        String channel,
        Customer requester,
        @Nullable Agent assignee,
        @Nullable Team team,
        long createdAt,
        long updatedAt,
        @Nullable Long resolvedAt,
        @Nullable Long closedAt,
        List<UUID> tags,
        List<Message> messages,
        List<Event> events) {

    SeedTicket {
        tags = List.copyOf(tags);
        messages = List.copyOf(messages);
        events = List.copyOf(events);
    }

    /**
     * Who says or does something.
     *
     * @param type as in the database
     * @param id nobody's for the system
     * @param name the name to show
     * @param email the address, if there is one
     * @param via through what
     */
    record Who(
            String type,
            @Nullable UUID id,
            String name,
            @Nullable String email,
            String via) {

        static final Who SYSTEM = new Who("system", null, "System", null, "java");

        static Who agent(Agent agent) {
            return new Who("agent", agent.id(), agent.name(), agent.email(), "api");
        }

        static Who customer(Customer customer, String channel) {
            return new Who(
                    "customer",
                    customer.id(),
                    customer.name(),
                    customer.addresses().get(0),
                    channel.equals("email") ? "mail" : "api");
        }
    }

    /** A message; {@code kind} is as in the database. */
    record Message(UUID id, String kind, Who author, String text, long at) {}

    /** An event; its number is its place in the list, from 1. */
    record Event(UUID id, String type, String payload, Who actor, long at) {}
}
