package io.insightdesk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.insightdesk.conversation.NewMessage;
import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.LimitReachedException;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.AgentChange;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Role;
import io.insightdesk.job.JobKind;
import io.insightdesk.job.JobQuery;
import io.insightdesk.job.NewJob;
import io.insightdesk.mail.Envelope;
import io.insightdesk.tenant.PlanLimits;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.tenant.TenantChange;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.TenantSettings;
import io.insightdesk.tenant.TenantUsage;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketQuery;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a tenant goes through between its making and its deletion, on two nodes. */
class TenantLifeIT {

    private static final Duration KNOWN_AFTER = Duration.ofSeconds(7);

    private Shop shop;
    private InsightDesk node;
    private TenantId tenant;

    @BeforeEach
    void open() {
        shop = new Shop(Shop.Kind.POOL);
        node = shop.insightDesk;
        tenant = shop.tenant;
    }

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void aTenantChangesItselfAndALostUpdateIsRefused() {
        Tenant before = shop.desk().ownTenant().get();
        TenantSettings settings =
                new TenantSettings(Duration.ofDays(2), false, Map.of("theme", Map.of("colour", "red")));

        Tenant changed = shop.desk()
                .ownTenant()
                .change(
                        before.version(),
                        TenantChange.builder()
                                .name("Shop & Sons")
                                .timeZone(ZoneId.of("Europe/Lisbon"))
                                .locale("pt-PT")
                                .settings(settings)
                                .build());

        assertThat(changed.version()).isEqualTo(before.version() + 1);
        assertThat(changed.settings()).isEqualTo(settings);
        assertThat(node.tenants().get(tenant)).isEqualTo(changed);
        assertThat(node.tenants().change(tenant, null, TenantChange.builder().build()))
                .isEqualTo(changed);
        assertThatThrownBy(() -> shop.desk()
                        .ownTenant()
                        .change(
                                before.version(),
                                TenantChange.builder().name("Lost").build()))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("version 2");
        assertThatThrownBy(() -> TenantChange.builder()
                        .locale("no such language")
                        .name(" ")
                        .build())
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void onlyAnAdministratorChangesTheTenant() {
        Agent agent = shop.desk().agents().create(NewAgent.of("Ann", "ann@shop.example", Role.AGENT));
        Desk desk = node.tenant(tenant).as(agent.actor());

        assertThat(desk.ownTenant().get().id()).isEqualTo(tenant);
        assertThatThrownBy(() -> desk.ownTenant()
                        .change(null, TenantChange.builder().name("Mine").build()))
                .isInstanceOfSatisfying(
                        AccessDeniedException.class,
                        e -> assertThat(e.permission()).isEqualTo("tenant:admin"));
    }

    @Test
    void ticketsCloseAfterTheTimeThatTheTenantChose() {
        Ticket ticket = shop.desk().tickets().create(Shop.ticket("Quick"));
        node.tenants()
                .change(
                        tenant,
                        null,
                        TenantChange.builder()
                                .settings(new TenantSettings(Duration.ofHours(1), true, Map.of()))
                                .build());
        shop.desk().tickets().resolve(ticket.id());
        shop.database.clock().advance(Duration.ofHours(2));

        await().untilAsserted(() -> {
            node.workers().runDue();
            assertThat(shop.desk().tickets().get(ticket.id()).closedAt()).isNotNull();
        });
    }

    @Test
    void aSuspendedTenantRefusesEveryCallOnEveryNodeAndThenGoesOn() throws Exception {
        Agent agent = shop.desk().agents().create(NewAgent.of("Ann", "ann@shop.example", Role.ADMIN));
        String token = shop.desk()
                .apiTokens()
                .create(NewApiToken.of("ann's", agent.id(), Role.ADMIN))
                .secret()
                .reveal();
        Desk other = shop.otherNode.tenant(tenant).as(Actor.system());
        Desk byToken = node.desk(node.authenticate(token).orElseThrow());
        Ticket ticket = other.tickets().create(Shop.ticket("Before"));
        assertThat(byToken.permissions()).isNotEmpty();

        assertThat(node.tenants().suspend(tenant).active()).isFalse();

        assertThat(node.tenants().suspended()).containsExactly(tenant);
        refused(() -> shop.desk().tickets().get(ticket.id()));
        refused(() -> shop.desk().jobs().enqueue(Shop.parcel("refused")));
        refused(() -> shop.desk().ownTenant().get());
        refused(() -> shop.desk().attachments().upload("a.txt", "text/plain", new ByteArrayInputStream(new byte[1])));
        refused(() -> node.tenant(tenant)
                .as(agent.actor())
                .tickets()
                .list(TicketQuery.builder().build()));
        refused(byToken::permissions);
        refused(() ->
                node.desk(node.authenticate(token).orElseThrow()).tickets().get(ticket.id()));
        refused(() -> mail("<refused@customer.example>"));
        try (Connection connection = shop.database.admin().getConnection()) {
            connection.setAutoCommit(false);
            refused(() -> shop.desk()
                    .within(connection, desk -> desk.tickets().create(Shop.ticket("In the host's transaction"))));
            assertThat(Shop.ask(connection, "select 1")).as("the host goes on").isEqualTo("1");
            connection.rollback();
        }
        await().atMost(KNOWN_AFTER)
                .untilAsserted(() -> refused(() -> other.tickets().get(ticket.id())));

        assertThat(node.tenants().resume(tenant).active()).isTrue();

        assertThat(shop.desk().tickets().get(ticket.id())).isEqualTo(ticket);
        assertThat(mail("<again@customer.example>")).isEqualTo("created");
        await().atMost(KNOWN_AFTER)
                .ignoreExceptionsInstanceOf(AccessDeniedException.class)
                .untilAsserted(
                        () -> assertThat(other.tickets().get(ticket.id())).isEqualTo(ticket));
    }

    @Test
    void aHostsTransactionOfANodeThatKnowsNothingYetAsksOnItsOwnConnection() throws Exception {
        node.tenants().suspend(tenant);
        try (Shop alone = new Shop(Shop.Kind.POOL_OF_ONE)) {
            alone.insightDesk.tenants().suspend(alone.tenant);
            alone.commit(connection -> refused(() ->
                    alone.desk().within(connection, desk -> desk.tickets().create(Shop.ticket("Refused")))));
            alone.insightDesk.tenants().resume(alone.tenant);
            alone.commit(connection -> assertThat(alone.desk()
                            .<Ticket>within(connection, desk -> desk.tickets().create(Shop.ticket("Made"))))
                    .isNotNull());
        }
    }

    @Test
    void jobsOfASuspendedTenantWaitAndThenRun() {
        TenantId busy = shop.database.newTenant();
        node.workers().start();
        shop.desk()
                .jobs()
                .enqueue(NewJob.builder(Shop.PARCEL, "later")
                        .delay(Duration.ofSeconds(1))
                        .build());
        node.tenants().suspend(tenant);
        shop.database.clock().advance(Duration.ofSeconds(2));
        node.tenant(busy).as(Actor.system()).jobs().enqueue(Shop.parcel("other"));

        await().untilAsserted(() -> assertThat(shop.parcels).contains("other"));
        node.tenant(busy).as(Actor.system()).jobs().enqueue(Shop.parcel("another"));
        await().untilAsserted(() -> assertThat(shop.parcels).contains("another"));
        assertThat(shop.parcels).doesNotContain("later");

        node.tenants().resume(tenant);

        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(shop.parcels).contains("later"));
    }

