package io.insightdesk.testing.broken.customer.internal;

/** Nobody else's business. */
public record Hidden() {}
