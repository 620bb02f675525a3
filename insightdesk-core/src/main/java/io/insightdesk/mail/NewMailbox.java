package io.insightdesk.mail;

import io.insightdesk.customer.EmailAddress;
import io.insightdesk.error.Violations;
import io.insightdesk.identity.TeamId;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox to be made.
 *
 * @param address the address; what follows a {@code +} in its local part is reserved for the library, so it has none
 * @param name what customers see as the sender's name, up to 200 characters
 * @param team the team that its tickets shall belong to; null for none
 * @since 0.1.0
 */
public record NewMailbox(
        String address, String name, @Nullable TeamId team) {

    /** Checks all rules. */
    public NewMailbox {
        Violations violations = new Violations().requireText("/name", name, 200);
        if (address == null || EmailAddress.parse(address).isEmpty() || address.indexOf('+') >= 0) {
            violations.add(
                    "/address",
                    "invalid_value",
                    "The address of a mailbox looks like support@example.com and has no plus sign.");
        }
        violations.throwIfAny();
    }

    /**
     * A mailbox that belongs to no team.
     *
     * @param address the address
     * @param name what customers see as the sender's name
     * @return the mailbox to be made
     * @throws io.insightdesk.error.InvalidInputException with everything that is wrong
     */
    public static NewMailbox of(String address, String name) {
        return new NewMailbox(address, name, null);
    }
}
