package com.example.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.HostUser;
import io.insightdesk.identity.Role;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketQuery;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ShopDatabase.class)
class RefundsTest {
    private static final HostUser GRACE = new HostUser("grace", "Grace Clerk", "grace@shop.example", Role.AGENT);

    @Inject
    Refunds refunds;

    @Inject
    HelpDesk helpDesk;

    @Inject
    DataSource dataSource;

    @Inject
    InsightDesk insightDesk;

    @Inject
    Tenant tenant;

    @Test
    void theOrderTheTicketAndTheJobAreOneTransactionOfJta() throws Exception {
        execute("insert into orders values ('1001', 'paid')");

        Ticket ticket = refunds.refund("1001", GRACE, true);

        assertEquals("refunded", text("select state from orders where id = '1001'"));
        assertEquals("Refund of order 1001", desk().tickets().get(ticket.id()).subject());
        assertEquals("1001", helpDesk.paidBack.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void whatIsRolledBackLeavesNothing() throws Exception {
        execute("insert into orders values ('1002', 'paid')");

        assertThrows(IllegalStateException.class, () -> refunds.refund("1002", GRACE, false));

        assertEquals("paid", text("select state from orders where id = '1002'"));
        assertTrue(desk().tickets().list(TicketQuery.builder().build()).items().stream()
                .noneMatch(ticket -> ticket.subject().endsWith("1002")));
        assertEquals("0", text("select count(*) from insightdesk.job where payload::text like '%1002%'"));
    }

    private Desk desk() {
        return insightDesk.tenant(tenant.id()).as(Actor.system());
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String text(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
