package io.insightdesk.customer.internal;

import io.insightdesk.customer.Customers;
import io.insightdesk.customer.Organizations;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Scope;

/** Builds the services of customers from their collaborators. Thread-safe; one per {@code InsightDesk}. */
public final class CustomerFeature {

    private final EventFeature events;
    private final Cursors cursors;
    private final CustomerStore customers = new CustomerStore();
    private final OrganizationStore organizations = new OrganizationStore();

    /** Makes the feature. */
    public CustomerFeature(EventFeature events, Cursors cursors) {
        this.events = events;
        this.cursors = cursors;
    }

    /** The customers that a scope sees. */
    public Customers customers(Scope scope) {
        return new CustomerService(scope, customers, organizations, events, cursors);
    }

    /** The organizations that a scope sees. */
    public Organizations organizations(Scope scope) {
        return new OrganizationService(scope, organizations, events, cursors);
    }
}
