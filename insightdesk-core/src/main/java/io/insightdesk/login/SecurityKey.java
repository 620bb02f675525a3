package io.insightdesk.login;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A security key or passkey of an agent.
 *
 * @param id the identifier
 * @param name by which the agent knows it
 * @param transports how browsers reach it, as it said itself: {@code usb}, {@code nfc}, {@code internal}…; may be empty
 * @param backedUp whether it was a passkey with copies elsewhere when it was last used
 * @param createdAt when it was added
 * @param usedAt when it was last used; null for never
 * @since 0.1.0
 */
public record SecurityKey(
        SecurityKeyId id,
        String name,
        Set<String> transports,
        boolean backedUp,
        Instant createdAt,
        @Nullable Instant usedAt) {

    /** Makes the set unmodifiable. */
    public SecurityKey {
        transports = Set.copyOf(transports);
    }
}
