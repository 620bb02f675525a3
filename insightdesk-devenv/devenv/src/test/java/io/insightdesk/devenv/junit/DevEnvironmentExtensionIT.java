package io.insightdesk.devenv.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.conversation.NewMessage;
import io.insightdesk.devenv.servers.MailCatcher;
import io.insightdesk.devenv.servers.MutableClock;
import io.insightdesk.devenv.servers.PostgresEndpoint;
import io.insightdesk.devenv.servers.S3Endpoint;
import io.insightdesk.devenv.servers.Service;
import io.insightdesk.devenv.servers.ValkeyEndpoint;
import io.insightdesk.event.Actor;
import io.insightdesk.mail.NewMailbox;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketListener;
import io.insightdesk.ticket.TicketQuery;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.RegisterExtension;

class DevEnvironmentExtensionIT {
    private static SharedServers.Lease lease;

    @BeforeAll
    static void keepTheServersFromOneRunToTheNext() {
        lease = SharedServers.lease();
    }

    @AfterAll
    static void letThemStop() {
        lease.close();
    }

    static String databaseOf(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return connection.getCatalog();
        }
    }

    @DevEnvironmentTest
    static class AsksForAll {
        @Test
        void allBelongsTogether(
                DataSource dataSource,
                PostgresEndpoint postgres,
                InsightDesk insightDesk,
                TenantId tenant,
                Desk desk,
                MailCatcher mailCatcher,
                MutableClock clock,
                ValkeyEndpoint valkey,
                S3Endpoint s3)
                throws SQLException {
            assertThat(databaseOf(dataSource)).isEqualTo(postgres.database()).startsWith("test_asksforall_");
            assertThat(desk.tenant()).isEqualTo(tenant);
            clock.advance(Duration.ofDays(3));
            Ticket ticket = desk.tickets()
                    .create(NewTicket.builder("Later")
                            .requester("ada@example.com", "Ada")
                            .build());
            assertThat(ticket.createdAt()).isEqualTo(clock.instant());
            assertThat(insightDesk.tenants().get(tenant).slug()).isEqualTo("test");
            assertThat(mailCatcher.mails()).isEmpty();
            assertThat(ValkeyConversation.ask(valkey, "DBSIZE")).isEqualTo(":0");
            assertThat(valkey.database()).isPositive();
            assertThat(s3.bucket()).startsWith("test-asksforall-");
        }
    }

    @Test
    void everyTypeIsGivenAndAllBelongsTogether() {
        InnerRun run = InnerRun.of(AsksForAll.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.succeeded()).isEqualTo(1);
    }

    @DevEnvironmentTest
    static class Answers {
        @Test
        void anAnswerLeavesByMail(InsightDesk insightDesk, Desk desk, MailCatcher mail) {
            assertThat(desk.mailboxes()
                            .create(NewMailbox.of("support@shop.example", "Support"))
                            .name())
                    .isEqualTo("Support");
            Ticket ticket = desk.tickets()
                    .create(NewTicket.builder("Printer on fire")
                            .requester("ada@example.com", "Ada")
                            .build());
            assertThat(desk.conversations()
                            .reply(ticket.id(), NewMessage.text("Use water."))
                            .text())
                    .isEqualTo("Use water.");
            assertThat(insightDesk.workers().runDue()).isPositive();

            assertThat(mail.awaitMail("ada@example.com", Duration.ofSeconds(20)).text())
                    .contains("Use water.");
        }
    }

    @Test
    void theHelpDeskSendsItsMailToTheMailbox() {
        InnerRun run = InnerRun.of(Answers.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.succeeded()).isEqualTo(1);
    }

    @DevEnvironmentTest
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class EverywhereTheSame {
        private final Desk ofConstructor;
        private String ofBeforeAll = "";

        EverywhereTheSame(Desk desk) {
            this.ofConstructor = desk;
        }

        @BeforeAll
        void beforeAll(PostgresEndpoint postgres) {
            ofBeforeAll = postgres.database();
        }

        @BeforeEach
        void beforeEach(PostgresEndpoint postgres) {
            assertThat(postgres.database()).isEqualTo(ofBeforeAll);
        }

        @Test
        void inATest(PostgresEndpoint postgres, TenantId tenant) {
            assertThat(postgres.database()).isEqualTo(ofBeforeAll);
            assertThat(ofConstructor.tenant()).isEqualTo(tenant);
        }

        @Nested
        @DevEnvironmentTest(migrated = false)
        class AlsoInANestedClass {
            @Test
            void inANestedTest(PostgresEndpoint postgres, TenantId tenant) {
                assertThat(postgres.database()).isEqualTo(ofBeforeAll);
                assertThat(ofConstructor.tenant()).isEqualTo(tenant);
            }
        }

        @AfterAll
        void afterAll(Desk desk) {
            assertThat(desk.tickets().list(TicketQuery.builder().build()).items())
                    .isEmpty();
        }
    }

    @Test
    void aClassHasTheSameThingsInItsConstructorItsMethodsAndItsNestedClasses() {
        InnerRun run = InnerRun.of(EverywhereTheSame.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.succeeded()).isEqualTo(2);
    }

    static class OnlyTheNestedOneAsks {
        static final Set<String> DATABASES = ConcurrentHashMap.newKeySet();

        @Test
        void aTestWithout() {}

        @Nested
        @DevEnvironmentTest
        class Asks {
            @Test
            void one(PostgresEndpoint postgres) {
                DATABASES.add(postgres.database());
            }

            @Test
            void another(PostgresEndpoint postgres) {
                DATABASES.add(postgres.database());
            }
        }
    }

    @Test
    void aNestedClassMayBeTheOnlyOneThatAsks() throws SQLException {
        InnerRun run = InnerRun.of(OnlyTheNestedOneAsks.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.succeeded()).isEqualTo(3);
        assertThat(OnlyTheNestedOneAsks.DATABASES).hasSize(1);
    }

    @DevEnvironmentTest(migrated = false)
    static class MigratesItself {
        @Test
        void theDatabaseIsEmpty(DataSource dataSource) throws SQLException {
            try (Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select to_regclass('insightdesk.ticket')")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString(1)).isNull();
            }
        }

        @Nested
        class Afterwards {
            @Test
            void theHelpDeskMigratesIt(Desk desk) {
                assertThat(desk.tickets().list(TicketQuery.builder().build()).items())
                        .isEmpty();
            }
        }
    }

    @Test
    void aHostThatMigratesByItselfGetsAnEmptyDatabase() {
        InnerRun run = InnerRun.of(MigratesItself.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.succeeded()).isEqualTo(2);
    }

    static class InAField {
        static final AtomicInteger CREATED = new AtomicInteger();

        @RegisterExtension
        static final DevEnvironmentExtension ENVIRONMENT = DevEnvironmentExtension.builder()
                .services(Service.POSTGRES)
                .insightDesk(builder -> builder.ticketListener(new TicketListener() {
                    @Override
                    public void created(Ticket ticket, Actor actor, Connection connection) {
                        CREATED.incrementAndGet();
                    }
                }))
                .build();

        private final MutableClock clock = ENVIRONMENT.clock();

        @BeforeAll
        static void theClassHasBegun() {
            assertThat(ENVIRONMENT.tenant()).isNotNull();
        }

        @Test
        void theFieldKnowsWhatParametersGet(PostgresEndpoint postgres, InsightDesk insightDesk) throws SQLException {
            assertThat(ENVIRONMENT.postgres()).isEqualTo(postgres);
            assertThat(databaseOf(ENVIRONMENT.dataSource())).isEqualTo(postgres.database());
            assertThat(ENVIRONMENT.insightDesk()).isSameAs(insightDesk);
            assertThat(ENVIRONMENT.mailCatcher().mails()).isEmpty();
            assertThat(ENVIRONMENT.valkey().database()).isPositive();
            assertThat(ENVIRONMENT.s3().bucket()).startsWith("test-inafield-");
            assertThat(ENVIRONMENT.clock()).isSameAs(clock);
            assertThat(clock.instant()).isBefore(Instant.now());
            Ticket ticket = ENVIRONMENT
                    .desk()
                    .tickets()
                    .create(NewTicket.builder("Listen")
                            .requester("ada@example.com", "Ada")
                            .build());
            assertThat(ticket.subject()).isEqualTo("Listen");
            assertThat(CREATED).hasPositiveValue();
        }
    }

    @Test
    void anExtensionInAFieldIsAskedDirectlyAndConfiguresTheHelpDesk() {
        InnerRun run = InnerRun.of(InAField.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.succeeded()).isEqualTo(1);
        assertThatThrownBy(InAField.ENVIRONMENT::dataSource)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("@RegisterExtension");
    }

    @DevEnvironmentTest
    static class AsksForSomethingElse {
        @Test
        void test(StringBuilder none) {
            assertThat(none).isNull();
        }
    }

    @Test
    void whatItDoesNotHaveIsLeftToOthers() {
        assertThat(InnerRun.of(AsksForSomethingElse.class).failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .isInstanceOf(ParameterResolutionException.class)
                        .hasMessageContaining("No ParameterResolver registered"));
    }
}
