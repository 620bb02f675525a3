package io.insightdesk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.Shop.Kind;
import io.insightdesk.conversation.AttachmentId;
import io.insightdesk.conversation.Delivery;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.conversation.OpenedTicket;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.ActivityQuery;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.HostUser;
import io.insightdesk.identity.Role;
import io.insightdesk.internal.Ids;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketPage;
import io.insightdesk.ticket.TicketPriority;
import io.insightdesk.ticket.TicketQuery;
import java.io.ByteArrayInputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Work in the host's own transaction shares its fate, whatever way the host has to transactions, and leaves no trace on it. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HostTransactionIT {

    private static final List<String> TABLES = List.of(
            "insightdesk.ticket",
            "insightdesk.message",
            "insightdesk.customer",
            "insightdesk.event where ticket_id is not null",
            "insightdesk.event_marker",
            "insightdesk.job where kind in ('shop.parcel', 'insightdesk.mail.send')",
            "public.audit",
            "public.orders");

    @ParameterizedTest
    @EnumSource
    void rolledBackThereIsNothing(Kind kind) throws Exception {
        try (Shop shop = new Shop(kind)) {
            AttachmentId file = upload(shop);

            shop.rollBack(connection -> refund(shop, connection, file));

            for (String table : TABLES) {
                assertThat(shop.rows(table)).as(table).isZero();
            }
            assertThat(shop.otherNode
                            .tenant(shop.tenant)
                            .as(Actor.system())
                            .tickets()
                            .create(Shop.ticket("Next"))
                            .number())
                    .as("the number is another node's at once")
                    .isEqualTo(1);
            workForADay(shop);
            assertThat(shop.parcels).isEmpty();
            assertThat(shop.mails).isEmpty();
            assertThat(shop.seen).allMatch(event -> event.payload().contains("\"number\":1") || event.ticketSeq() == 1);
            assertThat(shop.seen).hasSize(1);
            assertThat(shop.rows("insightdesk.blob")).isZero();
            assertThat(shop.rows("insightdesk.blob_chunk")).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void committedThereIsAllOfIt(Kind kind) throws Exception {
        try (Shop shop = new Shop(kind)) {
            AttachmentId file = upload(shop);
            List<OpenedTicket> opened = new ArrayList<>();

            shop.commit(connection -> opened.add(refund(shop, connection, file)));

            assertThat(shop.rows("insightdesk.ticket")).isEqualTo(1);
            assertThat(shop.rows("insightdesk.message")).isEqualTo(2);
            assertThat(shop.rows("insightdesk.job where kind = 'shop.parcel'")).isEqualTo(1);
            assertThat(shop.rows("public.audit")).isEqualTo(2);
            assertThat(shop.rows("public.orders")).isEqualTo(2);
            Ticket ticket = shop.desk().tickets().get(opened.get(0).ticket().id());
            assertThat(ticket.number()).isEqualTo(1);
            assertThat(ticket.subject()).isEqualTo("Refund 1");
            assertThat(shop.desk().tickets().create(Shop.ticket("Next")).number())
                    .isEqualTo(2);
            workForADay(shop);
            assertThat(shop.parcels).containsExactly("1");
            assertThat(shop.mails)
                    .singleElement()
                    .satisfies(mail -> assertThat(mail.recipients()).containsExactly("ada@example.com"));
            assertThat(shop.seen)
                    .filteredOn(event -> ticket.id().value().equals(event.ticketId()))
                    .extracting(event -> event.ticketSeq())
                    .isEqualTo(LongStream.rangeClosed(1, ticketEvents(shop))
                            .boxed()
                            .toList());
            assertThat(shop.desk().attachments().open(file)).hasContent("receipt");
        }
    }

    private static long ticketEvents(Shop shop) throws SQLException {
        long recorded =
                shop.rows("insightdesk.event where ticket_id = (select min(id::text)::uuid from insightdesk.ticket)");
        assertThat(recorded).isGreaterThanOrEqualTo(4);
        return recorded;
    }

    private static AttachmentId upload(Shop shop) {
        return shop.desk()
                .attachments()
                .upload("receipt.txt", "text/plain", new ByteArrayInputStream("receipt".getBytes(UTF_8)))
                .id();
    }

    private static OpenedTicket refund(Shop shop, Connection connection, AttachmentId file) throws SQLException {
        Shop.order(connection, "1");
        String before = Shop.standing(connection);
        OpenedTicket opened = shop.desk().within(connection, shop.hooks::add, desk -> {
            OpenedTicket made = desk.conversations()
                    .open(
                            Shop.ticket("Refund 1"),
                            NewMessage.builder()
                                    .text("I want my money back")
                                    .attachment(file)
                                    .build());
            var answer = desk.conversations().reply(made.ticket().id(), NewMessage.text("It is on its way"));
            assertThat(answer.delivery()).isEqualTo(Delivery.QUEUED);
            var unused = desk.jobs().enqueue(Shop.parcel("1"));
            return made;
        });
        assertThat(Shop.standing(connection)).isEqualTo(before);
        assertThat(shop.hooks).isNotEmpty();
        Shop.order(connection, "2");
        return opened;
    }

    /** Long enough for what was uploaded and not used to be swept away. */
    private static void workForADay(Shop shop) {
        int unused = shop.insightDesk.workers().runDue();
        shop.database.clock().advance(Duration.ofHours(25));
        unused = shop.insightDesk.workers().runDue();
        shop.database.clock().advance(Duration.ofHours(2));
        unused = shop.insightDesk.workers().runDue();
    }

    @ParameterizedTest
    @EnumSource
    void theHostsRoleAndSettingsAreAsBeforeWhateverHappens(Kind kind) throws Exception {
        try (Shop shop = new Shop(kind)) {
            TenantId other = shop.database.newTenant();
            shop.commit(connection -> {
                Shop.execute(connection, "set local insightdesk.tenant = '" + other + "'");
                Shop.execute(connection, "set local statement_timeout = '90500ms'");
                String before = Shop.standing(connection);
                assertThat(before).contains(other.toString(), "90500ms");
                AtomicReference<String> inListener = new AtomicReference<>();
                shop.listening = c -> inListener.set(Shop.standing(c));

                Ticket made = shop.desk().within(connection, desk -> {
                    Ticket ticket = desk.tickets().create(Shop.ticket("Works"));
                    assertThat(Shop.standing(connection))
                            .as("between two calls")
                            .isEqualTo(before);
                    return ticket;
                });

                assertThat(inListener.get()).as("in a listener").isEqualTo(before);
                assertThat(Shop.standing(connection)).as("after success").isEqualTo(before);
                Shop.order(connection, "after success");

                TicketId nobodys = new TicketId(Ids.next());
                assertThatThrownBy(() -> shop.desk()
                                .within(connection, desk -> desk.tickets().get(nobodys)))
                        .isInstanceOf(NotFoundException.class);
                assertThat(Shop.standing(connection)).as("after an exception").isEqualTo(before);
                Shop.order(connection, "after an exception");

                shop.listening = c -> {
                    throw new IllegalArgumentException("the listener is against it");
                };
                assertThatThrownBy(() -> shop.desk()
                                .within(connection, desk -> desk.tickets().create(Shop.ticket("Fails"))))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("the listener is against it");
                assertThat(Shop.standing(connection))
                        .as("after a listener's exception")
                        .isEqualTo(before);
                Shop.order(connection, "after a listener's exception");

                shop.listening = null;
                shop.desk()
                        .within(
                                connection,
                                outer -> outer.within(connection, inner -> {
                                    Ticket same = inner.tickets().get(made.id());
                                    assertThat(Shop.standing(connection))
                                            .as("nested")
                                            .isEqualTo(before);
                                    return same;
                                }));
                assertThat(Shop.standing(connection)).as("after nesting").isEqualTo(before);
                Shop.order(connection, "after nesting");
            });
            assertThat(shop.rows("public.orders")).isEqualTo(4);
            assertThat(shop.rows("public.audit"))
                    .as("what a failed call's listener wrote is undone")
                    .isEqualTo(1);
            assertThat(shop.rows("insightdesk.ticket")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aListenerMayUseTheLibraryOnItsConnectionForAnotherTenant(Kind kind) throws Exception {
        try (Shop shop = new Shop(kind)) {
            TenantId other = shop.database.newTenant();
            AtomicReference<String> between = new AtomicReference<>();
            shop.listening = connection -> {
                shop.listening = null;
                String before = Shop.standing(connection);
                Desk others = shop.insightDesk.tenant(other).as(Actor.system());
                others.within(connection, desk -> desk.tickets().create(Shop.ticket("Theirs")));
                assertThatThrownBy(() ->
                                others.within(connection, desk -> desk.tickets().get(new TicketId(Ids.next()))))
                        .isInstanceOf(NotFoundException.class);
                assertThat(Shop.standing(connection)).isEqualTo(before);
                between.set(before);
            };
            shop.commit(connection -> {
                String before = Shop.standing(connection);
                Ticket ours = shop.desk().within(connection, desk -> {
                    Ticket made = desk.tickets().create(Shop.ticket("Ours"));
                    return desk.tickets()
                            .change(
                                    made.id(),
                                    made.version(),
                                    TicketChange.builder()
                                            .priority(TicketPriority.URGENT)
                                            .build());
                });
                assertThat(ours.priority()).isEqualTo(TicketPriority.URGENT);
                assertThat(between.get()).isEqualTo(before);
                assertThat(Shop.standing(connection)).isEqualTo(before);
            });
            assertThat(shop.rows("insightdesk.ticket where tenant_id = '" + shop.tenant + "'"))
                    .isEqualTo(1);
            assertThat(shop.rows("insightdesk.ticket where tenant_id = '" + other + "'"))
                    .isEqualTo(1);
            assertThat(shop.rows("public.audit")).isEqualTo(3);
        }
    }

    @Test
    void aListenerMayUseTheLibraryOnItsConnectionInTheLibrarysOwnTransaction() throws Exception {
        try (Shop shop = new Shop(Kind.POOL_OF_ONE)) {
            TenantId other = shop.database.newTenant();
            shop.listening = connection -> {
                shop.listening = null;
                Desk others = shop.insightDesk.tenant(other).as(Actor.system());
                others.within(connection, desk -> desk.tickets().create(Shop.ticket("Theirs")));
            };

            Ticket ours = shop.desk().tickets().create(Shop.ticket("Ours"));

            assertThat(shop.desk().tickets().get(ours.id()).subject()).isEqualTo("Ours");
            assertThat(shop.rows("insightdesk.ticket where tenant_id = '" + other + "'"))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCallThatBreaksAConstraintLeavesTheRestOfTheTransaction(Kind kind) throws Exception {
        try (Shop shop = new Shop(kind)) {
            shop.commit(connection -> shop.desk().within(connection, desk -> {
                NewCustomer ada =
                        NewCustomer.builder("Ada").email("ada@example.com").build();
                var unused = desk.customers().create(ada);
                assertThatThrownBy(() -> desk.customers().create(ada)).isInstanceOf(ConflictException.class);
                return desk.tickets().create(Shop.ticket("All the same"));
            }));
            assertThat(shop.rows("insightdesk.ticket")).isEqualTo(1);
            assertThat(shop.rows("insightdesk.customer")).isEqualTo(1);
        }
    }

    @Test
    void theHostsOwnSavepointUndoesCallsToo() throws Exception {
        try (Shop shop = new Shop(Kind.POOL)) {
            shop.commit(connection -> {
                Ticket kept =
                        shop.desk().within(connection, desk -> desk.tickets().create(Shop.ticket("Kept")));
                Shop.execute(connection, "savepoint hosts");
                Ticket undone =
                        shop.desk().within(connection, desk -> desk.tickets().create(Shop.ticket("Undone")));
                Shop.execute(connection, "rollback to savepoint hosts");
                shop.desk().within(connection, desk -> {
                    assertThat(desk.tickets().get(kept.id())).isEqualTo(kept);
                    assertThatThrownBy(() -> desk.tickets().get(undone.id())).isInstanceOf(NotFoundException.class);
                    return null;
                });
            });
            assertThat(shop.rows("insightdesk.ticket")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noCallTakesASecondConnection(Kind kind) throws Exception {
        try (Shop shop = new Shop(kind)) {
            HostUser clerk = new HostUser("clerk-7", "Clerk Seven", "seven@shop.example", Role.ADMIN);
            shop.commit(connection -> shop.insightDesk
                    .tenant(shop.tenant)
                    .as(clerk)
                    .within(connection, desk -> {
                        Ticket first = desk.tickets().create(Shop.ticket("First"));
                        Ticket second = desk.tickets().create(Shop.ticket("Second"));
                        assertThat(desk.actor().name()).isEqualTo("Clerk Seven");
                        assertThat(desk.permissions()).isNotEmpty();
                        TicketPage page = desk.tickets()
                                .list(TicketQuery.builder().limit(1).build());
                        TicketPage next = desk.tickets()
                                .list(TicketQuery.builder()
                                        .limit(1)
                                        .cursor(page.nextCursor())
                                        .build());
                        assertThat(List.of(
                                        page.items().get(0).id(),
                                        next.items().get(0).id()))
                                .containsExactlyInAnyOrder(first.id(), second.id());
                        assertThat(desk.conversations()
                                        .note(first.id(), NewMessage.text("Noted"))
                                        .text())
                                .isEqualTo("Noted");
                        assertThat(desk.tickets()
                                        .activity(first.id(), ActivityQuery.all())
                                        .get(0)
                                        .actor()
                                        .name())
                                .isEqualTo("Clerk Seven");
                        var job = desk.jobs().enqueue(Shop.parcel("x"));
                        assertThat(desk.jobs().find(job)).isPresent();
                        assertThatThrownBy(() -> desk.attachments()
                                        .upload("x.txt", "text/plain", new ByteArrayInputStream(new byte[1])))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("upload first");
                        return null;
                    }));
            assertThat(shop.rows("insightdesk.agent")).isEqualTo(1);
        }
    }

    @Test
    void aFileIsNotReadInsideAHostsTransaction() throws Exception {
        try (Shop shop = new Shop(Kind.POOL_OF_ONE)) {
            AttachmentId file = upload(shop);
            shop.rollBack(connection -> shop.desk().within(connection, desk -> {
                assertThatThrownBy(() -> desk.attachments().open(file)).isInstanceOf(IllegalStateException.class);
                return null;
            }));
        }
    }

    @Test
    void aHostUserWhoIsMadeInARolledBackTransactionIsMadeAgain() throws Exception {
        try (Shop shop = new Shop(Kind.POOL)) {
            Desk desk = shop.insightDesk
                    .tenant(shop.tenant)
                    .as(new HostUser("clerk-8", "Clerk Eight", "eight@shop.example", Role.AGENT));
            shop.rollBack(connection -> desk.within(connection, d -> d.tickets().create(Shop.ticket("One"))));
            assertThat(shop.rows("insightdesk.agent")).isZero();
            shop.commit(connection -> desk.within(connection, d -> d.tickets().create(Shop.ticket("Two"))));
            assertThat(shop.rows("insightdesk.agent")).isEqualTo(1);
            assertThat(desk.tickets().create(Shop.ticket("Three")).number()).isEqualTo(2);
        }
    }

    @Test
    void aConnectionInAutoCommitModeIsRefused() throws Exception {
        try (Shop shop = new Shop(Kind.POOL);
                Connection connection = shop.database.dataSource().getConnection()) {
            assertThat(connection.getAutoCommit()).isTrue();
            assertThatThrownBy(() -> shop.desk()
                            .within(connection, desk -> desk.tickets().create(Shop.ticket("No"))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("autoCommit");
            assertThat(shop.rows("insightdesk.ticket")).isZero();
        }
    }

    @Test
    void aSuperusersConnectionIsRefusedWhereTheLibraryWorksAsTheDataSourcesUser() throws Exception {
        try (TestDatabase database = TestDatabase.fresh(TestDatabase.As.USER);
                InsightDesk insightDesk = InsightDesk.builder()
                        .dataSource(database.dataSource())
                        .migrate(MigrationMode.NONE)
                        .build();
                Connection connection = database.admin().getConnection()) {
            connection.setAutoCommit(false);
            Desk desk = insightDesk.tenant(database.tenant()).as(Actor.system());
            assertThatThrownBy(() -> desk.within(connection, d -> d.tickets().create(Shop.ticket("No"))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("bypasses row-level security");
            connection.rollback();
        }
    }

    @Test
    void aHostsRoleIsPutAsideWhereTheLibraryWorksAsTheDataSourcesUser() throws Exception {
        try (TestDatabase database = TestDatabase.fresh(TestDatabase.As.USER);
                InsightDesk insightDesk = InsightDesk.builder()
                        .dataSource(database.dataSource())
                        .migrate(MigrationMode.NONE)
                        .build()) {
            Desk desk = insightDesk.tenant(database.tenant()).as(Actor.system());
            try (Connection connection = database.dataSource().getConnection()) {
                connection.setAutoCommit(false);
                String user = Shop.ask(connection, "select current_user");
                String role = "role_of_" + user;
                database.execute("create role " + role + "; grant " + role + " to " + user);
                Shop.execute(connection, "set role " + role);
                String before = Shop.standing(connection);
                Ticket made = desk.within(connection, d -> d.tickets().create(Shop.ticket("Yes")));
                assertThat(Shop.standing(connection)).isEqualTo(before);
                connection.commit();
                Shop.execute(connection, "reset role");
                connection.commit();
                assertThat(desk.tickets().get(made.id())).isEqualTo(made);
                database.execute("drop role " + role);
            }
        }
    }
}
