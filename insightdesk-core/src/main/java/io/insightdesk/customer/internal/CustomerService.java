package io.insightdesk.customer.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.customer.Customer;
import io.insightdesk.customer.CustomerChange;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.customer.CustomerPage;
import io.insightdesk.customer.CustomerQuery;
import io.insightdesk.customer.Customers;
import io.insightdesk.customer.EmailAddress;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.customer.OrganizationId;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Changes;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Paging;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.SqlErrors;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.internal.db.TxWork;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

final class CustomerService implements Customers {

    private static final int MAX_NAME = 200;
    private static final int ATTEMPTS = 5;

    private final Scope scope;
    private final CustomerStore store;
    private final OrganizationStore organizations;
    private final EventFeature events;
    private final Cursors cursors;

    CustomerService(
            Scope scope, CustomerStore store, OrganizationStore organizations, EventFeature events, Cursors cursors) {
        this.scope = scope;
        this.store = store;
        this.organizations = organizations;
        this.events = events;
        this.cursors = cursors;
    }

    @Override
    public Customer create(NewCustomer customer) {
        requireNonNull(customer, "customer");
        scope.require(Permission.CUSTOMER_WRITE);
        return unlessTaken(tx -> {
            OrganizationId organization = customer.organization();
            if (organization != null) {
                requireOrganization(tx, organization);
            } else if (!customer.emails().isEmpty()) {
                organization =
                        store.organizationOf(tx, customer.emails().get(0)).orElse(null);
            }
            Customer made = made(customer.name(), customer.emails(), organization, customer.externalId());
            store.insert(tx, made);
            created(tx, made);
            return made;
        });
    }

    @Override
    public Customer get(CustomerId id) {
        requireNonNull(id, "id");
        scope.require(Permission.CUSTOMER_READ);
        return scope.run(tx -> store.find(tx, id)).orElseThrow(() -> notFound(id));
    }

    @Override
    public List<Customer> getAll(Collection<CustomerId> ids) {
        requireNonNull(ids, "ids");
        scope.require(Permission.CUSTOMER_READ);
        Paging.requireAtOnce(ids, "customers");
        return ids.isEmpty() ? List.of() : scope.run(tx -> store.findAll(tx, ids));
    }

    @Override
    public Optional<Customer> findByEmail(EmailAddress email) {
        requireNonNull(email, "email");
        scope.require(Permission.CUSTOMER_READ);
        return scope.run(tx -> store.findByAddress(tx, email));
    }

