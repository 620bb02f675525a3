package com.example.shop;

import io.insightdesk.InsightDesk;
import io.insightdesk.TransactionHooks;
import io.insightdesk.identity.HostUser;
import io.insightdesk.job.NewJob;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Refunds orders. The order's row, the ticket and the job that pays back are one JTA transaction. */
@ApplicationScoped
public class Refunds {
    @Inject
    DataSource dataSource;

    @Inject
    InsightDesk insightDesk;

    @Inject
    Tenant tenant;

    @Inject
    TransactionHooks hooks;

    /** The check comes last on purpose: an exception undoes the ticket and the job with the order. */
    @Transactional(rollbackOn = Exception.class)
    public Ticket refund(String orderId, HostUser clerk, boolean allowed) throws SQLException {
        // The connection that takes part in this transaction; closing it gives it back, JTA commits.
        try (Connection connection = dataSource.getConnection()) {
            try (PreparedStatement update =
                    connection.prepareStatement("update orders set state = 'refunded' where id = ?")) {
                update.setString(1, orderId);
                update.executeUpdate();
            }
            Ticket ticket = insightDesk
                    .tenant(tenant.id())
                    .as(clerk)
                    .within(connection, hooks, desk -> desk.tickets()
                            .create(NewTicket.builder("Refund of order " + orderId)
                                    .requester("ada@example.com", "Ada Buyer")
                                    .build()));
            // The shop's own job, so it needs no permission of the help desk.
            insightDesk.jobs(connection, hooks).enqueue(NewJob.builder(HelpDesk.PAY_BACK, orderId).build());
            if (!allowed) {
                throw new IllegalStateException("The refund of order " + orderId + " is not allowed");
            }
            return ticket;
        }
    }
}
