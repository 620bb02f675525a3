package io.insightdesk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.ApiToken;
import io.insightdesk.identity.ApiTokenQuery;
import io.insightdesk.identity.IssuedToken;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Role;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.ticket.Ticket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whoever is refused something is in the log of security events. */
class RefusedAccessIT {

    private final Logger security = (Logger) LoggerFactory.getLogger("io.insightdesk.security");
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    @BeforeEach
    void listen() {
        appender.start();
        security.addAppender(appender);
    }

    @AfterEach
    void leave() {
        security.detachAppender(appender);
    }

    @Test
    void eachWayOfBeingRefusedIsLoggedOnceAMinute() {
        try (TestDatabase database = TestDatabase.fresh();
                InsightDesk insightDesk =
                        InsightDesk.builder().dataSource(database.dataSource()).build()) {
            Desk system = insightDesk.tenant(database.tenant()).as(Actor.system());
            Agent viewer = system.agents().create(NewAgent.of("Vera", "vera@shop.example", Role.VIEWER));
            IssuedToken token = system.apiTokens().create(NewApiToken.of("viewing", Role.VIEWER));
            ApiToken made = token.token();
            Ticket ticket = system.tickets().create(Shop.ticket("Seen"));
            Desk vera = insightDesk.tenant(database.tenant()).as(viewer.actor()).withRequestId("req-7");
            Desk program = insightDesk.desk(
                    insightDesk.authenticate(token.secret().reveal()).orElseThrow());
            assertThat(vera.tickets().get(ticket.id())).isEqualTo(ticket);
            assertThat(lines()).isEmpty();

            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(() -> vera.tickets().create(Shop.ticket("Mine")))
                        .isInstanceOf(AccessDeniedException.class);
                assertThatThrownBy(() -> program.apiTokens().list(ApiTokenQuery.all()))
                        .isInstanceOf(AccessDeniedException.class);
            }

            String tenant = " tenant=" + database.tenant();
            assertThat(lines())
                    .hasSize(2)
                    .anySatisfy(line -> assertThat(line)
                            .isEqualTo("access_denied permission=ticket:create actor=agent:" + viewer.id() + tenant
                                    + " request=req-7"))
                    .anySatisfy(line -> assertThat(line).contains("actor=api_token:" + made.id(), tenant));
            assertThat(appender.list).allMatch(event -> event.getLevel() == Level.WARN);
        }
        assertThat(appender.list)
                .as("what was counted only is told at the end")
                .hasSize(4)
                .filteredOn(event -> event.getFormattedMessage().endsWith("before=19"))
                .hasSize(2);
    }

    private List<String> lines() {
        return new ArrayList<>(appender.list)
                .stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
