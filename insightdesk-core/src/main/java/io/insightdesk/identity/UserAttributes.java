package io.insightdesk.identity;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violations;
import io.insightdesk.internal.MailAddresses;
import org.jspecify.annotations.Nullable;

/**
 * What an identity provider says of an agent (RFC 7643, section 4.1).
 *
 * @param userName the name that the provider knows the agent by, up to 320 characters; unique in the tenant in any case, also among
 *     the mail addresses of agents whom no provider has named
 * @param externalId the provider's own identifier, up to 200 characters, unique in the tenant; null for none. Apart from
 *     {@link Agent#externalId()}, which names a host's user or the subject of an OpenID login
 * @param name the name that customers and colleagues see, up to 200 characters
 * @param givenName the given name, up to 200 characters; null for none
 * @param familyName the family name, up to 200 characters; null for none
 * @param email the mail address, by which the agent logs in; kept in lower case, with the domain in ASCII
 * @param role what the agent may do
 * @param active whether the agent may do anything at all
 * @apiNote Preview: may change with any minor release.
 * @since 0.1.0
 */
public record UserAttributes(
        String userName,
        @Nullable String externalId,
        String name,
        @Nullable String givenName,
        @Nullable String familyName,
        String email,
        Role role,
        boolean active) {

    /**
     * Checks all rules and brings the address into its normal form.
     *
     * @throws InvalidInputException with everything that is wrong
     */
    public UserAttributes {
        Violations violations = new Violations()
                .requireText("/userName", userName, 320)
                .limit("/externalId", externalId, 200)
                .requireText("/displayName", name, 200)
                .limit("/name/givenName", givenName, 200)
                .limit("/name/familyName", familyName, 200);
        if (externalId != null && externalId.isBlank()) {
            violations.add("/externalId", "invalid_value", "An external identifier is not blank.");
        }
        email = MailAddresses.normalize(email == null ? "" : email).orElse("");
        if (email.isEmpty()) {
            violations.add("/emails", "invalid_value", "A mail address such as name@example.com is required here.");
        }
        Checks.role(violations, role);
        violations.throwIfAny();
    }

    /**
     * The same with another identifier of the provider.
     *
     * @param other the identifier; null for none
     * @return a copy
     */
    public UserAttributes withExternalId(@Nullable String other) {
        return new UserAttributes(userName, other, name, givenName, familyName, email, role, active);
    }

    /**
     * The same in another role.
     *
     * @param other the role
     * @return a copy
     */
    public UserAttributes withRole(Role other) {
        return new UserAttributes(userName, externalId, name, givenName, familyName, email, other, active);
    }

    /**
     * The same, working or not.
     *
     * @param works whether the agent may do anything at all
     * @return a copy
     */
    public UserAttributes withActive(boolean works) {
        return new UserAttributes(userName, externalId, name, givenName, familyName, email, role, works);
    }
}
