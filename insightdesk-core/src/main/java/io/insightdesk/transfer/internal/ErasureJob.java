package io.insightdesk.transfer.internal;

import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobContext;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.transfer.OperationId;
import io.insightdesk.transfer.internal.ErasureStore.Erasure;
import io.insightdesk.transfer.internal.ErasureStore.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Erases a person, whose name and addresses are gone from the customer already. What is to be looked for, and how far it is, is in
 * a row of its own; each step bears repeating, so that an erasure goes on where a node died, also on two nodes at once.
 * Thread-safe.
 */
final class ErasureJob {

    private static final Duration UNTIL_EARLIER_ARE_OVER = Duration.ofSeconds(1);
    private static final int TICKETS_AT_ONCE = 50;
    private static final int ROWS_AT_ONCE = 1_000;

    private final ErasureStore store;
    private final OperationStore operations;
    private final ExportStore exported;
    private final HoldStore holds;
    private final ContentEraser contents;
    private final StorageFeature storage;
    private final EventFeature events;

    ErasureJob(
            ErasureStore store,
            OperationStore operations,
            ExportStore exported,
            HoldStore holds,
            ContentEraser contents,
            StorageFeature storage,
            EventFeature events) {
        this.store = store;
        this.operations = operations;
        this.exported = exported;
        this.holds = holds;
        this.contents = contents;
        this.storage = storage;
        this.events = events;
    }

    void run(JobContext context, Scope scope, OperationId operation) {
        while (true) {
            Optional<Erasure> erasure = scope.run(tx -> store.find(tx, operation));
            if (erasure.isEmpty()) {
                return;
            }
            if (context.isCancelled()) {
                throw new IllegalStateException("cancelled; the next attempt goes on");
            }
            if (!step(context, scope, erasure.get())) {
                context.snooze(UNTIL_EARLIER_ARE_OVER);
                return;
            }
        }
    }

    /** Does a piece of work and notes that it is done; false where it must wait. */
    private boolean step(JobContext context, Scope scope, Erasure erasure) {
        switch (erasure.step()) {
            case TICKETS -> {
                // A mail that was being read when the person was erased still belongs to them once it is stored.
                if (!scope.run(tx -> store.earlierAreOver(tx, erasure.customer()))) {
                    context.progress(0, "Waits for transactions that began before");
                    return false;
                }
                context.progress(10, "Tickets");
                tickets(scope, erasure);
            }
            case MAILS -> {
                context.progress(30, "Mails");
                mails(scope, erasure);
            }
            case MESSAGES -> {
                context.progress(50, "Messages in other tickets");
                messages(scope, erasure);
            }
            case SUBJECTS -> {
                context.progress(80, "Subjects of other tickets");
                subjects(scope, erasure);
            }
            case REST -> {
                context.progress(90, "Jobs, answers and files");
                rest(scope, erasure);
            }
        }
        return true;
    }

    private void tickets(Scope scope, Erasure erasure) {
        List<TicketId> some = scope.run(tx -> store.ownTickets(tx, erasure.customer(), TICKETS_AT_ONCE));
        if (some.isEmpty()) {
            scope.run(tx -> next(tx, erasure, Step.MAILS, ErasureStore.BEGINNING));
            return;
        }
        // Answers name tickets and messages, so they go before what they name is empty.
        scope.run(tx -> store.forgetAnswers(tx, erasure));
        for (TicketId ticket : some) {
            scope.run(tx -> {
                ContentEraser.Erased erased = contents.erase(tx, scope, ticket);
                if (erased.held()) {
                    throw new IllegalStateException(
                            "ticket " + ticket + " is held, though the customer was not when the erasure began");
                }
                count(tx, erasure, erased);
                operations.count(tx, erasure.operation(), "tickets", erased.tickets());
                return ticket;
            });
        }
    }

