package io.insightdesk.tenant.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.Actor;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Changes;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.SqlErrors;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.PlanLimits;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.tenant.TenantChange;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.TenantSettings;
import io.insightdesk.tenant.TenantUsage;
import io.insightdesk.tenant.Tenants;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

final class TenantService implements Tenants {

    /** What can be a slug, in any case; nothing else is looked up. */
    private static final Pattern SLUG = Pattern.compile("[A-Za-z][A-Za-z0-9-]{1,59}");

    private final Database database;
    private final TenantStore store;
    private final Clock clock;
    private final TenantGate gate;
    private final SlugCache slugs;
    private final TenantFeature.ChangeLog log;

    TenantService(
            Database database,
            TenantStore store,
            Clock clock,
            TenantGate gate,
            SlugCache slugs,
            TenantFeature.ChangeLog log) {
        this.database = database;
        this.store = store;
        this.clock = clock;
        this.gate = gate;
        this.slugs = slugs;
        this.log = log;
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
                TenantSettings.NONE,
                PlanLimits.NONE,
                now,
                1);
        try {
            Scope scope = system(made.id());
            return scope.run(tx -> {
                store.insert(tx, made);
                tx.afterCommit(() -> slugs.evict(made.slug()));
                log.append(
                        tx,
                        scope,
                        "tenant_created",
                        Map.of("tenantId", made.id().toString(), "slug", made.slug(), "name", made.name()));
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
        return get(system(id));
    }

    Tenant get(Scope scope) {
        return scope.run(store::find).orElseThrow(() -> notFound(scope.tenant()));
    }

    @Override
    public Optional<Tenant> findBySlug(String slug) {
        if (slug.indexOf('\0') >= 0) {
            // PostgreSQL knows no such text.
            return Optional.empty();
        }
        return database.system(tx -> store.idBySlug(tx, slug)).map(this::get);
    }

    @Override
    public Optional<TenantId> findIdBySlug(String slug) {
        if (!SLUG.matcher(slug).matches()) {
            return Optional.empty();
        }
        String wanted = slug.toLowerCase(Locale.ROOT);
        Optional<TenantId> found = slugs.get(wanted, () -> idBySlug(wanted));
        if (found.isPresent() && gate.suspended().contains(found.get())) {
            // It may be about to be deleted, and is refused anyway; so nothing of it is remembered.
            slugs.evict(found.get());
            return idBySlug(wanted);
        }
        return found;
    }

    private Optional<TenantId> idBySlug(String slug) {
        return database.system(tx -> store.idBySlug(tx, slug));
    }

    @Override
    public Optional<TenantId> findByMailbox(String address) {
        return database.system(tx -> store.idByMailbox(tx, address));
    }

    @Override
    public List<TenantId> ids(@Nullable TenantId after, int limit) {
        return database.system(tx -> store.ids(tx, after, limit));
    }

    @Override
    public Tenant change(TenantId id, @Nullable Long expectedVersion, TenantChange change) {
        requireNonNull(change, "change");
        return change(system(id), expectedVersion, change);
    }

    Tenant change(Scope scope, @Nullable Long expectedVersion, TenantChange change) {
        return scope.run(tx -> {
            Tenant old = lock(tx, scope.tenant());
            if (expectedVersion != null && expectedVersion != old.version()) {
                throw ConflictException.lostUpdate("tenant", old.id().toString(), expectedVersion, old.version());
            }
            Tenant changed = new Tenant(
                    old.id(),
                    old.slug(),
                    change.name() == null ? old.name() : change.name(),
                    old.active(),
                    change.timeZone() == null ? old.timeZone() : change.timeZone(),
                    change.locale() == null ? old.locale() : change.locale(),
                    change.settings() == null ? old.settings() : change.settings(),
                    old.limits(),
                    old.createdAt(),
                    old.version());
            return replace(tx, scope, old, changed);
        });
    }

    @Override
    public Tenant limit(TenantId id, PlanLimits limits) {
        requireNonNull(limits, "limits");
        Scope scope = system(id);
        return scope.run(tx -> {
            Tenant old = lock(tx, id);
            tx.afterCommit(gate::forget);
            Tenant changed = new Tenant(
                    id,
                    old.slug(),
                    old.name(),
                    old.active(),
                    old.timeZone(),
                    old.locale(),
                    old.settings(),
                    limits,
                    old.createdAt(),
                    old.version());
            return replace(tx, scope, old, changed);
        });
    }

    private Tenant replace(Tx tx, Scope scope, Tenant old, Tenant changed) {
        if (changed.equals(old)) {
            return old;
        }
        store.update(tx, changed, scope.now());
        TenantSettings was = old.settings();
        TenantSettings is = changed.settings();
        PlanLimits had = old.limits();
        PlanLimits has = changed.limits();
        Changes changes = new Changes()
                .plain("name", old.name(), changed.name())
                .plain("timeZone", old.timeZone(), changed.timeZone())
                .plain("locale", old.locale(), changed.locale())
                .plain("settings.closeResolvedAfter", was.closeResolvedAfter(), is.closeResolvedAfter())
                .plain("settings.customerLogin", was.customerLogin(), is.customerLogin())
                .unseen("settings.hostSettings", was.hostSettings(), is.hostSettings())
                .plain("limits.agents", had.agents(), has.agents())
                .plain("limits.storageBytes", had.storageBytes(), has.storageBytes())
                .plain("limits.requestsPerMinute", had.requestsPerMinute(), has.requestsPerMinute())
                .plain("limits.mailsPerDay", had.mailsPerDay(), has.mailsPerDay());
        log.append(tx, scope, "tenant_changed", changes.payload("tenantId", old.id()));
        return lock(tx, old.id());
    }

    @Override
    public TenantUsage usage(TenantId id) {
        return usage(system(id));
    }

    TenantUsage usage(Scope scope) {
        LocalDate today = LocalDate.ofInstant(scope.now(), ZoneOffset.UTC);
        return scope.run(tx -> store.usage(tx, today));
    }

    @Override
    public Tenant suspend(TenantId id) {
        return mark(id, "active", "suspended", "tenant_suspended");
    }

    @Override
    public Tenant resume(TenantId id) {
        return mark(id, "suspended", "active", "tenant_resumed");
    }

    private Tenant mark(TenantId id, String from, String to, String event) {
        Scope scope = system(id);
        return scope.run(tx -> {
            Tenant old = lock(tx, id);
            String status = store.status(tx);
            if (status.equals("deleting")) {
                throw new ConflictException(
                        "tenant_being_deleted", "The tenant '" + id + "' is being deleted, which cannot be undone.");
            }
            if (!status.equals(from)) {
                return old;
            }
            store.mark(tx, to, scope.now());
            log.append(tx, scope, event, Map.of("tenantId", id.toString()));
            tx.afterCommit(gate::forget);
            return lock(tx, id);
        });
    }

    @Override
    public Set<TenantId> suspended() {
        return gate.suspended();
    }

    @Override
    public OptionalInt requestsPerMinute(TenantId id) {
        return gate.requestsPerMinute(requireNonNull(id, "id"));
    }

    private Tenant lock(Tx tx, TenantId id) {
        return store.lock(tx).orElseThrow(() -> notFound(id));
    }

    private Scope system(TenantId id) {
        return new Scope(requireNonNull(id, "id"), Actor.system(), Authority.ALL, database, clock, null);
    }

    private static NotFoundException notFound(TenantId id) {
        return new NotFoundException("tenant", id.toString());
    }
}
