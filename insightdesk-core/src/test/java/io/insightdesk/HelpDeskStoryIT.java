package io.insightdesk;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.MessageKind;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.conversation.OpenedTicket;
import io.insightdesk.devenv.servers.PostgresServer;
import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Actor;
import io.insightdesk.event.Event;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.Role;
import io.insightdesk.tenant.NewTenant;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketPriority;
import io.insightdesk.ticket.TicketQuery;
import io.insightdesk.ticket.TicketStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HelpDeskStoryIT {

    private static final String DATABASE = "help_desk_story";

    private static DataSource dataSource;
    private static InsightDesk insightDesk;
    private static TenantId tenant;

    @BeforeAll
    static void build() {
        PostgresServer.shared().createDatabase(DATABASE);
        dataSource = PostgresServer.shared().dataSource(DATABASE);
        insightDesk = InsightDesk.builder().dataSource(dataSource).build();
        tenant = insightDesk.tenants().create(NewTenant.of("story", "Story")).id();
    }

    @AfterAll
    static void close() {
        insightDesk.close();
    }

    @Test
    void aTicketGoesFromTheCustomersWordToItsEnd() throws IOException {
        Desk system = insightDesk.tenant(tenant).as(Actor.system());
        Agent agent = system.agents().create(NewAgent.of("Ada Agent", "ada@example.com", Role.AGENT));
        Desk desk = insightDesk.tenant(tenant).as(agent.actor());

        OpenedTicket opened = desk.conversations()
                .open(
                        NewTicket.builder("Printer on fire")
                                .requester("carl@customer.example", "Carl Customer")
                                .priority(TicketPriority.URGENT)
                                .tag("Hardware")
                                .tag("fire")
                                .build(),
                        NewMessage.text("It burns."));
        Ticket ticket = opened.ticket();
        assertThat(ticket.number()).isPositive();
        assertThat(ticket.status()).isEqualTo(TicketStatus.NEW);
        assertThat(desk.tickets().get(ticket.id())).isEqualTo(ticket);
        assertThat(ticket.tags()).containsExactly("fire", "hardware");
        assertThat(desk.tickets().findByNumber(ticket.number())).contains(ticket);

        var file = desk.attachments()
                .upload(
                        "manual.txt",
                        "text/plain",
                        new ByteArrayInputStream("use water".getBytes(StandardCharsets.UTF_8)));
        Message answer = desk.conversations()
                .reply(
                        ticket.id(),
                        NewMessage.builder()
                                .html("<p>Use <b>water</b><script>alert(1)</script></p>")
                                .attachment(file.id())
                                .build());
        assertThat(answer.kind()).isEqualTo(MessageKind.AGENT);
        assertThat(answer.html()).doesNotContain("script");
        assertThat(answer.text()).contains("Use water");
        try (InputStream content =
                desk.attachments().open(answer.attachments().get(0).id())) {
            assertThat(content.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("use water");
        }
        Ticket answered = desk.tickets().get(ticket.id());
        assertThat(answered.status()).isEqualTo(TicketStatus.PENDING);
        assertThat(answered.assignee()).isEqualTo(agent.id());

        desk.conversations().note(ticket.id(), NewMessage.text("He panics."));
        desk.conversations().addCustomerMessage(ticket.id(), NewMessage.text("It is out."));
        assertThat(desk.tickets().get(ticket.id()).status()).isEqualTo(TicketStatus.OPEN);
        assertThat(desk.conversations().list(ticket.id(), null, 100).items())
                .extracting(Message::kind)
                .containsExactly(MessageKind.CUSTOMER, MessageKind.AGENT, MessageKind.NOTE, MessageKind.CUSTOMER);

        desk.tickets().resolve(ticket.id());
        Ticket closed = desk.tickets().close(ticket.id());
        assertThat(closed.closedAt()).isNotNull();
        assertThat(desk.tickets().activity(ticket.id(), ActivityQuery.all()))
                .extracting(Event::ticketSeq)
                .startsWith(1L, 2L, 3L)
                .isSorted();
        assertThat(desk.tickets()
                        .list(TicketQuery.builder().tag("fire").build())
                        .items())
                .contains(closed);
    }

    @Test
    void aTicketInTheHostsTransactionLivesAndDiesWithIt() throws SQLException {
        Desk desk = insightDesk.tenant(tenant).as(Actor.system());
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            Ticket lost = desk.within(
                    connection,
                    inside -> inside.tickets()
                            .create(NewTicket.builder("Rolled back")
                                    .requester("x@customer.example", null)
                                    .build()));
            connection.rollback();
            Ticket kept = desk.within(
                    connection,
                    inside -> inside.tickets()
                            .create(NewTicket.builder("Committed")
                                    .requester("y@customer.example", null)
                                    .build()));
            connection.commit();
            assertThat(desk.tickets().findByNumber(kept.number())).contains(kept);
            assertThat(desk.tickets()
                            .list(TicketQuery.builder().limit(100).build())
                            .items())
                    .extracting(Ticket::subject)
                    .doesNotContain(lost.subject());
        }
    }
}