    @Test
    void aSuspensionInTheMiddleOfAJobCostsItNoAttempt() {
        AtomicInteger runs = new AtomicInteger();
        List<Integer> attempts = new ArrayList<>();
        JobKind<String> kind = new JobKind<>("shop.halfway", String.class);
        node.jobHandlers().register(kind, (context, payload) -> {
            attempts.add(context.attempt());
            if (runs.incrementAndGet() == 1) {
                node.tenants().suspend(tenant);
            }
            shop.desk().tickets().create(Shop.ticket("From the job"));
        });
        shop.desk().jobs().enqueue(NewJob.builder(kind, "x").maxAttempts(1).build());

        node.workers().runDue();
        assertThat(attempts).containsExactly(1);
        node.workers().runDue();
        assertThat(attempts).as("suspended").containsExactly(1);
        node.tenants().resume(tenant);
        await().untilAsserted(() -> {
            node.workers().runDue();
            assertThat(attempts).containsExactly(1, 1);
        });
        assertThat(shop.desk().jobs().list(JobQuery.dead()).items()).isEmpty();
    }

    @Test
    void aPlansAgentsAreCountedExactlyWhenTwoNodesMakeThemAtOnce() throws Exception {
        Desk other = shop.otherNode.tenant(tenant).as(Actor.system());
        node.tenants().limit(tenant, PlanLimits.NONE.withAgents(3));
        List<Callable<Agent>> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Desk desk = i % 2 == 0 ? shop.desk() : other;
            NewAgent agent = NewAgent.of("Agent " + i, "agent" + i + "@shop.example", Role.AGENT);
            all.add(() -> desk.agents().create(agent));
        }
        List<Agent> made = new ArrayList<>();
        for (Future<Agent> each : TicketRaceIT.together(all)) {
            try {
                made.add(each.get());
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOfSatisfying(LimitReachedException.class, limit -> {
                    assertThat(limit.code()).isEqualTo("agent_limit_reached");
                    assertThat(limit.allowed()).hasValue(3);
                    assertThat(limit.used()).hasValue(3);
                    assertThat(limit.retryAfter()).isEmpty();
                });
            }
        }
        assertThat(made).hasSize(3);
        assertThat(usage().agents()).isEqualTo(3);

