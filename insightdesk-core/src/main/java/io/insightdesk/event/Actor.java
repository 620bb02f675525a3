package io.insightdesk.event;

import static java.util.Objects.requireNonNull;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who does something, and through what. What an actor may do is looked up with each call, it is not part of this value; so an
 * actor can be kept and passed around.
 *
 * @param type the kind of actor
 * @param id the agent, customer or token; null only for {@link ActorType#SYSTEM}
 * @param name the name to show in activity lists
 * @param via through what it came: {@code java}, {@code api}, {@code mail}…
 * @since 0.1.0
 */
public record Actor(ActorType type, @Nullable UUID id, String name, String via) {

    /** Checks that only the system has no id. */
    public Actor {
        requireNonNull(type, "type");
        requireNonNull(name, "name");
        requireNonNull(via, "via");
        if ((id == null) != (type == ActorType.SYSTEM)) {
            throw new IllegalArgumentException("an actor has an id unless it is the system");
        }
    }

    /**
     * The library itself, with all permissions. For trusted code of the host.
     *
     * @return the system actor
     */
    public static Actor system() {
        return new Actor(ActorType.SYSTEM, null, "System", "java");
    }

    /**
     * The same actor, through something else.
     *
     * @param channel such as {@code api} or {@code mail}
     * @return a copy
     */
    public Actor via(String channel) {
        return new Actor(type, id, name, channel);
    }
}
