package io.insightdesk.identity;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.InvalidInputException;
import java.util.regex.Pattern;

/**
 * The name of a role: one that is built in, or one of the tenant's own. What it allows says the {@link RoleDefinition} of that
 * name, which {@link Roles} keeps.
 *
 * @param wireName the name in JSON and in the database: 2 to 40 small letters, digits and underscores, a letter first
 * @since 0.1.0
 */
public record Role(String wireName) {

    // Before the constants, which are checked by it.
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{1,39}");

    /** Everything, and the only built-in role that makes and changes owners. A tenant that has one keeps one. */
    public static final Role OWNER = new Role("owner");

    /** Everything but to make and change owners. */
    public static final Role ADMIN = new Role("admin");

    /** Works on all tickets, those of private teams too. */
    public static final Role SUPERVISOR = new Role("supervisor");

    /** Works on tickets. */
    public static final Role AGENT = new Role("agent");

    /** Reads, and helps colleagues with internal notes; answers no customer. */
    public static final Role LIGHT_AGENT = new Role("light_agent");

    /** Reads and changes nothing. */
    public static final Role VIEWER = new Role("viewer");

    /** A person who asks. Every customer has it; no agent and no token can. */
    public static final Role CUSTOMER = new Role("customer");

    /** Checks the name. */
    public Role {
        requireNonNull(wireName, "wireName");
        if (!NAME.matcher(wireName).matches()) {
            throw new InvalidInputException(
                    "/role",
                    "invalid_value",
                    "The name of a role is 2 to 40 small letters, digits and underscores, a letter first, "
                            + "such as agent or first_line.");
        }
    }

    /**
     * Reads the wire name.
     *
     * @param name such as {@code agent}
     * @return the role, which need not exist
     * @throws InvalidInputException when it cannot be the name of a role
     */
    public static Role of(String name) {
        return new Role(name);
    }

    /** The wire name. */
    @Override
    public String toString() {
        return wireName;
    }
}
