package io.insightdesk.bulk.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.customer.Customer;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.customer.internal.CustomerFeature;
import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.identity.internal.IdentityFeature;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Scope;
import io.insightdesk.job.JobId;
import io.insightdesk.job.WorkerOptions;
import io.insightdesk.job.internal.JobFeature;
import io.insightdesk.key.internal.KeyFeature;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.tenant.internal.TenantFeature;
import io.insightdesk.testing.Attempt;
import io.insightdesk.testing.Race;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketVersion;
import io.insightdesk.ticket.internal.TicketFeature;
import io.insightdesk.transfer.LongOperation;
import io.insightdesk.transfer.OperationId;
import io.insightdesk.transfer.OperationStatus;
import io.insightdesk.transfer.internal.TransferFeature;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A worker that was given up and the one that has its job then are at it at the same time. */
class BulkJobIT {

    @Test
    void severalAtOnceChangeEachTicketOnce() throws Exception {
        try (TestDatabase database = TestDatabase.fresh()) {
            KeyFeature keys = new KeyFeature(database.database(), null, null);
            keys.prepare();
            Cursors cursors = new Cursors(keys);
            TenantFeature tenants = new TenantFeature(database.database(), database.clock());
            try (Jobs jobs = new Jobs(database, tenants, cursors)) {
                EventFeature events = new EventFeature(database.database(), keys, jobs.feature.eventDeliveries());
                IdentityFeature identity = new IdentityFeature(
                        database.database(), events, cursors, database.clock(), (tx, scope, agent) -> {});
                CustomerFeature customers = new CustomerFeature(events, cursors);
                TicketFeature tickets = new TicketFeature(
                        events, cursors, customers::customers, identity::agents, List.of(), database.meters());
                StorageFeature storage = new StorageFeature(database.database(), database.clock(), null);
                TransferFeature transfer = new TransferFeature(
                        database.database(), database.clock(), events, jobs.feature, storage, tenants, cursors);
                BulkFeature bulk = new BulkFeature(
                        database.database(), database.clock(), events, jobs.feature, identity, tickets, transfer);
                Scope system = database.system();
                Customer ada = customers.customers(system).create(NewCustomer.of("Ada", "ada@race.example"));
                List<TicketVersion> ids = new ArrayList<>();
                for (int i = 0; i < 60; i++) {
                    TicketId made = tickets.tickets(system)
                            .create(NewTicket.builder("Ticket " + i)
                                    .requester(ada.id())
                                    .build())
                            .id();
                    // Every tenth is refused, so that this way is raced for as well.
                    ids.add(i % 10 == 0 ? new TicketVersion(made, 99L) : TicketVersion.any(made));
                }
                OperationId operation = bulk.bulkChanges(system)
                        .change(ids, TicketChange.builder().addTag("once").build())
                        .id();
                BulkJob job = new BulkJob(bulk);

                List<Boolean> ends = Race.of(4, () -> {
                    job.run(new Attempt(new JobId(operation.value())), system, operation);
                    return true;
                });

                assertThat(ends).hasSize(4);
                LongOperation done = transfer.operations(system).get(operation);
                assertThat(done.status()).isEqualTo(OperationStatus.DONE);
                assertThat(done.counts())
                        .containsEntry("changed", 54L)
                        .containsEntry("refused", 6L)
                        .containsEntry("refused.version_conflict", 6L);
                for (TicketVersion id : ids) {
                    long changes = tickets.tickets(system).activity(id.id(), ActivityQuery.all()).stream()
                            .filter(event -> event.type().equals("ticket_changed"))
                            .count();
                    assertThat(changes).isEqualTo(id.version() == null ? 1 : 0);
                }
            }
        }
    }

    private static final class Jobs implements AutoCloseable {
        private final JobFeature feature;

        Jobs(TestDatabase database, TenantFeature tenants, Cursors cursors) {
            this.feature = new JobFeature(
                    database.database(),
                    database.clock(),
                    database.meters(),
                    tenants.tenants(),
                    cursors,
                    WorkerOptions.builder().build(),
                    JobFeature.Probe.NONE);
        }

        @Override
        public void close() {
            feature.close();
        }
    }
}
