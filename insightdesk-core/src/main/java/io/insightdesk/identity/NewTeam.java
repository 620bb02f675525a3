package io.insightdesk.identity;

import io.insightdesk.error.Violations;
import java.util.List;

/**
 * A team to be made.
 *
 * @param name its name, up to 200 characters, unique in the tenant in any case
 * @param members its agents; repeated ones count once
 * @param membersOnly whether it is private: its tickets are seen by its members only, and by who has {@code ticket:read_private}
 * @since 0.1.0
 */
public record NewTeam(String name, List<AgentId> members, boolean membersOnly) {

    /** Checks all rules. */
    public NewTeam {
        new Violations().requireText("/name", name, 200).throwIfAny();
        members = members.stream().distinct().toList();
    }

    /**
     * A team whose tickets everybody sees.
     *
     * @param name its name
     * @param members its agents
     * @throws io.insightdesk.error.InvalidInputException when a rule is broken
     */
    public NewTeam(String name, List<AgentId> members) {
        this(name, members, false);
    }

    /**
     * A team without members.
     *
     * @param name its name
     * @return the team to be made
     * @throws io.insightdesk.error.InvalidInputException when a rule is broken
     */
    public static NewTeam of(String name) {
        return new NewTeam(name, List.of());
    }
}
