package io.insightdesk.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.internal.db.SeenPosition;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.InMemorySigner;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReadPositionsTest {

    private final ReadPositions positions = new ReadPositions(new InMemorySigner());
    private final TenantId tenant = new TenantId(UUID.randomUUID());

    @Test
    void whatIsWrittenIsReadAgain() {
        for (long position : new long[] {0, 1, 0x1_6B3A_2F40L, Long.MAX_VALUE}) {
            assertThat(positions.read(tenant, positions.write(tenant, position)))
                    .isEqualTo(position);
        }
    }

    @Test
    void whatWasChangedOrIsAnothersCountsAsNone() {
        String text = positions.write(tenant, 0x1_6B3A_2F40L);
        long high = tenant.value().getMostSignificantBits();
        long low = tenant.value().getLeastSignificantBits();
        for (UUID other : new UUID[] {UUID.randomUUID(), new UUID(high, low ^ 1), new UUID(high ^ 1, low)}) {
            assertThat(positions.read(new TenantId(other), text))
                    .as("%s", other)
                    .isEqualTo(SeenPosition.UNKNOWN);
        }
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 1;
            assertThat(positions.read(
                            tenant, Base64.getUrlEncoder().withoutPadding().encodeToString(changed)))
                    .as("byte " + i)
                    .isEqualTo(SeenPosition.UNKNOWN);
        }
        for (String other : new String[] {"", "AAAA", "not base64!", "A".repeat(501), text + "AAAA"}) {
            assertThat(positions.read(tenant, other)).as(other).isEqualTo(SeenPosition.UNKNOWN);
        }
    }

    @Test
    void itDoesNotTellHowMuchTheClusterHasWritten() {
        String once = positions.write(tenant, 0x1_6B3A_2F40L);
        assertThat(once).isNotEqualTo(positions.write(tenant, 0x1_6B3A_2F40L)).hasSizeLessThanOrEqualTo(500);
        assertThat(HexFormat.of().formatHex(Base64.getUrlDecoder().decode(once)))
                .doesNotContain("000000016b3a2f40");
    }
}
