package io.insightdesk.testing.broken.ticket;

import io.insightdesk.testing.broken.customer.internal.Hidden;

/** Enters another feature's internal package. */
public record EntersCustomers(Hidden hidden) {}
