package io.insightdesk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.MessageKind;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.conversation.OpenedTicket;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.EmailAddress;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.customer.NewOrganization;
import io.insightdesk.customer.Organization;
import io.insightdesk.customer.OrganizationChange;
import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.identity.AgentQuery;
import io.insightdesk.identity.NewTeam;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.Team;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketPriority;
import io.insightdesk.ticket.TicketQuery;
import io.insightdesk.ticket.TicketStatus;
import java.io.ByteArrayInputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Threat: a customer reads an internal note, or another customer's ticket. What a person who asks may do, as the actor. */
class CustomerActorIT {

    private static final TestDatabase database = TestDatabase.fresh();
    private static final InsightDesk insightDesk = InsightDesk.builder()
            .dataSource(database.dataSource())
            .migrate(MigrationMode.VALIDATE)
            .build();

    private final TenantId tenant = database.newTenant();
    private final Desk system = insightDesk.tenant(tenant).as(Actor.system());
    private final Organization acme = system.organizations().create(NewOrganization.of("Acme", "acme.example"));
    private final Customer ada = system.customers().create(NewCustomer.of("Ada", "ada@acme.example"));
    private final Customer bob = system.customers().create(NewCustomer.of("Bob", "bob@acme.example"));
    private final Customer eve = system.customers().create(NewCustomer.of("Eve", "eve@umbrella.example"));
    private final Desk asAda = as(ada);

    @AfterAll
    static void end() {
        insightDesk.close();
        database.close();
    }

    @Test
    void customersSeeTheirOwnTicketsOnly() {
        TicketId own = open(ada);
        for (Customer other : List.of(bob, eve)) {
            OpenedTicket foreign = system.conversations().open(ticket(other), NewMessage.text("Secret"));
            TicketId id = foreign.ticket().id();
            notFound(() -> asAda.tickets().get(id));
            notFound(() -> asAda.tickets().close(id));
            notFound(() -> asAda.conversations().list(id, null, 10));
            notFound(() -> asAda.conversations().get(foreign.message().id()));
            notFound(() -> asAda.conversations().reply(id, NewMessage.text("x")));
            notFound(() -> asAda.conversations().addCustomerMessage(id, NewMessage.text("x")));
            assertThat(asAda.tickets().findByNumber(foreign.ticket().number())).isEmpty();
            assertThat(asAda.tickets()
                            .list(TicketQuery.builder().requester(other.id()).build())
                            .items())
                    .isEmpty();
        }
        assertThat(asAda.tickets().list(TicketQuery.builder().build()).items())
                .extracting(Ticket::id)
                .containsExactly(own);
        assertThat(asAda.tickets().get(own).requester()).isEqualTo(ada.id());
    }

    @Test
    void whereTheOrganizationSharesColleaguesReadAndAnswerButEndOnlyTheirOwn() {
        TicketId bobs = open(bob);
        TicketId eves = open(eve);
        notFound(() -> asAda.tickets().get(bobs));

        system.organizations().change(acme.id(), null, OrganizationChange.sharedTickets(true));

        assertThat(system.organizations().get(acme.id()).sharedTickets()).isTrue();
        assertThat(asAda.tickets().get(bobs).id()).isEqualTo(bobs);
        notFound(() -> asAda.tickets().get(eves));
        assertThat(asAda.tickets().list(TicketQuery.builder().build()).items())
                .extracting(Ticket::id)
                .containsExactly(bobs);
        Message said = asAda.conversations().reply(bobs, NewMessage.text("Me too"));
        assertThat(said.author().id()).isEqualTo(ada.id().value());
        denied(() -> asAda.tickets().close(bobs));

        system.organizations().change(acme.id(), null, OrganizationChange.sharedTickets(false));
        notFound(() -> asAda.tickets().get(bobs));
    }

