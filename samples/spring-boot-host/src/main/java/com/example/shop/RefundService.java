package com.example.shop;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.TransactionHooks;
import io.insightdesk.identity.HostUser;
import io.insightdesk.job.NewJob;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import java.sql.Connection;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Refunds orders. The order's row, the ticket and the job that pays back are one transaction, which Spring begins and ends. */
@Service
public class RefundService {
    private final JdbcTemplate jdbc;
    private final DataSource dataSource;
    private final InsightDesk insightDesk;
    private final Tenant tenant;
    private final TransactionHooks hooks;

    RefundService(
            JdbcTemplate jdbc, DataSource dataSource, InsightDesk insightDesk, Tenant tenant, TransactionHooks hooks) {
        this.jdbc = jdbc;
        this.dataSource = dataSource;
        this.insightDesk = insightDesk;
        this.tenant = tenant;
        this.hooks = hooks;
    }

    /** The check comes last on purpose: an exception undoes the ticket and the job with the order. */
    @Transactional
    public Ticket refund(String orderId, HostUser clerk, boolean allowed) {
        jdbc.update("update orders set state = 'refunded' where id = ?", orderId);
        String buyer = jdbc.queryForObject("select buyer from orders where id = ?", String.class, orderId);
        Ticket ticket = inThisTransaction(insightDesk.tenant(tenant.id()).as(clerk), desk -> {
            desk.jobs().enqueue(NewJob.builder(InsightDeskConfiguration.PAY_BACK, orderId).build());
            return desk.tickets()
                    .create(NewTicket.builder("Refund of order " + orderId)
                            .requester(buyer, null)
                            .build());
        });
        jdbc.update("insert into orders values (?, ?, 'booked')", "refund-of-" + orderId, buyer);
        if (!allowed) {
            throw new IllegalStateException("The refund of order " + orderId + " is not allowed");
        }
        return ticket;
    }

    /** DataSourceUtils gives the connection that Spring bound to the running transaction, not another one of the pool. */
    private <T> T inThisTransaction(Desk desk, Function<Desk, T> work) {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            return desk.within(connection, hooks, work);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }
}
