package io.insightdesk;

import static java.util.Objects.requireNonNull;

import io.insightdesk.bulk.BulkChanges;
import io.insightdesk.conversation.Attachments;
import io.insightdesk.conversation.Conversations;
import io.insightdesk.customer.Customers;
import io.insightdesk.customer.Organizations;
import io.insightdesk.event.Actor;
import io.insightdesk.event.Audit;
import io.insightdesk.event.LiveEvents;
import io.insightdesk.event.Origin;
import io.insightdesk.idempotency.IdempotentRequest;
import io.insightdesk.idempotency.RememberedAnswer;
import io.insightdesk.identity.Agents;
import io.insightdesk.identity.ApiTokens;
import io.insightdesk.identity.Directory;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Roles;
import io.insightdesk.identity.Teams;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.SeenPosition;
import io.insightdesk.internal.db.Transactions;
import io.insightdesk.job.JobOperations;
import io.insightdesk.job.JobSchedules;
import io.insightdesk.job.Jobs;
import io.insightdesk.login.Account;
import io.insightdesk.login.AgentLogins;
import io.insightdesk.login.SessionId;
import io.insightdesk.mail.Mail;
import io.insightdesk.mail.Mailboxes;
import io.insightdesk.tenant.OwnTenant;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.ticket.Tickets;
import io.insightdesk.transfer.LegalHolds;
import io.insightdesk.transfer.LongOperations;
import io.insightdesk.transfer.Persons;
import io.insightdesk.transfer.Retention;
import java.sql.Connection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one actor may do in one tenant. Permissions are checked with every call. Cheap to make; thread-safe, except
 * inside {@link #within(Connection, Function)}, where it belongs to the transaction's thread.
 *
 * @since 0.1.0
 */
public final class Desk {

    private final Features features;
    private final ScopeSource source;
    private final Transactions transactions;
    private final @Nullable String requestId;
    private final @Nullable UUID session;
    private final Origin origin;
    private final SeenPosition seen;
    private final @Nullable String readAfter;
    private volatile @Nullable Scope scope;

    /** Who acts, once it is known in which transactions. */
    @FunctionalInterface
    interface ScopeSource {
        Scope in(Transactions transactions, @Nullable String requestId, Origin origin);
    }

    Desk(Features features, ScopeSource source, Transactions transactions, @Nullable UUID session) {
        this(
                features,
                source,
                transactions,
                null,
                Origin.UNKNOWN,
                session,
                new SeenPosition(SeenPosition.UNKNOWN),
                null);
    }

    /**
     * Makes a desk.
     *
     * @param session the session by which the actor came; null for none
     * @param seen what the caller has seen; shared by the desks of one caller
     * @param readAfter where the caller says it was before, until somebody looks; null for nowhere
     */
    private Desk(
            Features features,
            ScopeSource source,
            Transactions transactions,
            @Nullable String requestId,
            Origin origin,
            @Nullable UUID session,
            SeenPosition seen,
            @Nullable String readAfter) {
        this.features = features;
        this.source = source;
        this.transactions = transactions;
        this.requestId = requestId;
        this.origin = origin;
        this.session = session;
        this.seen = seen;
        this.readAfter = readAfter;
    }

    private Scope scope() {
        Scope known = scope;
        if (known == null) {
            // Done twice when two threads come at once: the answer is the same.
            known = followed(source.in(transactions, requestId, origin));
            scope = known;
        }
        return known;
    }

    /** What is part of somebody else's transaction is read there. */
    private Scope followed(Scope asked) {
        if (!features.database.hasReplica() || asked.transactions().joinsAnother()) {
            return asked;
        }
        SeenPosition before = seen;
        if (readAfter != null) {
            before.tell(features.readPositions.read(asked.tenant(), readAfter));
        }
        return asked.with(features.followedBy(before));
    }

    /**
     * The tenant.
     *
     * @return the tenant
     */
    public TenantId tenant() {
        return scope().tenant();
    }

    /**
     * Who acts.
     *
     * @return the actor
     */
    public Actor actor() {
        return scope().actor();
    }

    /**
     * What the actor may do now.
     *
     * @return the permissions, unmodifiable
     */
    public Set<Permission> permissions() {
        return scope().access().permissions();
    }

    /**
     * The tenant itself: its name, settings and plan.
     *
     * @return the service
     */
    public OwnTenant ownTenant() {
        return features.tenants.ownTenant(scope());
    }

    /**
     * Tickets: make, read, list, change, assign, resolve.
     *
     * @return the service
     */
    public Tickets tickets() {
        return features.tickets.tickets(scope());
    }

    /**
     * Changes of many tickets, by a background job.
     *
     * @return the service
     */
    public BulkChanges bulkChanges() {
        return features.bulk.bulkChanges(scope());
    }

    /**
     * Conversations: open a ticket with its first message, answer, take notes.
     *
     * @return the service
     */
    public Conversations conversations() {
        return features.conversations.conversations(scope());
    }

    /**
     * Files for messages.
     *
     * @return the service
     */
    public Attachments attachments() {
        return features.conversations.attachments(scope());
    }

    /**
     * People who ask.
     *
     * @return the service
     */
    public Customers customers() {
        return features.customers.customers(scope());
    }

    /**
     * Companies of the people who ask.
     *
     * @return the service
     */
    public Organizations organizations() {
        return features.customers.organizations(scope());
    }

    /**
     * People who answer.
     *
     * @return the service
     */
    public Agents agents() {
        return features.identity.agents(scope());
    }

    /**
     * What people who answer, and programs, may do.
     *
     * @return the service
     */
    public Roles roles() {
        return features.identity.roles(scope());
    }

    /**
     * Groups of people who answer.
     *
     * @return the service
     */
    public Teams teams() {
        return features.identity.teams(scope());
    }

    /**
     * The agents and teams of the tenant, as a company's identity provider keeps them.
     *
     * @return the service
     */
    public Directory directory() {
        return features.identity.directory(scope());
    }

    /**
     * Keys for programs.
     *
     * @return the service
     */
    public ApiTokens apiTokens() {
        return features.identity.apiTokens(scope());
    }

    /**
     * The audit trail: who did what to what. Needs {@code audit:read}.
     *
     * @return the service
     */
    public Audit audit() {
        return features.events.audit(scope());
    }

    /**
     * What happens to the tickets, as it happens. Needs {@code activity:read}.
     *
     * @return the service
     */
    public LiveEvents liveEvents() {
        Scope asked = scope();
        UUID came = session;
        return features.events.live(
                asked, () -> came == null || features.login().isLive(asked.tenant(), new SessionId(came)));
    }

    /**
     * Mail that comes in.
     *
     * @return the service
     */
    public Mail mail() {
        return features.mail.mail(scope());
    }

    /**
     * Addresses at which mail comes in, and from which answers leave.
     *
     * @return the service
     */
    public Mailboxes mailboxes() {
        return features.mail.mailboxes(scope());
    }

    /**
     * The tenant's background jobs.
     *
     * @return the service
     */
    public Jobs jobs() {
        return features.jobs.jobs(scope(), features.events::append);
    }

    /**
     * Queues and nodes of the background jobs, which all tenants share. Needs {@code job:operate}: what administrators of the
     * {@linkplain InsightDesk.Builder#operatorTenant operator's tenant} have.
     *
     * @return the service
     */
    public JobOperations jobOperations() {
        Scope asked = scope();
        return features.jobs.operations(
                () -> features.requireOperator(asked), (type, payload) -> features.events.append(asked, type, payload));
    }

    /**
     * The tenant's recurring jobs.
     *
     * @return the service
     */
    public JobSchedules jobSchedules() {
        return features.jobs.schedules(scope(), features.events::append);
    }

    /**
     * The login of who is logged in: sessions, password, second factor.
     *
     * @return the service; it refuses whoever did not come by a session of the library's own login
     * @throws io.insightdesk.error.ConflictException with code {@code login_not_configured} where there is no such login
     */
    public Account account() {
        return features.login().account(scope(), session);
    }

    /**
     * How agents log in, for who administers them.
     *
     * @return the service
     * @throws io.insightdesk.error.ConflictException with code {@code login_not_configured} where the library's own login is off
     */
    public AgentLogins agentLogins() {
        return features.login().agentLogins(scope());
    }

    /**
     * What a person may ask for: an export of everything about them, and to be erased.
     *
     * @return the service
     */
    public Persons persons() {
        return features.transfer.persons(scope());
    }

    /**
     * Work that takes longer than a call.
     *
     * @return the service
     */
    public LongOperations operations() {
        return features.transfer.operations(scope());
    }

    /**
     * What must be kept.
     *
     * @return the service
     */
    public LegalHolds legalHolds() {
        return features.transfer.legalHolds(scope());
    }

    /**
     * What is kept for how long.
     *
     * @return the service
     */
    public Retention retention() {
        return features.transfer.retention(scope());
    }

    /**
     * Names the request that calls belong to; events carry it.
     *
     * @param id the request's identifier
     * @return the same desk for that request
     */
    public Desk withRequestId(String id) {
        return new Desk(features, source, transactions, requireNonNull(id, "id"), origin, session, seen, readAfter);
    }

    /**
     * Says where the actor is; the audit trail carries it.
     *
     * @param where the actor's address and client
     * @return the same desk for an actor there
     */
    public Desk withOrigin(Origin where) {
        return new Desk(
                features, source, transactions, requestId, requireNonNull(where, "where"), session, seen, readAfter);
    }

    /**
     * How far this desk, and those made of it, have seen the database: all that they wrote, and what their reads that may go to a
     * replica showed. To be given to {@link #withReadAfter} of the caller's next desk, on whichever node. Nothing has to be kept secret
     * about it, and it says nothing. Who gets none keeps the last.
     *
     * @return a text of at most 500 characters of base64url; empty where there is no
     *     {@linkplain InsightDesk.Builder#readDataSource replica}, or nothing was written or read
     */
    public Optional<String> readAfter() {
        Scope asked = scope;
        long position = seen.value();
        return asked == null || position == SeenPosition.UNKNOWN
                ? Optional.empty()
                : Optional.of(features.readPositions.write(asked.tenant(), position));
    }

    /**
     * Says how far the caller has seen the database elsewhere. Lists and reports then show at least that, and may be read from a
     * {@linkplain InsightDesk.Builder#readDataSource replica} at once; without it the first of a desk is read from the usual database,
     * which shows everything.
     *
     * @param position what {@link #readAfter()} gave; another tenant's, or any other text, counts as none
     * @return the same desk for a caller who has seen that
     */
    public Desk withReadAfter(String position) {
        return new Desk(
                features,
                source,
                transactions,
                requestId,
                origin,
                session,
                new SeenPosition(SeenPosition.UNKNOWN),
                requireNonNull(position, "position"));
    }

    /**
     * Does several things in one transaction of the library's own: all or none. The work may be repeated after a serialization
     * failure, so it does nothing but calls on the desk that it is given.
     *
     * @param work what to do
     * @param <T> what it answers
     * @return the work's answer
     */
    public <T extends @Nullable Object> T transact(Function<Desk, T> work) {
        requireNonNull(work, "work");
        Scope outer = scope();
        return outer.run(tx -> work.apply(at(outer.in(tx))));
    }

    /**
     * Does something once, however often the request comes, and answers each time what the first one answered. Effect and answer
     * are one transaction. Answers are kept for 24 hours.
     *
     * @param request what makes it the same request
     * @param effect what to do; may be repeated after a serialization failure, so it does nothing but calls on the desk that it
     *     is given
     * @return the answer
     * @throws io.insightdesk.error.ConflictException with code {@code request_in_flight} while the first one is under way
     * @throws io.insightdesk.error.InvalidInputException with code {@code idempotency_key_reused} when the key was used for
     *     something else
     */
    public RememberedAnswer remember(IdempotentRequest request, Function<Desk, RememberedAnswer> effect) {
        requireNonNull(request, "request");
        requireNonNull(effect, "effect");
        AtomicBoolean done = new AtomicBoolean();
        RememberedAnswer answer = features.idempotency.remember(scope(), request, joined -> {
            done.set(true);
            return effect.apply(at(joined));
        });
        if (!done.get() && !transactions.joinsAnother()) {
            // Another desk did it, and this one's caller must see it all the same.
            features.database.catchUp(seen);
        }
        return answer;
    }

    /**
     * Works inside the host's own open JDBC transaction: what is done here commits or rolls back with the host's rows. The
     * library neither commits, rolls back nor closes the connection, takes no other one, and leaves role and settings as they
     * were. After an exception what the failing call did is undone and the host may go on.
     *
     * <p>Jobs and mails of this transaction are found by polling after the commit; with
     * {@link #within(Connection, TransactionHooks, Function)} they start at once. Ticket numbers are taken from the tenant's
     * counter, so other creators of the tenant wait until the host commits: keep the transaction short.
     *
     * @param connection one with an open transaction: not in autoCommit mode, or in an XA branch
     * @param work what to do, on the desk that it is given
     * @param <T> what it answers
     * @return the work's answer
     * @throws IllegalStateException when the connection has no open transaction
     */
    public <T extends @Nullable Object> T within(Connection connection, Function<Desk, T> work) {
        return within(connection, TransactionHooks.NONE, work);
    }

    /**
     * Works inside the host's own open JDBC transaction, and learns of its commit.
     *
     * @param connection one with an open transaction: not in autoCommit mode, or in an XA branch
     * @param hooks tells of the commit
     * @param work what to do, on the desk that it is given
     * @param <T> what it answers
     * @return the work's answer
     * @throws IllegalStateException when the connection has no open transaction
     * @see #within(Connection, Function)
     */
    public <T extends @Nullable Object> T within(
            Connection connection, TransactionHooks hooks, Function<Desk, T> work) {
        requireNonNull(connection, "connection");
        requireNonNull(hooks, "hooks");
        requireNonNull(work, "work");
        return work.apply(new Desk(
                features, source, features.gatedOn(connection, hooks), requestId, origin, session, seen, readAfter));
    }

    private Desk at(Scope joined) {
        return new Desk(
                features,
                (ignoredTransactions, ignoredRequest, ignoredOrigin) -> joined,
                joined.transactions(),
                requestId,
                origin,
                session,
                seen,
                readAfter);
    }
}
