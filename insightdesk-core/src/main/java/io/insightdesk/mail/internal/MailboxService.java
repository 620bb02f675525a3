package io.insightdesk.mail.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.customer.EmailAddress;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.TeamId;
import io.insightdesk.internal.Changes;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.SqlErrors;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.internal.db.TxWork;
import io.insightdesk.mail.Mailbox;
import io.insightdesk.mail.MailboxChange;
import io.insightdesk.mail.MailboxId;
import io.insightdesk.mail.MailboxPage;
import io.insightdesk.mail.MailboxQuery;
import io.insightdesk.mail.Mailboxes;
import io.insightdesk.mail.NewMailbox;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

final class MailboxService implements Mailboxes {

    private static final UUID BEGINNING = new UUID(0, 0);
    // Of this tenant, or in the directory of all tenants.
    private static final Set<String> ADDRESS_INDEXES = Set.of("mailbox_address", "tenant_directory_pkey");

    private final Scope scope;
    private final MailboxStore store;
    private final EventFeature events;
    private final Cursors cursors;

    MailboxService(Scope scope, MailboxStore store, EventFeature events, Cursors cursors) {
        this.scope = scope;
        this.store = store;
        this.events = events;
        this.cursors = cursors;
    }

    @Override
    public Mailbox create(NewMailbox mailbox) {
        requireNonNull(mailbox, "mailbox");
        scope.require(Permission.MAIL_ADMIN);
        Instant now = scope.now();
        Mailbox made = new Mailbox(
                new MailboxId(Ids.next()),
                EmailAddress.of(mailbox.address()),
                mailbox.name().strip(),
                mailbox.team(),
                now,
                now,
                1);
        return named(tx -> {
            store.insert(tx, made);
            events.append(
                    tx,
                    scope,
                    "mailbox_created",
                    Map.of(
                            "mailboxId",
                            made.id().toString(),
                            "address",
                            made.address().toString(),
                            "name",
                            made.name()));
            return made;
        });
    }

    @Override
    public Mailbox get(MailboxId id) {
        requireNonNull(id, "id");
        scope.require(Permission.MAIL_READ);
        return scope.run(tx -> store.find(tx, id)).orElseThrow(() -> notFound(id));
    }

    @Override
    public MailboxPage list(MailboxQuery query) {
        requireNonNull(query, "query");
        scope.require(Permission.MAIL_READ);
        Cursors.Listing listing = cursors.on("mailboxes", scope.tenant());
        Cursors.Position from = listing.decode(query.cursor());
        UUID after = from == null ? BEGINNING : from.uuid(0);
        List<Mailbox> rows = scope.run(tx -> store.list(tx, after, query.limit() + 1));
        return listing.page(rows, query.limit(), mailbox -> new Object[] {mailbox.id()}, MailboxPage::new);
    }

    @Override
    public Mailbox change(MailboxId id, @Nullable Long expectedVersion, MailboxChange change) {
        requireNonNull(id, "id");
        requireNonNull(change, "change");
        scope.require(Permission.MAIL_ADMIN);
        return named(tx -> {
            Mailbox old = store.lock(tx, id).orElseThrow(() -> notFound(id));
            if (expectedVersion != null && expectedVersion != old.version()) {
                throw ConflictException.lostUpdate("mailbox", id.toString(), expectedVersion, old.version());
            }
            return replace(tx, old, change);
        });
    }

    private Mailbox replace(Tx tx, Mailbox old, MailboxChange change) {
        String newName = change.name();
        String name = newName == null ? old.name() : newName.strip();
        TeamId newTeam = change.team() == null ? old.team() : change.team();
        TeamId team = change.removeTeam() ? null : newTeam;
        Changes changes = new Changes().plain("name", old.name(), name).plain("team", old.team(), team);
        if (changes.isEmpty()) {
            return old;
        }
        Mailbox changed =
                new Mailbox(old.id(), old.address(), name, team, old.createdAt(), scope.now(), old.version() + 1);
        store.update(tx, changed);
        events.append(tx, scope, "mailbox_changed", changes.payload("mailboxId", old.id()));
        return changed;
    }

    private Mailbox named(TxWork<Mailbox> work) {
        try {
            return scope.run(work);
        } catch (UnableToExecuteStatementException e) {
            if (SqlErrors.uniqueViolation(e).filter(ADDRESS_INDEXES::contains).isPresent()) {
                throw new ConflictException("address_taken", "Another mailbox has this address; choose another.");
            }
            if (SqlErrors.foreignKeyViolation(e).isPresent()) {
                throw new InvalidInputException("/team", "unknown_team", "There is no such team in this tenant.");
            }
            throw e;
        }
    }

    private static NotFoundException notFound(MailboxId id) {
        return new NotFoundException("mailbox", id.toString());
    }
}