        shop.desk()
                .agents()
                .change(
                        made.get(0).id(),
                        null,
                        AgentChange.builder().active(false).build());
        shop.desk().agents().create(NewAgent.of("Next", "next@shop.example", Role.AGENT));
        assertThatThrownBy(() -> shop.desk()
                        .agents()
                        .change(
                                made.get(0).id(),
                                null,
                                AgentChange.builder().active(true).build()))
                .isInstanceOf(LimitReachedException.class);
        assertThat(usage().agents()).isEqualTo(3);
    }

    @Test
    void aHostsTransactionGoesOnAfterALimit() throws Exception {
        node.tenants().limit(tenant, PlanLimits.NONE.withAgents(0));
        shop.commit(connection -> {
            assertThatThrownBy(() -> shop.desk()
                            .within(
                                    connection,
                                    desk -> desk.agents().create(NewAgent.of("No", "no@shop.example", Role.AGENT))))
                    .isInstanceOf(LimitReachedException.class);
            Shop.order(connection, "kept");
        });
        assertThat(shop.rows("public.orders")).isEqualTo(1);
        assertThat(usage().agents()).isZero();
    }

    @Test
    void aPlansStorageIsCountedByTheByte() {
        node.tenants().limit(tenant, PlanLimits.NONE.withStorageBytes(10L));
        upload(6);
        assertThatThrownBy(() -> upload(5)).isInstanceOfSatisfying(LimitReachedException.class, limit -> {
            assertThat(limit.code()).isEqualTo("storage_limit_reached");
            assertThat(limit.allowed()).hasValue(10);
            assertThat(limit.used()).hasValue(6);
        });
        upload(4);
        assertThat(usage()).isEqualTo(new TenantUsage(0, 10, 0));

        shop.database.clock().advance(Duration.ofDays(3));
        await().untilAsserted(() -> {
            node.workers().runDue();
            assertThat(usage().storageBytes()).isZero();
        });
        assertThat(shop.rows("insightdesk.blob_chunk"))
                .as("also that of the refused file")
                .isZero();
    }

    @Test
    void aPlansMailsAreCountedByTheDay() {
        node.tenants().limit(tenant, PlanLimits.NONE.withMailsPerDay(2));
        Ticket ticket = shop.desk().tickets().create(Shop.ticket("Much to say"));
        answer(ticket);
        answer(ticket);
        assertThatThrownBy(() -> answer(ticket)).isInstanceOfSatisfying(LimitReachedException.class, limit -> {
            assertThat(limit.code()).isEqualTo("mail_limit_reached");
            assertThat(limit.retryAfter())
                    .hasValueSatisfying(wait -> assertThat(wait).isPositive().isLessThanOrEqualTo(Duration.ofDays(1)));
        });
        assertThat(usage().mailsToday()).isEqualTo(2);

        shop.database.clock().advance(Duration.ofDays(1));
        assertThat(usage().mailsToday()).isZero();
        answer(ticket);
        assertThat(usage().mailsToday()).isEqualTo(1);
    }

    private void answer(Ticket ticket) {
        shop.desk().conversations().reply(ticket.id(), NewMessage.text("Yes."));
    }

    private void upload(int bytes) {
        shop.desk()
                .attachments()
                .upload("a.bin", "application/octet-stream", new ByteArrayInputStream(new byte[bytes]));
    }

    private TenantUsage usage() {
        return node.tenants().usage(tenant);
    }

    private String mail(String id) {
        String raw = "From: carl@customer.example\r\nTo: help@shop.example\r\nMessage-ID: " + id
                + "\r\nSubject: Hello\r\n\r\nHello.\r\n";
        return shop.desk()
                .mail()
                .receive(
                        new ByteArrayInputStream(raw.getBytes(StandardCharsets.US_ASCII)),
                        new Envelope("carl@customer.example", List.of("help@shop.example")))
                .outcome()
                .wireName();
    }

    private static void refused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AccessDeniedException.class, e -> assertThat(e.code()).isEqualTo("tenant_suspended"));
    }
}
