package io.insightdesk.identity;

import io.insightdesk.error.Violations;
import java.util.List;

/**
 * A team to be made.
 *
 * @param name its name, up to 200 characters, unique in the tenant in any case
 * @param members its agents; repeated ones count once
 * @since 0.1.0
 */
public record NewTeam(String name, List<AgentId> members) {

    /** Checks all rules. */
    public NewTeam {
        new Violations().requireText("/name", name, 200).throwIfAny();
        members = members.stream().distinct().toList();
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
