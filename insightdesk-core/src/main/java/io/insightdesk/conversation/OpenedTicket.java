package io.insightdesk.conversation;

import io.insightdesk.ticket.Ticket;

/**
 * A ticket with its first message.
 *
 * @param ticket the ticket
 * @param message the message
 * @since 0.1.0
 */
public record OpenedTicket(Ticket ticket, Message message) {}
