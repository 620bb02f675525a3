package io.insightdesk;

import java.util.List;

/**
 * How the library is doing.
 *
 * @param status the worst of all checks
 * @param checks what was looked at
 * @since 0.1.0
 */
public record Health(Status status, List<Check> checks) {

    /** Makes the list unmodifiable. */
    public Health {
        checks = List.copyOf(checks);
    }

    /** How something is doing; later ones are worse. */
    public enum Status {
        /** Well. */
        UP,
        /** It works, but somebody should look at it. */
        DEGRADED,
        /** It does not work. */
        DOWN
    }

    /**
     * Something that was looked at.
     *
     * @param name its stable name, such as {@code database}
     * @param status how it is doing
     * @param detail a sentence for people, without secrets; empty when all is well
     */
    public record Check(String name, Status status, String detail) {}
}
