package io.insightdesk.event.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.devenv.servers.MutableClock;
import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.event.AuditCheck;
import io.insightdesk.event.AuditCheck.Kind;
import io.insightdesk.event.AuditCheck.Problem;
import io.insightdesk.event.AuditEntry;
import io.insightdesk.event.AuditPage;
import io.insightdesk.event.AuditQuery;
import io.insightdesk.event.Origin;
import io.insightdesk.identity.Permission;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.TicketSight;
import io.insightdesk.testing.Race;
import io.insightdesk.testing.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The threat: audit trail altered. Whoever tampers is the superuser of the database. */
class AuditIT {

    private static final Actor ANN = new Actor(ActorType.AGENT, new UUID(7, 7), "Ann Admin", "api");

    private static TestDatabase database;

    private EventFeature events;
    private Scope scope;

    @BeforeAll
    static void open() {
        database = TestDatabase.fresh();
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @BeforeEach
    void freshTenant() {
        events = database.events();
        scope = new Scope(
                database.newTenant(),
                ANN,
                Authority.ALL,
                database.database(),
                database.clock(),
                "request-1",
                new Origin("192.0.2.7", "curl/8"));
    }

    @Test
    void whoDidWhatToWhatFromWhereIsListedTheLatestFirst() {
        record("agent_created", Map.of("agentId", "a-1", "role", "admin"), Map.of("name", "Bob"));
        clock().advance(Duration.ofSeconds(1));
        record("team_changed", Map.of("teamId", "t-1", "name", Map.of("from", "A", "to", "B")), Map.of());

        List<AuditEntry> all = events.audit(scope).list(AuditQuery.all()).items();

        assertThat(all).extracting(AuditEntry::type).containsExactly("team_changed", "agent_created");
        AuditEntry first = all.get(1);
        assertThat(first.subject()).isEqualTo("a-1");
        assertThat(first.actor()).isEqualTo(ANN);
        assertThat(first.origin()).isEqualTo(new Origin("192.0.2.7", "curl/8"));
        assertThat(first.personal()).isEqualTo("{\"name\": \"Bob\"}");
        assertThat(first.payload()).contains("admin").doesNotContain("Bob");
        assertThat(first.requestId()).isEqualTo("request-1");
        assertThat(first.segment()).isNull();
        assertThat(all.get(0).personal()).isNull();
        assertThat(all.get(0).payload()).contains("\"from\": \"A\"");
    }

    @Test
    void theListIsFilteredByActorTypeSubjectAndTimeAndPaged() {
        Instant start = clock().instant();
        for (int i = 0; i < 5; i++) {
            record("agent_changed", Map.of("agentId", "a-" + i % 2), Map.of());
            clock().advance(Duration.ofSeconds(10));
        }
        Scope other = new Scope(scope.tenant(), Actor.system(), Authority.ALL, database.database(), clock(), null);
        database.database().run(other.tenant().value(), tx -> {
            events.append(tx, other, "team_created", Map.of("teamId", "t-1"));
            return true;
        });

        assertThat(list(AuditQuery.all())).hasSize(6);
        assertThat(list(AuditQuery.all().by(new UUID(7, 7)))).hasSize(5);
        assertThat(list(AuditQuery.all().type("team_created"))).hasSize(1);
        assertThat(list(AuditQuery.all().about("a-1"))).hasSize(2);
        assertThat(list(AuditQuery.all().between(start.plusSeconds(10), start.plusSeconds(30))))
                .hasSize(2);
        AuditPage first = events.audit(scope).list(AuditQuery.all().limit(4));
        assertThat(first.items()).hasSize(4);
        AuditPage second = events.audit(scope).list(AuditQuery.all().limit(4).after(first.nextCursor()));
        assertThat(second.items()).hasSize(2).doesNotContainAnyElementsOf(first.items());
        assertThat(second.nextCursor()).isNull();
        assertThatThrownBy(() ->
                        events.audit(scope).list(AuditQuery.all().type("x").after(first.nextCursor())))
                .hasMessageContaining("cursor");
    }

    @Test
    void anExportIsAllOfItAsLinesAndIsItselfRecorded() throws IOException {
        database.database().run(scope.tenant().value(), tx -> {
            for (int i = 0; i < 501; i++) {
                events.append(tx, scope, "agent_changed", Map.of("agentId", "a-" + i), Map.of("name", "Zoë"));
            }
            return true;
        });
        ByteArrayOutputStream target = new ByteArrayOutputStream();

        events.audit(scope).export(AuditQuery.all(), target);

        List<String> lines = target.toString(UTF_8).lines().toList();
        assertThat(lines).hasSize(502);
        assertThat(lines.get(0))
                .contains("audit_exported")
                .contains("Ann Admin")
                .contains("192.0.2.7");
        assertThat(lines).filteredOn(line -> line.contains("Zoë")).hasSize(501);
        assertThat(list(AuditQuery.all().type("audit_exported"))).hasSize(1);
    }

    @Test
    void nobodyReadsItWithoutThePermission() {
        Authority nearly =
                asked -> new Access(Set.of(Permission.AGENT_ADMIN, Permission.TENANT_ADMIN), TicketSight.ALL);
        Scope without = new Scope(scope.tenant(), ANN, nearly, database.database(), clock(), null);

        assertThatThrownBy(() -> events.audit(without).list(AuditQuery.all()))
                .isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> events.audit(without).verify(null, null)).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> events.audit(without).export(AuditQuery.all(), new ByteArrayOutputStream()))
                .isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void whatNobodyTouchedIsIntactAlsoWhenItIsSealedBySeveralAtOnce() throws Exception {
        database.database().run(scope.tenant().value(), tx -> {
            for (int i = 0; i < 1203; i++) {
                events.append(tx, scope, "agent_changed", Map.of("agentId", "a-" + i));
            }
            return true;
        });

        var unused = Race.of(4, () -> {
            events.seal(scope);
            return true;
        });

        AuditCheck check = verify();
        assertThat(check.problems()).isEmpty();
        assertThat(check.events()).isEqualTo(1203);
        assertThat(check.segments()).isEqualTo(3);
        assertThat(check.pending()).isZero();
        assertThat(check.head()).startsWith("3:");
        assertThat(list(AuditQuery.all())).extracting(AuditEntry::segment).containsOnly(3L);
    }

