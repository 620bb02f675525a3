package io.insightdesk.error;

import static java.util.Objects.requireNonNull;

/**
 * What was asked for does not exist in this tenant. What exists in another tenant does not exist here.
 *
 * @since 0.1.0
 */
public final class NotFoundException extends InsightDeskException {

    private static final long serialVersionUID = 1L;

    private final String kind;
    private final String id;

    /**
     * Makes the exception.
     *
     * @param kind what was looked for, in snake_case: {@code ticket}, {@code agent}…
     * @param id the identifier as it was asked for
     */
    public NotFoundException(String kind, String id) {
        super(
                requireNonNull(kind, "kind") + "_not_found",
                "There is no " + kind.replace('_', ' ') + " '" + requireNonNull(id, "id") + "' in this tenant.",
                null);
        this.kind = kind;
        this.id = id;
    }

    /**
     * Names the kind of thing that was looked for.
     *
     * @return the kind in snake_case
     */
    public String kind() {
        return kind;
    }

    /**
     * Gives back the identifier that was asked for.
     *
     * @return the identifier as the caller wrote it
     */
    public String id() {
        return id;
    }
}
