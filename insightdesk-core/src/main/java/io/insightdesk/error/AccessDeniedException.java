package io.insightdesk.error;

/**
 * The actor is known but may not do this. Another role is needed; repeating does not help.
 *
 * @since 0.1.0
 */
public final class AccessDeniedException extends InsightDeskException {

    private static final long serialVersionUID = 1L;

    private final String permission;

    /**
     * Makes the exception.
     *
     * @param permission the permission that is missing, such as {@code ticket:update}
     */
    public AccessDeniedException(String permission) {
        super(
                "access_denied",
                "This needs the permission '" + permission + "', which the actor's role does not give.",
                null);
        this.permission = permission;
    }

    /**
     * Names the permission that is missing.
     *
     * @return the permission's wire form
     */
    public String permission() {
        return permission;
    }
}