    @Override
    public Customer findOrCreate(EmailAddress email, @Nullable String name) {
        requireNonNull(email, "email");
        scope.require(Permission.CUSTOMER_WRITE);
        String shown = shownName(email, name);
        return scope.run(tx -> {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Optional<Customer> known = store.findByAddress(tx, email);
                if (known.isPresent()) {
                    return known.get();
                }
                Customer made = made(
                        shown, List.of(email), store.organizationOf(tx, email).orElse(null), null);
                if (store.insertUnlessTaken(tx, made, email)) {
                    created(tx, made);
                    return made;
                }
                // Somebody made the customer at this moment, and has committed: the next look finds it.
            }
            throw new ConflictException(
                    "customer_in_motion", "The customer is being made and removed at the same time. Try again.");
        });
    }

    @Override
    public CustomerPage list(CustomerQuery query) {
        requireNonNull(query, "query");
        scope.require(Permission.CUSTOMER_READ);
        Cursors.Listing listing =
                cursors.on("customers", scope.tenant(), query.organization(), query.email(), query.namePrefix());
        Cursors.Position from = listing.decode(query.cursor());
        List<CustomerStore.Listed> rows = scope.read(tx -> store.list(tx, query, from, query.limit() + 1));
        return listing.page(
                rows,
                query.limit(),
                row -> query.namePrefix() == null
                        ? new Object[] {row.customer().id()}
                        : new Object[] {row.nameKey(), row.customer().id()},
                (items, next) -> new CustomerPage(
                        items.stream().map(CustomerStore.Listed::customer).toList(), next));
    }

    @Override
    public Customer change(CustomerId id, @Nullable Long expectedVersion, CustomerChange change) {
        requireNonNull(id, "id");
        requireNonNull(change, "change");
        scope.require(Permission.CUSTOMER_WRITE);
        return unlessTaken(tx -> {
            Customer old = store.lock(tx, id).orElseThrow(() -> notFound(id));
            if (expectedVersion != null && expectedVersion != old.version()) {
                throw ConflictException.lostUpdate("customer", id.toString(), expectedVersion, old.version());
            }
            if (store.isErased(tx, id)) {
                throw new ConflictException("customer_erased", "The customer was erased and stays so; make a new one.");
            }
            return replace(tx, old, change);
        });
    }

    private Customer replace(Tx tx, Customer old, CustomerChange change) {
        Customer changed = new Customer(
                old.id(),
                change.name() == null ? old.name() : change.name(),
                change.emails() == null ? old.emails() : change.emails(),
                change.removeOrganization() ? null : or(change.organization(), old.organization()),
                change.removeExternalId() ? null : or(change.externalId(), old.externalId()),
                old.createdAt(),
                scope.now(),
                old.version() + 1);
        Changes changes = new Changes()
                .personal("name", old.name(), changed.name())
                .personal("emails", old.emails(), changed.emails())
                .plain("organization", old.organization(), changed.organization())
                .personal("externalId", old.externalId(), changed.externalId());
        if (changes.isEmpty()) {
            return old;
        }
        OrganizationId organization = changed.organization();
        if (organization != null && !organization.equals(old.organization())) {
            requireOrganization(tx, organization);
        }
        store.update(tx, changed);
        if (!changed.emails().equals(old.emails())) {
            store.replaceAddresses(tx, changed);
        }
        events.append(tx, scope, "customer_changed", changes.payload("customerId", old.id()), changes.personal());
        return changed;
    }

    private Customer made(
            String name,
            List<EmailAddress> emails,
            @Nullable OrganizationId organization,
            @Nullable String externalId) {
        Instant now = scope.now();
        return new Customer(new CustomerId(Ids.next()), name, emails, organization, externalId, now, now, 1);
    }

    private void created(Tx tx, Customer customer) {
        OrganizationId organization = customer.organization();
        String id = customer.id().toString();
        events.append(
                tx,
                scope,
                "customer_created",
                organization == null
                        ? Map.of("customerId", id)
                        : Map.of("customerId", id, "organizationId", organization.toString()));
    }

    private void requireOrganization(Tx tx, OrganizationId organization) {
        if (organizations.find(tx, organization).isEmpty()) {
            throw unknownOrganization();
        }
    }

    /** What a person is called who did not say; mail headers may hold anything. */
    private static String shownName(EmailAddress email, @Nullable String name) {
        String text = name == null ? "" : name.replace("\0", "").strip();
        if (text.isEmpty()) {
            return email.local();
        }
        if (text.length() <= MAX_NAME) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(MAX_NAME - 1)) ? MAX_NAME - 1 : MAX_NAME;
        return text.substring(0, end);
    }

    private static <T> @Nullable T or(@Nullable T wanted, @Nullable T present) {
        return wanted == null ? present : wanted;
    }

    private Customer unlessTaken(TxWork<Customer> work) {
        try {
            return scope.run(work);
        } catch (UnableToExecuteStatementException e) {
            String constraint = SqlErrors.uniqueViolation(e).orElse("");
            if (SqlErrors.foreignKeyViolation(e).isPresent()) {
                // The organization was removed after it had been looked up.
                throw unknownOrganization();
            }
            throw switch (constraint) {
                case "customer_address_pkey" ->
                    new ConflictException("email_taken", "A mail address belongs to another customer of this tenant.");
                case "customer_external_id" ->
                    new ConflictException("external_id_taken", "The external identifier belongs to another customer.");
                default -> e;
            };
        }
    }

    private static InvalidInputException unknownOrganization() {
        return new InvalidInputException(
                "/organization", "unknown_organization", "There is no such organization in this tenant.");
    }

    private static NotFoundException notFound(CustomerId id) {
        return new NotFoundException("customer", id.toString());
    }
}
