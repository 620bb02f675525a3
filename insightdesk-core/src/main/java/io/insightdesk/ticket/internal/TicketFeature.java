package io.insightdesk.ticket.internal;

import io.insightdesk.customer.Customer;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.customer.Customers;
import io.insightdesk.customer.EmailAddress;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.error.Violations;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.Agents;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.TicketSight;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketListener;
import io.insightdesk.ticket.TicketQuery;
import io.insightdesk.ticket.TicketStatus;
import io.insightdesk.ticket.TicketVersion;
import io.insightdesk.ticket.Tickets;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/** Builds the tickets' service from its collaborators; what other features may use of it. Thread-safe. */
public final class TicketFeature {

    private static final int CLOSE_BATCH = 100;

    private final TicketStore store = new TicketStore();
    private final TicketNumbers numbers;
    private final TicketWriter writer;
    private final EventFeature events;
    private final Cursors cursors;
    private final Function<Scope, Customers> customers;
    private final Function<Scope, Agents> agents;

    /** Makes the feature. */
    public TicketFeature(
            EventFeature events,
            Cursors cursors,
            Function<Scope, Customers> customers,
            Function<Scope, Agents> agents,
            List<TicketListener> listeners,
            MeterRegistry meters) {
        this.numbers = new TicketNumbers();
        this.writer = new TicketWriter(store, events, listeners, meters);
        this.events = events;
        this.cursors = cursors;
        this.customers = customers;
        this.agents = agents;
    }

    /** The service in a scope. */
    public Tickets tickets(Scope scope) {
        return new TicketService(this, store, events, cursors, scope);
    }

    /** A ticket as it was and as it is. */
    public record Changed(Ticket before, Ticket after) {}

    /**
     * Changes a ticket inside a running transaction. The caller has checked the permissions that the change needs; which ticket the
     * actor may change so is checked here.
     */
    public Changed change(Tx tx, Scope scope, Access access, TicketVersion ticket, TicketChange change) {
        Ticket before = writer.lock(tx, ticket.id(), access.tickets());
        UUID customer = access.tickets().customer();
        if (customer != null && !before.requester().value().equals(customer)) {
            // A colleague's ticket is read and answered, but ended by who asked.
            throw access.refusal(Permission.TICKET_CLOSE);
        }
        Long expected = ticket.version();
        if (expected != null && expected != before.version()) {
            throw ConflictException.lostUpdate("ticket", ticket.id().toString(), expected, before.version());
        }
        Ticket wanted = change.applyTo(before);
        checkAssignee(tx, scope, before, wanted);
        return new Changed(before, writer.update(tx, scope, before, wanted));
    }

    /** Refuses a list of tickets that is empty, too long, or names one twice. */
    public static void checkTickets(List<TicketVersion> tickets, int max) {
        Violations violations = new Violations();
        if (tickets.isEmpty()) {
            violations.add("/tickets", "required", "At least one ticket is required.");
        }
        if (tickets.size() > max) {
            violations.add(
                    "/tickets",
                    "too_many",
                    "At most " + max + " tickets are allowed, these are " + tickets.size() + ".");
        }
        violations.throwIfAny();
        Set<TicketId> seen = new HashSet<>();
        for (int i = 0; i < tickets.size(); i++) {
            if (!seen.add(tickets.get(i).id())) {
                violations.add("/tickets/" + i, "duplicate", "This ticket is named before.");
            }
        }
        violations.throwIfAny();
    }

    /** Refuses filters by what a customer is not shown, for it cannot be found out so either. */
    public static void requireFilters(Access access, TicketQuery query) {
        if (access.tickets().customer() != null
                && (query.assignee() != null || query.unassigned() || query.team() != null || query.tag() != null)) {
            throw access.refusal(Permission.AGENT_READ);
        }
    }

    /** The tickets that a query finds and the actor sees, in its order, whatever its limit and cursor; at most so many. */
    public List<TicketId> find(Tx tx, Access access, TicketQuery query, int max) {
        requireFilters(access, query);
        return store.ids(tx, query, access.tickets(), max);
    }

    /** Takes a ticket number before a business transaction begins; empty inside a running one. */
    public OptionalLong numberBefore(Scope scope) {
        return numbers.takeBefore(scope);
    }

    /** Makes a ticket inside a running transaction, for the library's own doings. */
    public Ticket create(Tx tx, Scope scope, OptionalLong number, NewTicket ticket) {
        return create(tx, scope, Access.ALL, number, ticket);
    }

    /** Makes a ticket inside a running transaction. The caller has checked the permissions that the new ticket needs. */
    public Ticket create(Tx tx, Scope scope, Access access, OptionalLong number, NewTicket ticket) {
        CustomerId requester = ticket.requester();
        UUID customer = access.tickets().customer();
        if (customer != null) {
            requester = oneself(tx, scope, ticket, new CustomerId(customer));
        } else if (requester == null) {
            String email = Objects.requireNonNull(ticket.requesterEmail(), "requesterEmail");
            EmailAddress address = EmailAddress.parse(email)
                    .orElseThrow(() -> new InvalidInputException(
                            "/requester/email",
                            "invalid_value",
                            "This is not a mail address such as name@example.com."));
            requester = customers
                    .apply(scope.in(tx).trusted())
                    .findOrCreate(address, ticket.requesterName())
                    .id();
        }
        if (ticket.assignee() != null) {
            requireActive(tx, scope, ticket.assignee());
        }
        long taken = number.isPresent() ? number.getAsLong() : numbers.takeIn(tx);
        return writer.create(tx, scope, taken, ticket, requester);
    }

