package io.insightdesk.key.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.UnavailableException;
import io.insightdesk.key.EncryptionKey;
import io.insightdesk.key.EncryptionKeys;
import io.insightdesk.testing.SecretsSeen;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The threat: secrets at rest. */
class SecretBoxTest {

    private static final UUID TENANT = new UUID(1, 1);
    private static final byte[] PLAIN =
            SecretsSeen.secret("hunter2-is-the-password").getBytes(UTF_8);

    private final SecretBox box = new SecretBox(EncryptionKeys.of(key("k1", 1)));

    @Test
    void whatIsSealedOpensAndDoesNotShow() {
        byte[] sealed = box.seal(TENANT, "mailbox.password", PLAIN);

        assertThat(box.open(TENANT, "mailbox.password", sealed)).isEqualTo(PLAIN);
        assertThat(new String(sealed, ISO_8859_1)).doesNotContain("hunter2");
        assertThat(box.seal(TENANT, "mailbox.password", PLAIN)).isNotEqualTo(sealed);
        assertThat(box.open(TENANT, "mailbox.password", box.seal(TENANT, "mailbox.password", new byte[0])))
                .isEmpty();
    }

    @Test
    void aSecretCopiedToAnotherTenantOrPurposeDoesNotOpen() {
        byte[] sealed = box.seal(TENANT, "mailbox.password", PLAIN);

        assertCode("secret_unreadable", () -> box.open(new UUID(1, 2), "mailbox.password", sealed));
        assertCode("secret_unreadable", () -> box.open(TENANT, "webhook.secret", sealed));
    }

    /** What the host's keys let through, the box itself finds. */
    @Test
    void aSecretCopiedToAnotherTenantOrPurposeDoesNotOpenEvenWhereTheHostsKeysIgnoreTheContext() {
        SecretBox careless = new SecretBox(new CarelessKeys());
        byte[] sealed = careless.seal(TENANT, "mailbox.password", PLAIN);

        assertThat(careless.open(TENANT, "mailbox.password", sealed)).isEqualTo(PLAIN);
        assertCode("secret_unreadable", () -> careless.open(new UUID(1, 2), "mailbox.password", sealed));
        assertCode("secret_unreadable", () -> careless.open(TENANT, "webhook.secret", sealed));
    }

    @Test
    void everyAlteredBitAndEveryCutIsFound() {
        byte[] sealed = box.seal(TENANT, "mailbox.password", PLAIN);

        for (int i = 0; i < sealed.length; i++) {
            byte[] altered = sealed.clone();
            altered[i] ^= 1;
            assertThatThrownBy(() -> box.open(TENANT, "mailbox.password", altered))
                    .isInstanceOf(UnavailableException.class);
            byte[] cut = Arrays.copyOf(sealed, i);
            assertCode("secret_unreadable", () -> box.open(TENANT, "mailbox.password", cut));
        }
    }

    @Test
    void anOlderKeyOpensUntilItIsTakenAway() {
        byte[] sealed = box.seal(TENANT, "mailbox.password", PLAIN);
        SecretBox rotated = new SecretBox(EncryptionKeys.of(key("k2", 2), key("k1", 1)));

        assertThat(rotated.open(TENANT, "mailbox.password", sealed)).isEqualTo(PLAIN);
        byte[] anew = rotated.seal(TENANT, "mailbox.password", PLAIN);
        assertCode("encryption_key_unknown", () -> box.open(TENANT, "mailbox.password", anew));
        assertThatThrownBy(() -> box.open(TENANT, "mailbox.password", anew))
                .hasMessageContaining("'k2'")
                .hasMessageContaining("ENCRYPTION_KEY_PREVIOUS");
    }

    @Test
    void anotherKeyUnderTheSameIdDoesNotOpen() {
        byte[] sealed = box.seal(TENANT, "mailbox.password", PLAIN);

        SecretBox other = new SecretBox(EncryptionKeys.of(key("k1", 9)));

        assertCode("secret_unreadable", () -> other.open(TENANT, "mailbox.password", sealed));
    }

    @Test
    void withoutAKeyNothingIsKeptAndTheErrorSaysWhatToSet() {
        SecretBox none = new SecretBox(null);

        assertCode("encryption_key_missing", () -> none.seal(TENANT, "mailbox.password", PLAIN));
        assertThatThrownBy(() -> none.seal(TENANT, "mailbox.password", PLAIN))
                .hasMessageContaining("encryptionKeys(")
                .hasMessageContaining("ENCRYPTION_KEY");
    }

    private static void assertCode(String code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(UnavailableException.class, failure -> {
            assertThat(failure.code()).isEqualTo(code);
            StringWriter everything = new StringWriter();
            failure.printStackTrace(new PrintWriter(everything));
            assertThat(everything.toString()).doesNotContain("hunter2");
        });
    }

    static EncryptionKey key(String id, int fill) {
        byte[] bytes = new byte[EncryptionKey.BYTES];
        Arrays.fill(bytes, (byte) fill);
        return new EncryptionKey(id, bytes);
    }

    /** Of a host that forgot what the context is for. */
    private static final class CarelessKeys implements EncryptionKeys {

        private final EncryptionKeys keys = EncryptionKeys.of(key("k1", 1));

        @Override
        public String currentId() {
            return keys.currentId();
        }

        @Override
        public Wrapped wrap(byte[] dataKey, byte[] context) {
            return keys.wrap(dataKey, new byte[0]);
        }

        @Override
        public Optional<byte[]> unwrap(Wrapped wrapped, byte[] context) {
            return keys.unwrap(wrapped, new byte[0]);
        }
    }
}
