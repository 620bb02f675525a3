package io.insightdesk.identity;

import io.insightdesk.error.Violations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of a team. What is null stays as it is.
 *
 * @param name the new name, up to 200 characters
 * @param members all its agents from now on; repeated ones count once
 * @param membersOnly whether it is private from now on
 * @since 0.1.0
 */
public record TeamChange(
        @Nullable String name,
        @Nullable List<AgentId> members,
        @Nullable Boolean membersOnly) {

    /** Checks all rules. */
    public TeamChange {
        if (name != null) {
            new Violations().requireText("/name", name, 200).throwIfAny();
        }
        members = members == null ? null : members.stream().distinct().toList();
    }

    /**
     * A new name.
     *
     * @param name the name
     * @return the change
     */
    public static TeamChange name(String name) {
        return new TeamChange(name, null, null);
    }

    /**
     * Other members.
     *
     * @param members all agents of the team from now on
     * @return the change
     */
    public static TeamChange members(List<AgentId> members) {
        return new TeamChange(null, members, null);
    }

    /**
     * Who sees the team's tickets.
     *
     * @param membersOnly whether it is private from now on
     * @return the change
     */
    public static TeamChange membersOnly(boolean membersOnly) {
        return new TeamChange(null, null, membersOnly);
    }
}
