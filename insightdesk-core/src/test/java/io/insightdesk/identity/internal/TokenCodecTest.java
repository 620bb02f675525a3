package io.insightdesk.identity.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.identity.ApiTokenId;
import io.insightdesk.tenant.TenantId;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TokenCodecTest {

    private final Random random = new Random(7);

    @Test
    void readsWhatItWroteAndAlwaysMatchesThePattern() {
        for (int i = 0; i < 1000; i++) {
            TokenCodec.Parts parts = parts();
            String text = TokenCodec.write(parts);

            assertThat(text).matches("idk_[0-9A-Za-z]{92}");
            assertThat(TokenCodec.read(text)).hasValueSatisfying(read -> same(read, parts));
        }
    }

    @Test
    void keepsLeadingZerosAndTheGreatestValues() {
        for (byte value : new byte[] {0, -1}) {
            byte[] secret = new byte[TokenCodec.SECRET_BYTES];
            Arrays.fill(secret, value);
            UUID id = new UUID(value, value);
            TokenCodec.Parts parts = new TokenCodec.Parts(new TenantId(id), new ApiTokenId(id), secret);

            assertThat(TokenCodec.read(TokenCodec.write(parts))).hasValueSatisfying(read -> same(read, parts));
        }
    }

    @Test
    void noCharacterCanBeMistyped() {
        String text = TokenCodec.write(parts());
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == 'x' ? 'y' : 'x';
            assertThat(TokenCodec.read(text.substring(0, i) + other + text.substring(i + 1)))
                    .as("character %s", i)
                    .isEmpty();
        }
    }

    @Test
    void refusesEverythingElse() {
        String text = TokenCodec.write(parts());
        assertThat(TokenCodec.read("")).isEmpty();
        assertThat(TokenCodec.read("idk_")).isEmpty();
        assertThat(TokenCodec.read(text + "0")).isEmpty();
        assertThat(TokenCodec.read(text.substring(1))).isEmpty();
        assertThat(TokenCodec.read("idk_" + "z".repeat(92))).isEmpty();
        assertThat(TokenCodec.read("idk_" + "ü".repeat(92))).isEmpty();
    }

    private TokenCodec.Parts parts() {
        byte[] secret = new byte[TokenCodec.SECRET_BYTES];
        random.nextBytes(secret);
        return new TokenCodec.Parts(
                new TenantId(new UUID(random.nextLong(), random.nextLong())),
                new ApiTokenId(new UUID(random.nextLong(), random.nextLong())),
                secret);
    }

    private static void same(TokenCodec.Parts read, TokenCodec.Parts written) {
        assertThat(read.tenant()).isEqualTo(written.tenant());
        assertThat(read.token()).isEqualTo(written.token());
        assertThat(read.secret()).isEqualTo(written.secret());
    }
}
