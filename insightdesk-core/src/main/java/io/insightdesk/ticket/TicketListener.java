package io.insightdesk.ticket;

import io.insightdesk.event.Actor;
import java.sql.Connection;

/**
 * A host's code that runs inside the transaction of a change, so that its own rows commit or roll back with it. An exception
 * undoes the change. Keep it quick, and do nothing that cannot be rolled back; for the rest there are durable subscriptions.
 *
 * <p>The connection has the role and settings that it would have outside the library. It must be neither committed, rolled back
 * nor closed. Listeners are called in the order in which they were registered, by the thread that makes the change.
 *
 * @since 0.1.0
 */
public interface TicketListener {

    /**
     * A ticket was made.
     *
     * @param ticket the ticket
     * @param actor who made it
     * @param connection the transaction
     */
    default void created(Ticket ticket, Actor actor, Connection connection) {}

    /**
     * A ticket was changed.
     *
     * @param before how it was
     * @param after how it is
     * @param actor who changed it
     * @param connection the transaction
     */
    default void changed(Ticket before, Ticket after, Actor actor, Connection connection) {}
}
