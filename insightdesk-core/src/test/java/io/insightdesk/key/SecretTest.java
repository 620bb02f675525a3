package io.insightdesk.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SecretTest {

    @Test
    void aSecretIsNeverPrinted() {
        Secret secret = Secret.of("open-sesame");

        assertThat(secret.reveal()).isEqualTo("open-sesame");
        assertThat(secret.toString() + String.format("%s", secret)).doesNotContain("open", "sesame");
        assertThat(new Holder("desk", secret).toString()).doesNotContain("open-sesame");
    }

    @Test
    void equalTextsAreEqualSecrets() {
        assertThat(Secret.of("a")).isEqualTo(Secret.of("a")).hasSameHashCodeAs(Secret.of("a"));
        assertThat(Secret.of("a")).isNotEqualTo(Secret.of("b")).isNotEqualTo("a");
    }

    @Test
    void anEncryptionKeyIsNamedByItsBytesAndNeverPrinted() {
        byte[] bytes = new byte[EncryptionKey.BYTES];
        Arrays.fill(bytes, (byte) 'k');
        EncryptionKey key = EncryptionKey.of(bytes);

        assertThat(key.id()).isEqualTo(EncryptionKey.of(bytes).id()).hasSize(16);
        assertThat(EncryptionKey.of(new byte[EncryptionKey.BYTES]).id()).isNotEqualTo(key.id());
        assertThat(key.toString()).doesNotContain("kkk");
        assertThatThrownBy(() -> new EncryptionKey("k", new byte[16])).hasMessageContaining("32");
        assertThatThrownBy(() -> EncryptionKeys.of(key, EncryptionKey.of(bytes)))
                .hasMessageContaining("same id");
    }

    private record Holder(String user, Secret password) {}
}
