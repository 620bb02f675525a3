package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.login.KeyOptions;
import io.insightdesk.login.SecurityKey;
import io.insightdesk.login.SecurityKeys;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A security key or passkey. */
record SecurityKeyJson(
        @Text("The key.") UUID id,

        @Text(value = "By which the agent knows it.", example = "The blue one")
        String name,

        @Text(value = "How browsers reach it, as it said itself.", example = "usb")
        List<String> transports,

        @Text("Whether it was a passkey with copies elsewhere when it was last used.")
        Boolean backedUp,

        @Text("When it was added.") Instant createdAt,

        @Text("When it was last used; null for never.") @Nullable Instant usedAt)
        implements Wire {

    static SecurityKeyJson of(SecurityKey key) {
        return new SecurityKeyJson(
                key.id().value(),
                key.name(),
                key.transports().stream().sorted().toList(),
                key.backedUp(),
                key.createdAt(),
                key.usedAt());
    }

    /** What a browser is to ask keys. */
    record KeyOptionsJson(
            @Text(
                    value = "For PublicKeyCredential.parseCreationOptionsFromJSON or parseRequestOptionsFromJSON.",
                    example =
                            "{\"challenge\":\"dGhpcyBpcyB3aGF0IGEga2V5IGlzIHRvIHNpZ24\",\"rpId\":\"desk.example.com\"}")
            ObjectNode publicKey,

            @Text("Until when its answer is taken, once.") Instant expiresAt)
            implements Wire {

        static KeyOptionsJson of(KeyOptions options) {
            return new KeyOptionsJson((ObjectNode) JsonCodec.parseOwn(options.json()), options.expiresAt());
        }
    }

    /** A key that was added. */
    record AddedKeyJson(
            @Text("The key.") SecurityKeyJson key,

            @Text(
                    value =
                            "Each is good once instead of the key, told this once; none where there was a second factor before.",
                    example = "MFRG-GZDF-MZTW-Q2LK-NNWG-23TP")
            List<String> recoveryCodes)
            implements Wire {

        static AddedKeyJson of(SecurityKeys.Added added) {
            return new AddedKeyJson(SecurityKeyJson.of(added.key()), added.recoveryCodes());
        }

        @Override
        public String toString() {
            return "AddedKeyJson[" + key.id() + "]";
        }
    }
}
