package com.example.shop;

import io.insightdesk.InsightDesk;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.NewJob;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.SecurityContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A resource of the shop's own: to refund an order is one transaction of the order, a ticket about it and a job that pays back. */
@Path("orders")
public final class OrdersResource {
    static final JobKind<String> PAY_BACK = new JobKind<>("shop.pay-back", String.class);

    private final DataSource dataSource;
    private final InsightDesk insightDesk;
    private final TenantId tenant;

    OrdersResource(DataSource dataSource, InsightDesk insightDesk, TenantId tenant) {
        this.dataSource = dataSource;
        this.insightDesk = insightDesk;
        this.tenant = tenant;
    }

    @POST
    @Path("{id}/refund")
    @PermitAll
    @Produces("text/plain")
    public String refund(@PathParam("id") String id, @Context SecurityContext who) throws SQLException {
        ShopUser clerk = (ShopUser) who.getUserPrincipal();
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                Ticket ticket = insightDesk
                        .tenant(tenant)
                        .as(ShopLogin.agent(clerk))
                        .within(connection, desk -> desk.tickets()
                                .create(NewTicket.builder("Refund of order " + id)
                                        .requester("ada@example.com", "Ada Buyer")
                                        .build()));
                // The shop's own job, so it needs no permission of the help desk.
                insightDesk.jobs(connection).enqueue(NewJob.builder(PAY_BACK, id).build());
                // Comes last, so that an order that was not paid undoes the ticket and the job.
                markRefunded(connection, id);
                connection.commit();
                return "#" + ticket.number();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    private static void markRefunded(Connection connection, String id) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update orders set state = 'refunded' where id = ? and state = 'paid' returning id")) {
            update.setString(1, id);
            try (ResultSet row = update.executeQuery()) {
                if (!row.next()) {
                    throw new ClientErrorException("There is no paid order " + id, 409);
                }
            }
        }
    }
}