    private void mails(Scope scope, Erasure erasure) {
        scope.run(tx -> {
            holds.lockShared(tx);
            Optional<UUID> last = store.endOfBatch(tx, Step.MAILS, erasure.after(), ROWS_AT_ONCE);
            if (last.isEmpty()) {
                return next(tx, erasure, Step.MESSAGES, ErasureStore.BEGINNING);
            }
            var blobs = store.takeMails(tx, erasure, last.get());
            storage.discard(tx, blobs);
            operations.count(tx, erasure.operation(), "mails", blobs.size());
            return next(tx, erasure, Step.MAILS, last.get());
        });
    }

    private void messages(Scope scope, Erasure erasure) {
        Optional<UUID> last = scope.run(tx -> store.endOfBatch(tx, Step.MESSAGES, erasure.after(), ROWS_AT_ONCE));
        if (last.isEmpty()) {
            scope.run(tx -> next(tx, erasure, Step.SUBJECTS, ErasureStore.BEGINNING));
            return;
        }
        for (TicketId ticket : scope.run(tx -> store.ticketsWith(tx, erasure, last.get()))) {
            scope.run(tx -> {
                ContentEraser.Erased erased = contents.redact(tx, scope, ticket, erasure.customer(), erasure.words());
                count(tx, erasure, erased);
                operations.count(tx, erasure.operation(), "sharedTickets", erased.tickets());
                operations.count(tx, erasure.operation(), "heldTickets", erased.held() ? 1 : 0);
                return ticket;
            });
        }
        scope.run(tx -> next(tx, erasure, Step.MESSAGES, last.get()));
    }

    private void subjects(Scope scope, Erasure erasure) {
        scope.run(tx -> {
            holds.lockShared(tx);
            Optional<UUID> last = store.endOfBatch(tx, Step.SUBJECTS, erasure.after(), ROWS_AT_ONCE);
            if (last.isEmpty()) {
                return next(tx, erasure, Step.REST, ErasureStore.BEGINNING);
            }
            operations.count(tx, erasure.operation(), "subjects", store.redactSubjects(tx, erasure, last.get()));
            return next(tx, erasure, Step.SUBJECTS, last.get());
        });
    }

    private void rest(Scope scope, Erasure erasure) {
        scope.run(tx -> {
            operations.count(tx, erasure.operation(), "jobs", store.eraseInJobs(tx, erasure));
            operations.count(tx, erasure.operation(), "answers", store.forgetAnswers(tx, erasure));
            var exports = operations.takeResultsOf(tx, erasure.customer());
            storage.discard(tx, exports);
            exported.clearOf(tx, erasure.customer());
            operations.count(tx, erasure.operation(), "exports", exports.size());
            return erasure;
        });
        int unused = storage.removeDiscarded(scope.tenant());
        scope.run(tx -> {
            if (store.lockCustomer(tx, erasure.customer()).isEmpty()) {
                throw new NotFoundException("customer", erasure.customer().toString());
            }
            if (!store.ownTickets(tx, erasure.customer(), 1).isEmpty()) {
                return next(tx, erasure, Step.TICKETS, ErasureStore.BEGINNING);
            }
            store.end(tx, erasure.customer());
            events.forget(tx, erasure.customer().value());
            if (operations.finish(tx, erasure.operation(), null, null, scope.now())) {
                events.append(
                        tx,
                        scope,
                        "customer_erased",
                        Map.of(
                                "customerId",
                                erasure.customer().toString(),
                                "operationId",
                                erasure.operation().toString()));
            }
            return erasure;
        });
    }

    private void count(Tx tx, Erasure erasure, ContentEraser.Erased erased) {
        operations.count(tx, erasure.operation(), "messages", erased.messages());
        operations.count(tx, erasure.operation(), "attachments", erased.attachments());
    }

    private Erasure next(Tx tx, Erasure erasure, Step step, UUID after) {
        store.moveOn(tx, erasure.customer(), step, after);
        return erasure;
    }
}