    @Test
    void customersNeverSeeWhatIsInternal() {
        Team team = system.teams().create(NewTeam.of("Churn"));
        TicketId own = system.tickets()
                .create(NewTicket.builder("Printer")
                        .requester(ada.id())
                        .team(team.id())
                        .tag("difficult")
                        .customField("risk", "high")
                        .build())
                .id();
        Attachment file = system.attachments().upload("a.txt", "text/plain", new ByteArrayInputStream(new byte[] {1}));
        Message note = system.conversations()
                .note(
                        own,
                        NewMessage.builder()
                                .text("He is difficult.")
                                .attachment(file.id())
                                .build());
        Message answer = system.conversations().reply(own, NewMessage.text("Hello"));

        assertThat(asAda.conversations().list(own, null, 10).items())
                .extracting(Message::id)
                .containsExactly(answer.id());
        notFound(() -> asAda.conversations().get(note.id()));
        notFound(() -> asAda.attachments().get(file.id()));
        notFound(() -> asAda.attachments().open(file.id()));
        denied(() -> asAda.conversations().note(own, NewMessage.text("x")));
        denied(() -> asAda.tickets().activity(own, ActivityQuery.all()));
        denied(() -> asAda.tickets().tags(null, 10));
        denied(() -> asAda.tickets().list(TicketQuery.builder().tag("difficult").build()));
        denied(() -> asAda.tickets().list(TicketQuery.builder().team(team.id()).build()));
        denied(() -> asAda.tickets().list(TicketQuery.builder().unassigned().build()));
        Ticket shown = asAda.tickets().get(own);
        assertThat(shown.tags()).isEmpty();
        assertThat(shown.customFields()).isEmpty();
        assertThat(shown.team()).isNull();
        assertThat(asAda.tickets().list(TicketQuery.builder().build()).items()).containsExactly(shown);
        assertThat(asAda.tickets().findByNumber(shown.number())).contains(shown);
        assertThat(asAda.tickets().close(own).tags()).isEmpty();
        assertThat(system.tickets().get(own).tags()).containsExactly("difficult");
    }

    @Test
    void customersOpenTicketsForThemselvesAndSayNoMoreThanWhatItIs() {
        OpenedTicket opened = asAda.conversations().open(ticket(ada), NewMessage.text("It burns."));
        assertThat(opened.message().author().id()).isEqualTo(ada.id().value());
        assertThat(asAda.tickets()
                        .create(NewTicket.builder("By mail address")
                                .requester("ADA@acme.example", "Somebody")
                                .build())
                        .requester())
                .isEqualTo(ada.id());

        for (NewTicket foreign : List.of(
                ticket(bob),
                NewTicket.builder("x").requester("bob@acme.example", null).build(),
                NewTicket.builder("x").requester("nobody@acme.example", null).build())) {
            assertThatThrownBy(() -> asAda.conversations().open(foreign, NewMessage.text("x")))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("yourself");
        }
        assertThat(system.customers().findByEmail(EmailAddress.of("nobody@acme.example")))
                .isEmpty();
        Team team = system.teams().create(NewTeam.of("First line"));
        for (NewTicket more : List.of(
                NewTicket.builder("x").requester(ada.id()).team(team.id()).build(),
                NewTicket.builder("x").requester(ada.id()).tag("vip").build(),
                NewTicket.builder("x")
                        .requester(ada.id())
                        .priority(TicketPriority.URGENT)
                        .build(),
                NewTicket.builder("x")
                        .requester(ada.id())
                        .customField("vip", true)
                        .build())) {
            denied(() -> asAda.tickets().create(more));
        }
    }

