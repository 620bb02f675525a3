package io.insightdesk.event;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.InvalidInputException;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which live events, from where on.
 *
 * @param after a position that was given before; null for now
 * @param ticketId only those of this ticket; null for all
 * @param types only of these types, such as {@code ticket_created}; empty for all; unmodifiable
 * @apiNote Preview: may change with any minor release.
 * @since 0.1.0
 */
public record LiveEventQuery(
        @Nullable String after, @Nullable UUID ticketId, Set<String> types) {

    /** How many events come at once, at most. */
    public static final int BATCH = 100;

    /** How many types can be named. */
    public static final int MAX_TYPES = 50;

    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9_]{0,59}");

    /** Copies the types and checks their form; one that no event has is allowed, for later releases have others. */
    public LiveEventQuery {
        types = Set.copyOf(types);
        if (types.size() > MAX_TYPES) {
            throw new InvalidInputException(
                    "/types", "too_many", "At most " + MAX_TYPES + " types can be named, not " + types.size() + ".");
        }
        for (String type : types) {
            if (!TYPE.matcher(type).matches()) {
                throw new InvalidInputException(
                        "/types", "invalid_value", "A type has lower-case letters, digits and underscores.");
            }
        }
    }

    /**
     * All of them, from now on.
     *
     * @return the query
     */
    public static LiveEventQuery all() {
        return new LiveEventQuery(null, null, Set.of());
    }

    /**
     * The same query, going on from a position. Positions can be gone on from for a day, by every actor of the tenant and with other
     * filters; they tell nothing and allow nothing.
     *
     * @param position of an event, a batch or a stream
     * @return a copy
     */
    public LiveEventQuery after(String position) {
        return new LiveEventQuery(requireNonNull(position, "position"), ticketId, types);
    }

    /**
     * The same query, of one ticket.
     *
     * @param id the value of the ticket's identifier; one that the actor does not see has no events
     * @return a copy
     */
    public LiveEventQuery ofTicket(UUID id) {
        return new LiveEventQuery(after, requireNonNull(id, "id"), types);
    }

    /**
     * The same query, of some types.
     *
     * @param names such as {@code ticket_created}
     * @return a copy
     */
    public LiveEventQuery ofTypes(Set<String> names) {
        return new LiveEventQuery(after, ticketId, names);
    }
}
