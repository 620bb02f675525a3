package io.insightdesk.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.db.Transactions;
import io.insightdesk.internal.db.TxWork;
import io.insightdesk.tenant.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RefusalsTest {

    private static final TenantId TENANT = new TenantId(UUID.fromString("0190d7a2-5e3f-7c1a-9b7d-000000000001"));
    private static final UUID ANN = UUID.fromString("0190d7a2-5e3f-7c1a-9b7d-00000000000a");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final List<String> lines = new ArrayList<>();
    private final Refusals refusals = new Refusals(nanos::get, lines::add);
    private final Authority reads =
            refusals.logged(scope -> new Access(Set.of(Permission.TICKET_READ), TicketSight.ALL));

    @Test
    void aRefusalIsLoggedByIdentifiersAloneAndWhatIsAllowedIsNot() {
        Scope ann = scope(ANN, "req-1");
        ann.require(Permission.TICKET_READ);
        assertThat(lines).isEmpty();
        refuse(ann, Permission.TICKET_CREATE);
        assertThat(lines)
                .containsExactly("access_denied permission=ticket:create actor=agent:" + ANN + " tenant=" + TENANT
                        + " request=req-1");
        assertThat(lines.toString()).doesNotContain("Ann", "ann@shop.example");
    }

    @Test
    void aFloodIsALineAMinuteAndNothingOfItIsLost() {
        Scope ann = scope(ANN, null);
        for (int i = 0; i < 1_000; i++) {
            refuse(ann, Permission.TICKET_CREATE);
            refuse(ann, Permission.TICKET_UPDATE);
        }
        assertThat(lines).hasSize(2);
        nanos.addAndGet(Duration.ofSeconds(61).toNanos());
        refuse(ann, Permission.TICKET_CREATE);
        assertThat(lines).hasSize(4);
        assertThat(lines.subList(2, 4))
                .anySatisfy(line -> assertThat(line).contains("ticket:create").endsWith("before=999"))
                .anySatisfy(line -> assertThat(line).contains("ticket:update").endsWith("before=999"));
        refuse(ann, Permission.TICKET_CREATE);
        assertThat(lines).hasSize(4);
        refusals.close();
        assertThat(lines).hasSize(5).last().asString().endsWith("before=1");
    }

    @Test
    void manyActorsShareALineWhenTheyAreTooMany() {
        for (int i = 0; i < Refusals.MAX_KNOWN + 500; i++) {
            refuse(scope(new UUID(7, i), null), Permission.TICKET_CREATE);
        }
        assertThat(lines).hasSize(Refusals.MAX_KNOWN + 1).last().asString().contains("actor=several tenant=several");
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        refuse(scope(ANN, null), Permission.TICKET_CREATE);
        assertThat(lines.subList(Refusals.MAX_KNOWN + 1, lines.size()))
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).contains("several").endsWith("before=499"))
                .anySatisfy(line -> assertThat(line).contains(ANN.toString()));
    }

    @Test
    void aRequestsIdCannotForgeALine() {
        refuse(scope(ANN, "x\r\naccess_denied permission=none " + "y".repeat(500)), Permission.TICKET_CREATE);
        assertThat(lines)
                .singleElement()
                .asString()
                .contains("request=x__access_denied_permission=none_y")
                .hasSizeLessThan(400)
                .doesNotContain("\n");
    }

    private static void refuse(Scope scope, Permission permission) {
        assertThatThrownBy(() -> scope.require(permission)).isInstanceOf(AccessDeniedException.class);
    }

    private Scope scope(UUID agent, @Nullable String requestId) {
        return new Scope(
                TENANT,
                new Actor(ActorType.AGENT, agent, "Ann <ann@shop.example>", "api"),
                reads,
                new NoTransactions(),
                Clock.systemUTC(),
                requestId);
    }

    private static final class NoTransactions implements Transactions {
        @Override
        public <T extends @Nullable Object> T run(UUID tenant, TxWork<T> work) {
            throw new AssertionError("nothing is run");
        }

        @Override
        public boolean joinsAnother() {
            return false;
        }
    }
}
