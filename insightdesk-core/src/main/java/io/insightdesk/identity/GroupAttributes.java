package io.insightdesk.identity;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violations;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an identity provider says of a team (RFC 7643, section 4.2).
 *
 * @param name its name, up to 200 characters, unique in the tenant in any case
 * @param externalId the provider's own identifier, up to 200 characters, unique in the tenant; null for none
 * @param members its agents, unmodifiable
 * @apiNote Preview: may change with any minor release.
 * @since 0.1.0
 */
public record GroupAttributes(String name, @Nullable String externalId, Set<AgentId> members) {

    /**
     * Checks all rules and copies the members.
     *
     * @throws InvalidInputException with everything that is wrong
     */
    public GroupAttributes {
        Violations violations =
                new Violations().requireText("/displayName", name, 200).limit("/externalId", externalId, 200);
        if (externalId != null && externalId.isBlank()) {
            violations.add("/externalId", "invalid_value", "An external identifier is not blank.");
        }
        violations.throwIfAny();
        members = Set.copyOf(members);
    }
}
