package io.insightdesk.identity;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.InvalidInputException;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * Which tickets a role is about. Others do not exist for who has the role: they are not found, not denied.
 *
 * @param kind how they are told apart
 * @param organizations whose tickets, by the value of the organization's identifier; empty but for
 *     {@link Kind#ORGANIZATIONS}; unmodifiable
 * @since 0.1.0
 */
public record TicketScope(Kind kind, Set<UUID> organizations) {

    /** All tickets, except those of private teams for who may not read these. */
    public static final TicketScope ALL = new TicketScope(Kind.ALL, Set.of());

    /** Tickets of the agent's teams, and those that are given to the agent. */
    public static final TicketScope TEAMS = new TicketScope(Kind.TEAMS, Set.of());

    /** How tickets are told apart. */
    public enum Kind {
        /** All tickets. */
        ALL,
        /**
         * Tickets of the agent's teams, and those that are given to the agent. One that no team and nobody has is not among
         * them: who sorts what comes in has all tickets.
         */
        TEAMS,
        /** Tickets of certain organizations. */
        ORGANIZATIONS,
        /**
         * Tickets that the customer asked for and, where the organization shares its tickets, those of the organization. Only
         * for customers.
         */
        OWN;

        /**
         * The name used in JSON and in the database.
         *
         * @return the name in snake_case
         */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * Reads the wire name.
         *
         * @param name the name in snake_case
         * @return the value
         * @throws InvalidInputException when there is no such value
         */
        public static Kind of(String name) {
            for (Kind kind : values()) {
                if (kind.wireName().equals(name)) {
                    return kind;
                }
            }
            throw new InvalidInputException(
                    "/tickets/kind", "invalid_value", "The kind is one of all, teams, organizations.");
        }
    }

    /** Checks that there are organizations where they are asked for, and only there. */
    public TicketScope {
        requireNonNull(kind, "kind");
        organizations = Set.copyOf(organizations);
        if (kind != Kind.ORGANIZATIONS && !organizations.isEmpty()) {
            throw new InvalidInputException(
                    "/tickets/organizations",
                    "invalid_value",
                    "Organizations go with the kind organizations, and with no other.");
        }
    }

    /**
     * Tickets of certain organizations.
     *
     * @param organizations the values of their identifiers; none for no tickets at all
     * @return the scope
     */
    public static TicketScope organizations(Set<UUID> organizations) {
        return new TicketScope(Kind.ORGANIZATIONS, organizations);
    }
}
