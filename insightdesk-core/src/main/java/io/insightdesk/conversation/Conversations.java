package io.insightdesk.conversation;

import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.TicketId;
import org.jspecify.annotations.Nullable;

/**
 * The conversations of a tenant's tickets. Thread-safe, except inside a host's transaction, where it belongs to the
 * transaction's thread. Each call is one transaction, or part of the host's inside {@code within}.
 *
 * @since 0.1.0
 */
public interface Conversations {

    /**
     * Makes a ticket with its first message, which the customer wrote.
     *
     * @param ticket what the ticket shall be
     * @param message what the customer said
     * @return both as stored
     * @throws io.insightdesk.error.AccessDeniedException without what {@code NewTicket.permissions()} says
     * @throws io.insightdesk.error.InvalidInputException when either names something that does not exist
     */
    OpenedTicket open(NewTicket ticket, NewMessage message);

    /**
     * Answers the customer. Where the ticket's customer has a mail address and mail is configured, the answer leaves by mail as a
     * background job. A {@code new} or {@code open} ticket becomes {@code pending}; an unassigned one is given to the agent who
     * answers. What a customer replies is a message like any the customer sends, and opens a ticket that is pending or resolved.
     *
     * @param ticket the ticket
     * @param message the answer
     * @return the message as stored
     * @throws io.insightdesk.error.AccessDeniedException without {@code message:write}
     * @throws io.insightdesk.error.NotFoundException when there is no such ticket
     * @throws io.insightdesk.error.ConflictException with code {@code ticket_closed} when the ticket is closed
     * @throws io.insightdesk.error.InvalidInputException when it names an attachment that does not exist or a bad address
     */
    Message reply(TicketId ticket, NewMessage message);

    /**
     * Records what the ticket's customer said elsewhere, on the phone for instance. Opens a ticket that is pending or resolved.
     *
     * @param ticket the ticket
     * @param message what the customer said
     * @return the message as stored
     * @throws io.insightdesk.error.AccessDeniedException without {@code message:write}
     * @throws io.insightdesk.error.NotFoundException when there is no such ticket
     * @throws io.insightdesk.error.ConflictException with code {@code ticket_closed} when the ticket is closed
     */
    Message addCustomerMessage(TicketId ticket, NewMessage message);

    /**
     * Writes an internal note, which no customer sees. Allowed on closed tickets.
     *
     * @param ticket the ticket
     * @param message the note
     * @return the message as stored
     * @throws io.insightdesk.error.AccessDeniedException without {@code note:write}
     * @throws io.insightdesk.error.NotFoundException when there is no such ticket
     */
    Message note(TicketId ticket, NewMessage message);

    /**
     * Reads a message; a note or one of the system only with {@code note:read}.
     *
     * @param id the message
     * @return the message
     * @throws io.insightdesk.error.AccessDeniedException without {@code ticket:read}
     * @throws io.insightdesk.error.NotFoundException when there is none
     */
    Message get(MessageId id);

    /**
     * Lists a conversation, oldest first; notes and messages of the system only with {@code note:read}.
     *
     * @param ticket the ticket
     * @param cursor where the page before ended; null for the first page
     * @param limit at most so many, 1 to 100
     * @return a page
     * @throws io.insightdesk.error.AccessDeniedException without {@code ticket:read}
     * @throws io.insightdesk.error.NotFoundException when there is no such ticket
     * @throws io.insightdesk.error.InvalidInputException when the cursor is not of this list
     */
    MessagePage list(TicketId ticket, @Nullable String cursor, int limit);
}
