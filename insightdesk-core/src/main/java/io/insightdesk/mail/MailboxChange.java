package io.insightdesk.mail;

import io.insightdesk.error.Violations;
import io.insightdesk.identity.TeamId;
import org.jspecify.annotations.Nullable;

/**
 * A change of a mailbox. What is null stays as it is. The address cannot be changed, because customers answer to it; make another
 * mailbox instead.
 *
 * @param name the new name, up to 200 characters
 * @param team the new team
 * @param removeTeam whether it shall belong to no team from now on
 * @since 0.1.0
 */
public record MailboxChange(@Nullable String name, @Nullable TeamId team, boolean removeTeam) {

    /** Checks all rules. */
    public MailboxChange {
        Violations violations = new Violations();
        if (name != null) {
            violations.requireText("/name", name, 200);
        }
        if (removeTeam && team != null) {
            violations.add("/team", "invalid_value", "A team cannot be set and removed at once.");
        }
        violations.throwIfAny();
    }

    /**
     * A new name.
     *
     * @param name the name
     * @return the change
     */
    public static MailboxChange name(String name) {
        return new MailboxChange(name, null, false);
    }

    /**
     * A new team.
     *
     * @param team the team; null for none
     * @return the change
     */
    public static MailboxChange team(@Nullable TeamId team) {
        return new MailboxChange(null, team, team == null);
    }
}
