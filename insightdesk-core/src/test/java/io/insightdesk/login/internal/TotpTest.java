package io.insightdesk.login.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpTest {

    private static final byte[] SEED = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

    /** Appendix B of RFC 6238, whose codes have two digits more before ours. */
    @ParameterizedTest
    @CsvSource({
        "59, 287082",
        "1111111109, 081804",
        "1111111111, 050471",
        "1234567890, 005924",
        "2000000000, 279037",
        "20000000000, 353130"
    })
    void codesAreThoseOfTheRfc(long seconds, String code) {
        assertThat(Totp.code(SEED, Totp.step(Instant.ofEpochSecond(seconds)))).isEqualTo(code);
    }

    @Test
    void aCodeIsTakenOneStepBeforeAndAfterItsOwn() {
        Instant now = Instant.ofEpochSecond(1_111_111_111);
        long step = Totp.step(now);
        for (long each = step - 3; each <= step + 3; each++) {
            assertThat(Totp.match(SEED, Totp.code(SEED, each), now).isPresent())
                    .as("%d steps off", each - step)
                    .isEqualTo(Math.abs(each - step) <= 1);
        }
        assertThat(Totp.match(SEED, "", now)).isEmpty();
        assertThat(Totp.match(SEED, "05047", now)).isEmpty();
    }
}
