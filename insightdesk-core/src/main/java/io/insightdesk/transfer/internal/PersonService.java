package io.insightdesk.transfer.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.job.JobId;
import io.insightdesk.job.NewJob;
import io.insightdesk.job.internal.JobFeature;
import io.insightdesk.transfer.LongOperation;
import io.insightdesk.transfer.OperationId;
import io.insightdesk.transfer.OperationKind;
import io.insightdesk.transfer.Persons;
import java.util.Map;

final class PersonService implements Persons {

    private final Scope scope;
    private final ErasureStore erasures;
    private final OperationStore operations;
    private final HoldStore holds;
    private final JobFeature jobs;
    private final EventFeature events;

    PersonService(
            Scope scope,
            ErasureStore erasures,
            OperationStore operations,
            HoldStore holds,
            JobFeature jobs,
            EventFeature events) {
        this.scope = scope;
        this.erasures = erasures;
        this.operations = operations;
        this.holds = holds;
        this.jobs = jobs;
        this.events = events;
    }

    @Override
    public LongOperation export(CustomerId customer) {
        requireNonNull(customer, "customer");
        scope.require(Permission.PERSON_EXPORT);
        return scope.run(tx -> {
            requireNotErased(tx, customer);
            return begin(tx, customer, OperationKind.PERSON_EXPORT, "person_export_requested");
        });
    }

    @Override
    public LongOperation erase(CustomerId customer) {
        requireNonNull(customer, "customer");
        scope.require(Permission.PERSON_ERASE);
        return scope.run(tx -> {
            holds.lockShared(tx);
            requireNotErased(tx, customer);
            if (holds.isHeld(tx, customer)) {
                throw new ConflictException(
                        "legal_hold",
                        "The customer is under legal hold, or the customer's organization, or a ticket that the customer "
                                + "wrote in. Release the hold first.");
            }
            PersonalWords words = erasures.words(tx, customer);
            LongOperation operation = begin(tx, customer, OperationKind.PERSON_ERASURE, "person_erasure_requested");
            erasures.begin(tx, customer, operation.id(), words, scope.now());
            return operation;
        });
    }

    private void requireNotErased(Tx tx, CustomerId customer) {
        boolean erased = erasures.lockCustomer(tx, customer)
                .orElseThrow(() -> new NotFoundException("customer", customer.toString()));
        if (erased) {
            throw new ConflictException("customer_erased", "The customer was erased before.");
        }
    }

    private LongOperation begin(Tx tx, CustomerId customer, OperationKind kind, String event) {
        NewJob job = kind == OperationKind.PERSON_EXPORT ? TransferFeature.exportJob() : TransferFeature.erasureJob();
        JobId id = jobs.enqueue(tx, scope, job).orElseThrow();
        OperationStore.Stored stored = operations.insert(tx, new OperationId(id.value()), kind, customer, scope.now());
        events.append(tx, scope, event, Map.of("customerId", customer.toString(), "operationId", id.toString()));
        return OperationService.shown(
                stored, jobs.jobs(scope.in(tx).trusted()).find(id).orElse(null));
    }
}
