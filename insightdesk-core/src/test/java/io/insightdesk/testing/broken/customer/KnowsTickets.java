package io.insightdesk.testing.broken.customer;

import io.insightdesk.testing.broken.ticket.Prints;

/** Tickets use customers, and here customers use tickets. */
public record KnowsTickets(Prints ticket) {}