    /** A customer asks for nobody else, and does not make customers. */
    private CustomerId oneself(Tx tx, Scope scope, NewTicket ticket, CustomerId customer) {
        CustomerId requester = ticket.requester();
        if (requester == null) {
            requester = EmailAddress.parse(Objects.requireNonNull(ticket.requesterEmail(), "requesterEmail"))
                    .flatMap(address -> customers.apply(scope.in(tx).trusted()).findByEmail(address))
                    .map(Customer::id)
                    .orElse(null);
        }
        if (!customer.equals(requester)) {
            throw new InvalidInputException("/requester", "not_yourself", "You can open tickets for yourself only.");
        }
        return customer;
    }

    /**
     * Reads a ticket and locks it until the end of the transaction. The first lock of every operation on a ticket.
     *
     * @throws NotFoundException also when there is one that is not seen
     */
    public Ticket lock(Tx tx, TicketId id, TicketSight sight) {
        return writer.lock(tx, id, sight);
    }

    /** The same for the library's own doings, to which all tickets are there. */
    public Ticket lock(Tx tx, TicketId id) {
        return writer.lock(tx, id, TicketSight.ALL);
    }

    /** The ticket as the actor is shown it. */
    public static Ticket shown(Access access, Ticket ticket) {
        return access.tickets().customer() == null ? ticket : Copies.forCustomer(ticket);
    }

    /** Whether there is such a ticket. */
    public boolean exists(Tx tx, TicketId id, TicketSight sight) {
        return store.exists(tx, id, sight);
    }

    /** Reads a ticket, for the library's own doings. */
    public Optional<Ticket> find(Tx tx, TicketId id) {
        return store.find(tx, id, TicketSight.ALL);
    }

    /** Reads a ticket by its number for people, for the library's own doings. */
    public Optional<Ticket> findByNumber(Tx tx, long number) {
        return store.findByNumber(tx, number, TicketSight.ALL);
    }

    /** Stores how a locked ticket shall be, with event and listeners. */
    public Ticket update(Tx tx, Scope scope, Ticket before, Ticket wanted) {
        return writer.update(tx, scope, before, wanted);
    }

    /** Records that a message was added to a locked ticket. */
    public Ticket messageAdded(Tx tx, Scope scope, Ticket ticket, Map<String, Object> payload) {
        return writer.messageAdded(tx, scope, ticket, payload);
    }

    /** Records what became of the mail of one of the ticket's messages. */
    public void deliveryChanged(Tx tx, Scope scope, Ticket ticket, Map<String, Object> payload) {
        writer.append(tx, scope, ticket, "message_delivery_changed", payload);
    }

    /** Runs work that writes a ticket, and says in words which reference was wrong where one was. */
    public <T> T named(Supplier<T> work) {
        return References.named(work);
    }

    /** Links a ticket to the closed one that it follows. */
    public void linkFollowUp(Tx tx, Scope scope, TicketId followUp, TicketId first) {
        store.linkFollowUp(tx, followUp, first, scope.now());
    }

    /** Closes what has been resolved for long enough; answers how many. */
    public int closeResolved(Scope scope, Duration resolvedFor) {
        List<TicketId> due =
                scope.run(tx -> store.resolvedBefore(tx, scope.now().minus(resolvedFor), CLOSE_BATCH));
        int closed = 0;
        for (TicketId id : due) {
            closed += scope.run(tx -> {
                Ticket before = writer.lock(tx, id, TicketSight.ALL);
                if (before.status() != TicketStatus.RESOLVED) {
                    return 0;
                }
                Ticket wanted = Copies.settled(
                        before,
                        TicketStatus.CLOSED,
                        before.resolvedAt(),
                        before.closedAt(),
                        before.updatedAt(),
                        before.version());
                writer.update(tx, scope, before, wanted);
                return 1;
            });
        }
        return closed;
    }

    /** The tenant's tickets that are not done, by the wire name of their status. */
    public Map<String, Long> activeByStatus(Scope scope) {
        return scope.run(store::activeByStatus);
    }

    void checkAssignee(Tx tx, Scope scope, Ticket before, Ticket wanted) {
        AgentId assignee = wanted.assignee();
        if (assignee != null && !assignee.equals(before.assignee())) {
            requireActive(tx, scope, assignee);
        }
    }

    private void requireActive(Tx tx, Scope scope, AgentId id) {
        boolean active;
        try {
            active = agents.apply(scope.in(tx).trusted()).get(id).active();
        } catch (NotFoundException e) {
            active = false;
        }
        if (!active) {
            throw new InvalidInputException(
                    "/assignee", "unknown_assignee", "There is no active agent '" + id + "' in this tenant.");
        }
    }
}