    @Test
    void anEventThatCommitsAfterLaterOnesWereSealedIsNotMissed() {
        List<AuditCheck> checks = new ArrayList<>();
        database.database().run(scope.tenant().value(), slow -> {
            events.append(slow, scope, "agent_changed", Map.of("agentId", "slow"));
            // Another transaction, begun later, commits and is sealed first.
            record("agent_changed", Map.of("agentId", "quick"), Map.of());
            events.seal(scope);
            checks.add(verify());
            return true;
        });
        events.seal(scope);

        assertThat(checks.get(0).events()).isEqualTo(1);
        assertThat(verify().events()).isEqualTo(2);
        assertThat(verify().intact()).isTrue();
    }

    @Test
    void erasingPersonalValuesWithTheirSaltLeavesTheTrailIntact() {
        threeSegments();
        database.database().run(scope.tenant().value(), tx -> {
            events.forget(tx, new UUID(7, 7));
            return true;
        });

        AuditCheck check = verify();

        assertThat(check.intact()).isTrue();
        assertThat(check.erased()).isEqualTo(6);
        AuditEntry erased = list(AuditQuery.all()).get(0);
        assertThat(erased.actor().name()).isEmpty();
        assertThat(erased.actor().id()).isEqualTo(ANN.id());
        assertThat(erased.personal()).isNull();
        assertThat(erased.origin()).isEqualTo(Origin.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    update event set payload = '{}'                          where id = $event | EVENT_ALTERED
                    update event set type = 'nothing_happened'               where id = $event | EVENT_ALTERED
                    update event set actor_id = gen_random_uuid()            where id = $event | EVENT_ALTERED
                    update event set subject = 'another'                     where id = $event | EVENT_ALTERED
                    update event set via = 'another'                         where id = $event | EVENT_ALTERED
                    update event set occurred_at = occurred_at + interval '1 ms' where id = $event | EVENT_ALTERED
                    update event set personal_hash = null                    where id = $event | EVENT_ALTERED
                    update event set ticket_id = id, ticket_seq = 1          where id = $event | EVENT_ALTERED
                    delete from event                                        where id = $event | EVENT_REMOVED
                    update event_personal set content = '{"actor":"Mallory"}' where event_id = $event | PERSONAL_ALTERED
                    update event_personal set salt = ''                      where event_id = $event | PERSONAL_ALTERED
                    insert into event (tenant_id, id, type, schema_version, payload, actor_type, actor_name, via, occurred_at, personal_hash) values ($tenant, gen_random_uuid(), 'agent_created', 1, '{}', 'system', '', 'java', '2026-01-15', '') | EVENT_INSERTED
                    update audit_entry set position = position + 10 where tenant_id = $tenant and segment = 2; update audit_entry set position = 13 - position where tenant_id = $tenant and segment = 2 | SEGMENT_ALTERED
                    update audit_entry set hash = sha256('')                 where event_id = $event | SEGMENT_ALTERED
                    update audit_entry set mac = sha256('')                  where event_id = $event | EVENT_INSERTED
                    update audit_entry set segment = null, position = null   where event_id = $event | SEGMENT_ALTERED
                    delete from audit_entry                                  where event_id = $event | SEGMENT_ALTERED
                    delete from audit_entry                                  where event_id = $event | EVENT_INSERTED
                    update audit_entry set segment = 3, position = 9         where event_id = $event | SEGMENT_ALTERED
                    update audit_segment set root_hash = sha256('')          where seq = 2 | SEGMENT_ALTERED
                    update audit_segment set mac = sha256('')                where seq = 2 | SEGMENT_ALTERED
                    update audit_segment set last_at = last_at + interval '1 day' where seq = 2 | SEGMENT_ALTERED
                    update audit_segment set sealed_at = now()               where seq = 2 | SEGMENT_ALTERED
                    delete from audit_segment                                where seq = 2 | SEGMENT_REMOVED
                    delete from audit_segment                                where seq = 1 | SEGMENT_REMOVED
                    delete from audit_segment                                where seq = 3 | SEGMENT_REMOVED
                    """)
    void everyKindOfTamperingIsFound(String harm, Kind kind) {
        UUID event = threeSegments();
        assertThat(verify().intact()).isTrue();

        tamper(harm, event);

        assertThat(verify().problems()).extracting(Problem::kind).contains(kind);
    }

    @Test
    void whoeverAltersAnEventAndItsHashesIsGivenAwayByTheSignature() {
        UUID event = threeSegments();

        tamper("update event set payload = '{}' where id = $event", event);
        tamper(
                "update audit_entry a set hash = audit_hash(e) from event e where e.id = a.event_id and a.event_id = $event",
                event);
        tamper(
                "update audit_segment s set root_hash = (select sha256(string_agg(hash, ''::bytea order by position)) from audit_entry a "
                        + "where a.tenant_id = s.tenant_id and a.segment = 2) where seq = 2",
                event);

        assertThat(verify().problems())
                .containsExactly(
                        new Problem(Kind.SEGMENT_ALTERED, 2L, null),
                        new Problem(Kind.EVENT_INSERTED, 2L, event),
                        new Problem(Kind.SEGMENT_ALTERED, 3L, null));
    }

    /** Nobody without the integrity keys can have the library seal what it did not record. */
    @Test
    void aForgedEventIsFoundBeforeAndAfterItIsSealed() {
        threeSegments();
        UUID forged = new UUID(7, 8);

        tamper("""
                insert into event (tenant_id, id, type, schema_version, payload, actor_type, actor_name, via, occurred_at)
                values ($tenant, $event, 'agent_created', 1, '{}', 'system', '', 'java', '2026-01-15');
                insert into audit_entry (tenant_id, event_id, hash, mac)
                select tenant_id, id, audit_hash(e), sha256('guess') from event e where id = $event""", forged);

        assertThat(verify().problems()).containsExactly(new Problem(Kind.EVENT_INSERTED, null, forged));
        events.seal(scope);
        assertThat(verify().problems()).containsExactly(new Problem(Kind.EVENT_INSERTED, 4L, forged));
    }

    @Test
    void anEventThatIsAlteredBeforeItIsSealedIsFound() {
        record("agent_changed", Map.of("agentId", "a-1"), Map.of());
        UUID event = list(AuditQuery.all()).get(0).id().value();

        tamper("update event set payload = '{}' where id = $event", event);

        assertThat(verify().problems()).containsExactly(new Problem(Kind.EVENT_ALTERED, null, event));
        events.seal(scope);
        assertThat(verify().problems()).containsExactly(new Problem(Kind.EVENT_ALTERED, 1L, event));
    }

    @Test
    void anEndThatIsCutOffAsAWholeIsFoundByAHeadThatIsKeptElsewhere() {
        threeSegments();
        String head = requireNonNull(verify().head());
        assertThat(events.audit(scope).verify(head).intact()).isTrue();

        tamper("""
                delete from event where id in (select event_id from audit_entry where tenant_id = $tenant and segment = 3);
                delete from audit_entry where tenant_id = $tenant and segment = 3;
                delete from audit_segment where tenant_id = $tenant and seq = 3""", new UUID(0, 0));

        assertThat(verify().intact()).isTrue();
        assertThat(events.audit(scope).verify(head).problems())
                .containsExactly(new Problem(Kind.SEGMENT_REMOVED, 3L, null));
        record("agent_changed", Map.of("agentId", "a-4"), Map.of());
        events.seal(scope);
        assertThat(events.audit(scope).verify(head).problems())
                .containsExactly(new Problem(Kind.SEGMENT_ALTERED, 3L, null));
        assertThatThrownBy(() -> events.audit(scope).verify("3")).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void anotherTenantsTrailIsNeitherSeenNorTouched() throws IOException {
        threeSegments();
        Scope other = new Scope(database.newTenant(), ANN, Authority.ALL, database.database(), clock(), null);
        ByteArrayOutputStream exported = new ByteArrayOutputStream();

        assertThat(events.audit(other).list(AuditQuery.all()).items()).isEmpty();
        assertThat(events.audit(other).verify(null, null)).isEqualTo(new AuditCheck(0, 0, 0, 0, 0, List.of(), null));
        events.audit(other).export(AuditQuery.all(), exported);
        assertThat(exported.toString(UTF_8).lines()).hasSize(1).allMatch(line -> line.contains("audit_exported"));
        database.database().run(other.tenant().value(), tx -> {
            events.forget(tx, new UUID(7, 7));
            return true;
        });
        assertThat(verify().erased()).isZero();
        String cursor = requireNonNull(
                events.audit(scope).list(AuditQuery.all().limit(1)).nextCursor());
        assertThatThrownBy(() -> events.audit(other).list(AuditQuery.all().after(cursor)))
                .hasMessageContaining("cursor");
        tamper(
                "update audit_entry set tenant_id = '" + other.tenant() + "' where event_id = $event",
                list(AuditQuery.all()).get(0).id().value());
        assertThat(events.audit(other).verify(null, null).problems()).isNotEmpty();
    }

    @Test
    void theTrailCanBeVerifiedWhileItGrows() throws Exception {
        AtomicBoolean writes = new AtomicBoolean();
        List<AuditCheck> checks = new CopyOnWriteArrayList<>();
        long until = System.nanoTime() + Duration.ofSeconds(1).toNanos();

        var unused = Race.of(3, () -> {
            if (writes.compareAndSet(false, true)) {
                while (System.nanoTime() < until) {
                    record("agent_changed", Map.of("agentId", "a-1"), Map.of("name", "Bob"));
                    events.seal(scope);
                }
            } else {
                while (System.nanoTime() < until) {
                    checks.add(verify());
                }
            }
            return true;
        });

        assertThat(checks).isNotEmpty().allMatch(AuditCheck::intact);
        assertThat(verify().segments()).isPositive();
    }

    @Test
    void anEventThatIsRemovedBeforeItIsSealedIsMissed() {
        record("agent_changed", Map.of("agentId", "a-1"), Map.of());
        UUID event = list(AuditQuery.all()).get(0).id().value();

        tamper("delete from event where id = $event", event);
        events.seal(scope);

        assertThat(verify().problems()).containsExactly(new Problem(Kind.EVENT_REMOVED, null, event));
    }

    @Test
    void aPartOfTheTrailIsVerifiedByItsTime() {
        Instant start = clock().instant();
        UUID event = threeSegments();
        tamper("update event set payload = '{}' where id = $event", event);

        assertThat(events.audit(scope).verify(null, start.plusSeconds(30)).intact())
                .isTrue();
        assertThat(events.audit(scope).verify(start.plusSeconds(110), null).intact())
                .isTrue();
        AuditCheck middle = events.audit(scope).verify(start.plusSeconds(60), start.plusSeconds(80));
        assertThat(middle.segments()).isEqualTo(1);
        assertThat(middle.problems()).containsExactly(new Problem(Kind.EVENT_ALTERED, 2L, event));
    }

    @Test
    void theWorkRoleCannotTamper() {
        threeSegments();

        for (String harm : List.of(
                "update {schema}.event set payload = '{}'",
                "delete from {schema}.event",
                "update {schema}.event_personal set content = '{}'",
                "delete from {schema}.audit_entry",
                "update {schema}.audit_entry set hash = ''",
                "update {schema}.audit_entry set mac = ''",
                "update {schema}.audit_segment set mac = ''",
                "delete from {schema}.audit_segment")) {
            assertThatThrownBy(() -> database.database()
                            .run(scope.tenant().value(), tx -> tx.update(harm).execute()))
                    .as(harm)
                    .hasStackTraceContaining("permission denied");
        }
        assertThat(verify().intact()).isTrue();
    }

    @Test
    void whatARuleTookAwayIsMissedByNobodyAndTheRestStaysChained() {
        Instant start = clock().instant();
        threeSegments();
        String first = headAt(start.plusSeconds(30));
        String second = headAt(start.plusSeconds(90));
        String last = requireNonNull(verify().head());

        assertThat(retire(start.plusSeconds(90))).isEqualTo(4);

        assertThat(list(AuditQuery.all())).extracting(AuditEntry::subject).containsExactly("b-3", "a-3");
        AuditCheck check = verify();
        assertThat(check.problems()).isEmpty();
        assertThat(check.retired()).isEqualTo(2);
        assertThat(check.segments()).isEqualTo(1);
        assertThat(events.audit(scope).verify(start, null).problems()).isEmpty();
        assertThat(events.audit(scope).verify(last).problems()).isEmpty();
        assertThat(events.audit(scope).verify(second).problems()).isEmpty();
        assertThatThrownBy(() -> events.audit(scope).verify(first))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("segment 2 or later");
        assertThat(events.audit(scope).verify("2:" + "0".repeat(64)).problems())
                .containsExactly(new Problem(Kind.SEGMENT_ALTERED, 2L, null));
        assertThat(retire(start.plusSeconds(90))).isZero();
    }

    @Test
    void aTrailThatWasTakenAwayAsAWholeGoesOnWhereItWas() {
        threeSegments();
        String last = requireNonNull(verify().head());

        assertThat(retire(clock().instant())).isEqualTo(6);
        assertThat(verify()).isEqualTo(new AuditCheck(0, 0, 0, 0, 3, List.of(), null));

        record("agent_changed", Map.of("agentId", "a-4"), Map.of());
        events.seal(scope);
        AuditCheck check = events.audit(scope).verify(last);
        assertThat(check.problems()).isEmpty();
        assertThat(check.head()).startsWith("4:");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    delete from audit_retired where tenant_id = $tenant                          | SEGMENT_REMOVED | 1
                    update audit_retired set mac = sha256('') where tenant_id = $tenant          | SEGMENT_REMOVED | 1
                    update audit_retired set hash = sha256('') where tenant_id = $tenant         | SEGMENT_REMOVED | 1
                    update audit_retired set seq = 2 where tenant_id = $tenant; set insightdesk.tenant = $tenant; select retire_audit_segments(2) | SEGMENT_REMOVED | 1
                    set insightdesk.tenant = $tenant; select retire_audit_segments(2)            | SEGMENT_REMOVED | 2
                    """)
    void whoeverTakesMoreAwayThanARuleDidIsFound(String harm, Kind kind, long segment) {
        Instant start = clock().instant();
        threeSegments();
        assertThat(retire(start.plusSeconds(30))).isEqualTo(2);
        assertThat(verify().intact()).isTrue();

        tamper(harm, new UUID(0, 0));

        assertThat(verify().problems()).contains(new Problem(kind, segment, null));
    }

    @Test
    void theTrailCanBeVerifiedWhileItsBeginningIsTakenAway() throws Exception {
        for (int i = 0; i < 40; i++) {
            record("agent_changed", Map.of("agentId", "a-1"), Map.of("name", "Bob"));
            events.seal(scope);
            clock().advance(Duration.ofSeconds(1));
        }
        Instant end = clock().instant();
        List<AuditCheck> checks = new CopyOnWriteArrayList<>();
        AtomicBoolean retires = new AtomicBoolean();
        AtomicBoolean done = new AtomicBoolean();

        var unused = Race.of(3, () -> {
            if (retires.compareAndSet(false, true)) {
                try {
                    for (int i = 40; i > 0; i--) {
                        retire(end.minusSeconds(i));
                    }
                } finally {
                    done.set(true);
                }
            } else {
                do {
                    checks.add(verify());
                } while (!done.get());
            }
            return true;
        });

        assertThat(checks)
                .isNotEmpty()
                .allSatisfy(check -> assertThat(check.problems()).isEmpty());
        assertThat(verify().retired()).isGreaterThan(30);
    }

    @Test
    void aTenantsBeginningGoesAndNotThatOfAnother() {
        threeSegments();
        Scope other = new Scope(database.newTenant(), ANN, Authority.ALL, database.database(), clock(), null);

        int gone = database.database()
                .run(other.tenant().value(), tx -> events.retireAudit(tx, clock().instant(), clock().instant()));

        assertThat(gone).isZero();
        assertThat(verify().events()).isEqualTo(6);
    }

    @Test
    void personalValuesThatAreOldGoAndTheEventsStay() {
        Instant start = clock().instant();
        threeSegments();

        int erased = database.database()
                .run(scope.tenant().value(), tx -> events.forgetPersonalBefore(tx, start.plusSeconds(30), 100));

        assertThat(erased).isEqualTo(2);
        AuditCheck check = verify();
        assertThat(check.problems()).isEmpty();
        assertThat(check.erased()).isEqualTo(2);
        assertThat(check.events()).isEqualTo(6);
        assertThat(list(AuditQuery.all().about("a-1")).get(0).actor().name()).isEmpty();
        assertThat(list(AuditQuery.all().about("a-2")).get(0).actor().name()).isEqualTo("Ann Admin");
    }

    private String headAt(Instant to) {
        return requireNonNull(events.audit(scope).verify(null, to).head());
    }

    private int retire(Instant before) {
        int total = 0;
        int gone;
        do {
            gone = database.database()
                    .run(scope.tenant().value(), tx -> events.retireAudit(tx, before, clock().instant()));
            total += gone;
        } while (gone > 0);
        return total;
    }

    /** Three segments of two events, a minute apart; answers the first event of the second. */
    private UUID threeSegments() {
        for (int segment = 1; segment <= 3; segment++) {
            record("agent_changed", Map.of("agentId", "a-" + segment), Map.of("name", "Bob"));
            record("agent_changed", Map.of("agentId", "b-" + segment), Map.of("name", "Bob"));
            events.seal(scope);
            clock().advance(Duration.ofMinutes(1));
        }
        return list(AuditQuery.all().about("a-2")).get(0).id().value();
    }

    private void tamper(String harm, UUID event) {
        database.execute("set search_path = insightdesk, pg_catalog; "
                + harm.replace("$event", "'" + event + "'").replace("$tenant", "'" + scope.tenant() + "'"));
    }

    private void record(String type, Map<String, ?> payload, Map<String, ?> personal) {
        database.database().run(scope.tenant().value(), tx -> {
            events.append(tx, scope, type, payload, personal);
            return true;
        });
    }

    private List<AuditEntry> list(AuditQuery query) {
        return events.audit(scope).list(query).items();
    }

    private AuditCheck verify() {
        return events.audit(scope).verify(null, null);
    }

    private static MutableClock clock() {
        return database.clock();
    }
}
