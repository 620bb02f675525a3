package io.insightdesk.customer.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.customer.NewOrganization;
import io.insightdesk.customer.Organization;
import io.insightdesk.customer.OrganizationChange;
import io.insightdesk.customer.OrganizationId;
import io.insightdesk.customer.OrganizationPage;
import io.insightdesk.customer.OrganizationQuery;
import io.insightdesk.customer.Organizations;
import io.insightdesk.error.ConflictException;
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
import java.util.UUID;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

final class OrganizationService implements Organizations {

    private static final UUID BEGINNING = new UUID(0, 0);

    private final Scope scope;
    private final OrganizationStore store;
    private final EventFeature events;
    private final Cursors cursors;

    OrganizationService(Scope scope, OrganizationStore store, EventFeature events, Cursors cursors) {
        this.scope = scope;
        this.store = store;
        this.events = events;
        this.cursors = cursors;
    }

    @Override
    public Organization create(NewOrganization organization) {
        requireNonNull(organization, "organization");
        scope.require(Permission.CUSTOMER_WRITE);
        Instant now = scope.now();
        Organization made = new Organization(
                new OrganizationId(Ids.next()),
                organization.name(),
                organization.domains(),
                organization.sharedTickets(),
                now,
                now,
                1);
        return unlessTaken(tx -> {
            store.insert(tx, made);
            events.append(
                    tx,
                    scope,
                    "organization_created",
                    Map.of("organizationId", made.id().toString(), "name", made.name()));
            return made;
        });
    }

    @Override
    public Organization get(OrganizationId id) {
        requireNonNull(id, "id");
        scope.require(Permission.CUSTOMER_READ);
        return scope.run(tx -> store.find(tx, id)).orElseThrow(() -> notFound(id));
    }

    @Override
    public List<Organization> getAll(Collection<OrganizationId> ids) {
        requireNonNull(ids, "ids");
        scope.require(Permission.CUSTOMER_READ);
        Paging.requireAtOnce(ids, "organizations");
        return ids.isEmpty() ? List.of() : scope.run(tx -> store.findAll(tx, ids));
    }

    @Override
    public OrganizationPage list(OrganizationQuery query) {
        requireNonNull(query, "query");
        scope.require(Permission.CUSTOMER_READ);
        Cursors.Listing listing = cursors.on("organizations", scope.tenant());
        Cursors.Position from = listing.decode(query.cursor());
        UUID after = from == null ? BEGINNING : from.uuid(0);
        List<Organization> rows = scope.read(tx -> store.list(tx, after, query.limit() + 1));
        return listing.page(
                rows, query.limit(), organization -> new Object[] {organization.id()}, OrganizationPage::new);
    }

    @Override
    public Organization change(OrganizationId id, @Nullable Long expectedVersion, OrganizationChange change) {
        requireNonNull(id, "id");
        requireNonNull(change, "change");
        scope.require(Permission.CUSTOMER_WRITE);
        return unlessTaken(tx -> {
            Organization old = store.lock(tx, id).orElseThrow(() -> notFound(id));
            if (expectedVersion != null && expectedVersion != old.version()) {
                throw ConflictException.lostUpdate("organization", id.toString(), expectedVersion, old.version());
            }
            return replace(tx, old, change);
        });
    }

    private Organization replace(Tx tx, Organization old, OrganizationChange change) {
        String name = change.name() == null ? old.name() : change.name();
        List<String> domains = change.domains() == null ? old.domains() : change.domains();
        boolean shared = change.sharedTickets() == null ? old.sharedTickets() : change.sharedTickets();
        Changes changes = new Changes()
                .plain("name", old.name(), name)
                .plain("domains", old.domains(), domains)
                .plain("sharedTickets", old.sharedTickets(), shared);
        if (changes.isEmpty()) {
            return old;
        }
        Organization changed =
                new Organization(old.id(), name, domains, shared, old.createdAt(), scope.now(), old.version() + 1);
        store.update(tx, changed);
        if (!domains.equals(old.domains())) {
            store.replaceDomains(tx, changed);
        }
        events.append(tx, scope, "organization_changed", changes.payload("organizationId", old.id()));
        return changed;
    }

    private Organization unlessTaken(TxWork<Organization> work) {
        try {
            return scope.run(work);
        } catch (UnableToExecuteStatementException e) {
            String constraint = SqlErrors.uniqueViolation(e).orElse("");
            throw switch (constraint) {
                case "organization_name" ->
                    new ConflictException("name_taken", "Another organization of this tenant has this name.");
                case "organization_domain_pkey" ->
                    new ConflictException("domain_taken", "A domain belongs to another organization of this tenant.");
                default -> e;
            };
        }
    }

    private static NotFoundException notFound(OrganizationId id) {
        return new NotFoundException("organization", id.toString());
    }
}
