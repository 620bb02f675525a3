package io.insightdesk.testing.broken.error;

import io.insightdesk.testing.broken.ticket.Prints;

/** The lowest package uses a high one. */
public record KnowsTickets(Prints ticket) {}
