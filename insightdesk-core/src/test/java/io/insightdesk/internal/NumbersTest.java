package io.insightdesk.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violation;
import io.insightdesk.error.Violations;
import io.insightdesk.tenant.TenantSettings;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.ticket.TicketChange;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {

    @ParameterizedTest
    @ValueSource(strings = {"1e131000", "1e-131000", "-1e351", "1e-351", "1e2147483647", "1e-2147483647"})
    void aShortNumberThatIsLongWrittenOutIsRefusedWhereItIs(String text) {
        refused(new BigDecimal(text));
    }

    @Test
    void aLongNumberIsRefused() {
        refused(new BigDecimal("1".repeat(310)));
        refused(new BigInteger("9".repeat(309)));
    }

    @Test
    @Timeout(20)
    void anIntegerOfManyMillionDigitsIsRefusedWithoutBeingWrittenOut() {
        var violations = new Violations();
        Numbers.check(violations, "", BigInteger.ONE.shiftLeft(200_000_000));
        assertThatThrownBy(violations::throwIfAny).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void whatJsonHasNoNumberForIsRefused() {
        refused(Double.NaN);
        refused(Double.NEGATIVE_INFINITY);
        refused(Float.POSITIVE_INFINITY);
    }

    @Test
    void everyDoubleAndAllOrdinaryNumbersAreTaken() {
        for (Number number : List.of(
                0,
                -1L,
                Long.MIN_VALUE,
                Double.MAX_VALUE,
                Double.MIN_VALUE,
                BigDecimal.valueOf(Double.MAX_VALUE),
                BigDecimal.valueOf(Double.MIN_VALUE),
                new BigDecimal("-1e308"),
                new BigDecimal("1e-350"),
                new BigDecimal("1".repeat(309) + "." + "1".repeat(350)),
                new BigInteger("-" + "9".repeat(308)))) {
            assertThat(NewTicket.builder("x")
                            .requester("a@b.example", null)
                            .customField("n", number)
                            .build()
                            .customFields())
                    .containsEntry("n", number);
            assertThat(new TenantSettings(null, true, Map.of("n", number)).hostSettings())
                    .containsEntry("n", number);
        }
    }

    private static void refused(Number number) {
        refused(
                "/customFields/n",
                () -> NewTicket.builder("x")
                        .requester("a@b.example", null)
                        .customField("n", number)
                        .build());
        refused(
                "/customFields/n",
                () -> TicketChange.builder().customField("n", number).build());
        refused("/hostSettings/a~1b/1/n", () -> {
            TenantSettings unused = new TenantSettings(null, true, Map.of("a/b", List.of("x", Map.of("n", number))));
        });
    }

    private static void refused(String pointer, ThrowingCallable attempt) {
        assertThatThrownBy(attempt)
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.violations())
                                .extracting(Violation::pointer, Violation::code)
                                .containsExactly(tuple(pointer, "out_of_range")));
    }
}
