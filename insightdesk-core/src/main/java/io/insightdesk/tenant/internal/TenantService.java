package io.insightdesk.tenant.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.SqlErrors;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.Tenants;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

final class TenantService implements Tenants {

    private final Database database;
    private final TenantStore store;
    private final Clock clock;

    TenantService(Database database, TenantStore store, Clock clock) {
        this.database = database;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Tenant create(NewTenant tenant) {
        requireNonNull(tenant, "tenant");
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Tenant made = new Tenant(
                new TenantId(Ids.next()),
                tenant.slug(),
                tenant.name(),
                true,
                tenant.timeZone(),
                tenant.locale(),
                now,
                1);
        try {
            return database.run(made.id().value(), tx -> {
                store.insert(tx, made);
                return made;
            });
        } catch (UnableToExecuteStatementException e) {
            if (SqlErrors.uniqueViolation(e).isPresent()) {
                throw new ConflictException(
                        "slug_taken", "The slug '" + tenant.slug() + "' belongs to another tenant; choose another.");
            }
            throw e;
        }
    }

    @Override
    public Tenant get(TenantId id) {
        return database.run(id.value(), store::find).orElseThrow(() -> new NotFoundException("tenant", id.toString()));
    }

    @Override
    public Optional<Tenant> findBySlug(String slug) {
        return database.system(tx -> store.idBySlug(tx, slug)).map(this::get);
    }

    @Override
    public Optional<TenantId> findByMailbox(String address) {
        return database.system(tx -> store.idByMailbox(tx, address));
    }

    @Override
    public List<TenantId> ids(@Nullable TenantId after, int limit) {
        return database.system(tx -> store.ids(tx, after, limit));
    }
}