    @Test
    void customersReplyAndEndTheirOwnAndChangeNothingElse() {
        TicketId own = open(ada);
        system.conversations().reply(own, NewMessage.text("Is it still burning?"));
        assertThat(system.tickets().get(own).status()).isEqualTo(TicketStatus.PENDING);

        Message said = asAda.conversations().reply(own, NewMessage.text("Yes"));

        assertThat(said.kind()).isEqualTo(MessageKind.CUSTOMER);
        assertThat(said.delivery()).isNull();
        assertThat(system.tickets().get(own).status()).isEqualTo(TicketStatus.OPEN);
        assertThat(system.tickets().activity(own, ActivityQuery.all()))
                .anyMatch(event -> event.actor().type() == ActorType.CUSTOMER
                        && ada.id().value().equals(event.actor().id()));
        assertThatThrownBy(() -> asAda.conversations()
                        .reply(
                                own,
                                NewMessage.builder()
                                        .text("x")
                                        .to("all@acme.example")
                                        .build()))
                .isInstanceOf(InvalidInputException.class);
        for (TicketChange more : List.of(
                TicketChange.builder().subject("x").build(),
                TicketChange.builder().priority(TicketPriority.URGENT).build(),
                TicketChange.builder().requester(eve.id()).build(),
                TicketChange.builder().addTag("x").build(),
                TicketChange.builder().team(null).build(),
                TicketChange.builder().assignee(null).build(),
                TicketChange.builder().status(TicketStatus.ON_HOLD).build(),
                TicketChange.builder().status(TicketStatus.CLOSED).subject("x").build(),
                TicketChange.builder().build())) {
            denied(() -> asAda.tickets().change(own, null, more));
        }
        assertThat(asAda.tickets().resolve(own).status()).isEqualTo(TicketStatus.RESOLVED);
        assertThat(asAda.tickets().close(own).status()).isEqualTo(TicketStatus.CLOSED);
    }

    @Test
    void customersUseAndReadTheirOwnFiles() throws Exception {
        TicketId own = open(ada);
        Attachment foreign =
                as(eve).attachments().upload("e.txt", "text/plain", new ByteArrayInputStream(new byte[] {2}));
        Attachment agents =
                system.attachments().upload("s.txt", "text/plain", new ByteArrayInputStream(new byte[] {3}));
        for (Attachment other : List.of(foreign, agents)) {
            notFound(() -> asAda.attachments().get(other.id()));
            assertThatThrownBy(() -> asAda.conversations()
                            .reply(
                                    own,
                                    NewMessage.builder()
                                            .text("x")
                                            .attachment(other.id())
                                            .build()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("attachment");
        }
        Attachment file = asAda.attachments().upload("a.txt", "text/plain", new ByteArrayInputStream(new byte[] {1}));
        assertThat(asAda.attachments().get(file.id())).isEqualTo(file);
        asAda.conversations()
                .reply(own, NewMessage.builder().text("x").attachment(file.id()).build());
        try (var content = asAda.attachments().open(file.id())) {
            assertThat(content.readAllBytes()).containsExactly(1);
        }
        notFound(() -> as(eve).attachments().get(file.id()));
    }

    @Test
    void customersSeeNobodyElse() {
        denied(() -> asAda.customers().get(ada.id()));
        denied(() -> asAda.customers().get(bob.id()));
        denied(() -> asAda.organizations().get(acme.id()));
        denied(() -> asAda.agents().list(AgentQuery.all()));
        denied(() -> asAda.roles().get(Role.CUSTOMER));
    }

    @Test
    void aStrangerWhoClaimsToBeACustomerSeesNothingAndOpensNothing() {
        open(ada);
        Desk nobody = insightDesk.tenant(tenant).as(new Actor(ActorType.CUSTOMER, UUID.randomUUID(), "Nobody", "java"));

        assertThat(nobody.tickets().list(TicketQuery.builder().build()).items()).isEmpty();
        assertThatThrownBy(() -> nobody.tickets().create(ticket(ada))).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void customersWorkInTheHostsTransactionToo() throws SQLException {
        TicketId foreign = open(eve);
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            TicketId made = asAda.within(connection, desk -> {
                notFound(() -> desk.tickets().get(foreign));
                return desk.conversations()
                        .open(ticket(ada), NewMessage.text("x"))
                        .ticket()
                        .id();
            });
            connection.commit();
            assertThat(asAda.tickets().get(made).id()).isEqualTo(made);
        }
    }

    private Desk as(Customer customer) {
        return insightDesk.tenant(tenant).as(customer.actor());
    }

    private static NewTicket ticket(Customer requester) {
        return NewTicket.builder("Printer").requester(requester.id()).build();
    }

    private TicketId open(Customer requester) {
        return system.conversations()
                .open(ticket(requester), NewMessage.text("It burns."))
                .ticket()
                .id();
    }

    private static void denied(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(AccessDeniedException.class);
    }

    private static void notFound(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(NotFoundException.class);
    }
}
