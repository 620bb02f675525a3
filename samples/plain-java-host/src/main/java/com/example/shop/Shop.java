package com.example.shop;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.conversation.OpenedTicket;
import io.insightdesk.identity.HostIdentity;
import io.insightdesk.identity.HostUser;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import java.security.Principal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** A shop with a table of its own. To refund an order is one transaction: the order's new state and the ticket about it. */
public final class Shop {
    private final DataSource dataSource;
    private final InsightDesk insightDesk;
    private final TenantId tenant;
    private final HostIdentity identity = new ShopIdentity();

    /** Which tenant the shop is in the help desk is decided once; a shop with many shops would look it up per request. */
    public Shop(DataSource dataSource, InsightDesk insightDesk, TenantId tenant) {
        this.dataSource = dataSource;
        this.insightDesk = insightDesk;
        this.tenant = tenant;
    }

    /** The shop's own schema, which the help desk never touches: its tables are in the schema insightdesk. */
    public static void createTables(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table orders (id text primary key, buyer text not null, state text not null)");
        }
    }

    public void order(String id, String buyer) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into orders values (?, ?, 'paid')")) {
            insert.setString(1, id);
            insert.setString(2, buyer);
            insert.executeUpdate();
        }
    }

    /**
     * Refunds an order and opens a ticket about it; both or neither.
     *
     * @throws IllegalStateException if there is no such order that was paid
     */
    public Ticket refund(String orderId, Principal clerk) throws SQLException {
        Desk desk = deskOf(clerk);
        try (Connection connection = dataSource.getConnection()) {
            // The transaction is the shop's. Without this line every statement would be one, and within() refuses.
            connection.setAutoCommit(false);
            try {
                String buyer = markRefunded(connection, orderId);
                OpenedTicket opened = desk.within(connection, inTransaction -> inTransaction
                        .conversations()
                        .open(
                                NewTicket.builder("Refund of order " + orderId)
                                        .requester(buyer, null)
                                        .build(),
                                NewMessage.text("Order " + orderId + " was refunded.")));
                bookPayment(connection, orderId);
                // Neither the library nor within() ever commits: only this line does.
                connection.commit();
                return opened.ticket();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    /** What people at the shop may do is decided by what the shop says of them. */
    Desk deskOf(Principal clerk) {
        HostUser user = identity.identify(clerk)
                .orElseThrow(() -> new IllegalArgumentException(clerk.getName() + " does not work here"));
        return insightDesk.tenant(tenant).as(user);
    }

    private static String markRefunded(Connection connection, String orderId) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update orders set state = 'refunded' where id = ? and state = 'paid' returning buyer")) {
            update.setString(1, orderId);
            try (ResultSet row = update.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException("There is no paid order " + orderId);
                }
                return row.getString(1);
            }
        }
    }

    /** Comes after the ticket, so that a test can see what a late failure does to it. */
    private static void bookPayment(Connection connection, String orderId) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into orders values (?, 'bank', 'booked')")) {
            insert.setString(1, "refund-of-" + orderId);
            insert.executeUpdate();
        }
    }
}
