package io.insightdesk.idempotency.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.idempotency.IdempotentRequest;
import io.insightdesk.idempotency.RememberedAnswer;
import io.insightdesk.internal.Scope;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.ScratchDatabase;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdempotencyFeatureIT {

    private static final IdempotentRequest REQUEST = new IdempotentRequest("agent:1 POST /tickets key-1", "hash");
    private static final RememberedAnswer CREATED =
            new RememberedAnswer(201, Map.of("Location", "/tickets/1"), "{\"number\":1}");

    private static ScratchDatabase scratch;
    private static int number;

    private final IdempotencyFeature idempotency = new IdempotencyFeature();
    private final AtomicInteger effects = new AtomicInteger();
    private Scope scope;

    @BeforeAll
    static void open() {
        scratch = ScratchDatabase.create();
    }

    @AfterAll
    static void close() {
        scratch.close();
    }

    @BeforeEach
    void prepare() {
        scope = scratch.scope(scratch.tenant("tenant-" + ++number));
    }

    private RememberedAnswer create(Scope inner) {
        effects.incrementAndGet();
        inner.run(tx -> tx.update("""
                insert into {schema}.tag (tenant_id, id, name, created_at)
                values (:tenant, gen_random_uuid(), 'made', now())
                """).execute());
        return CREATED;
    }

    @Test
    void aRepeatedRequestGetsTheSameAnswerWithoutTheEffect() {
        RememberedAnswer first = idempotency.remember(scope, REQUEST, this::create);
        RememberedAnswer second = idempotency.remember(scope, REQUEST, this::create);

        assertThat(first).isEqualTo(CREATED);
        assertThat(second).isEqualTo(CREATED);
        assertThat(effects).hasValue(1);
    }

    @Test
    void theSameKeyWithAnotherContentIsRefused() {
        idempotency.remember(scope, REQUEST, this::create);

        assertThatThrownBy(() -> idempotency.remember(
                        scope, new IdempotentRequest(REQUEST.scope(), "another hash"), this::create))
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.violations().get(0).code()).isEqualTo("idempotency_key_reused"));
        assertThat(effects).hasValue(1);
    }

    @Test
    void theSameKeyInAnotherTenantIsAnotherRequest() {
        TenantId other = scratch.tenant("other-" + ++number);
        idempotency.remember(scope, REQUEST, this::create);
        idempotency.remember(scratch.scope(other), REQUEST, this::create);

        assertThat(effects).hasValue(2);
    }

    @Test
    void aRequestThatIsUnderWayIsAConflict() throws Exception {
        CountDownLatch inEffect = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<RememberedAnswer> first = thread.submit(() -> idempotency.remember(scope, REQUEST, inner -> {
            inEffect.countDown();
            awaitQuietly(goOn);
            return create(inner);
        }));
        inEffect.await();

        assertThatThrownBy(() -> idempotency.remember(scope, REQUEST, this::create))
                .isInstanceOfSatisfying(
                        ConflictException.class, e -> assertThat(e.code()).isEqualTo("request_in_flight"));

        goOn.countDown();
        assertThat(first.get()).isEqualTo(CREATED);
        assertThat(idempotency.remember(scope, REQUEST, this::create)).isEqualTo(CREATED);
        assertThat(effects).hasValue(1);
        thread.shutdown();
    }

    @Test
    void anEffectThatFailedIsNotRememberedAndUndone() {
        assertThatThrownBy(() -> idempotency.remember(scope, REQUEST, inner -> {
                    create(inner);
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");

        assertThat(idempotency.remember(scope, REQUEST, this::create)).isEqualTo(CREATED);
        assertThat(effects).hasValue(2);
    }

    @Test
    void anAnswerOf500IsNotKept() {
        idempotency.remember(scope, REQUEST, inner -> new RememberedAnswer(503, Map.of(), ""));

        assertThat(idempotency.remember(scope, REQUEST, this::create)).isEqualTo(CREATED);
    }

    @Test
    void anAnswerIsForgottenAfterADay() {
        idempotency.remember(scope, REQUEST, inner -> CREATED);
        assertThat(idempotency.purge(scope)).isZero();

        scratch.clock().advance(IdempotencyFeature.KEPT_FOR);
        RememberedAnswer other = new RememberedAnswer(200, Map.of(), "");
        assertThat(idempotency.remember(scope, REQUEST, inner -> other)).isEqualTo(other);

        scratch.clock().advance(IdempotencyFeature.KEPT_FOR.plusSeconds(1));
        assertThat(idempotency.purge(scope)).isEqualTo(1);
        assertThat(idempotency.purge(scope)).isZero();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
