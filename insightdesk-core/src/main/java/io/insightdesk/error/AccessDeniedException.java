package io.insightdesk.error;

/**
 * The actor is known but may not do this. Another role is needed, or the tenant is suspended; repeating does not help.
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

    private AccessDeniedException(String code, String message) {
        super(code, message, null);
        this.permission = "";
    }

    /**
     * Makes the exception for a tenant that may not be used now, whatever the actor's role gives.
     *
     * @param tenant the tenant
     * @return the exception, with code {@code tenant_suspended} and no permission
     */
    public static AccessDeniedException tenantSuspended(String tenant) {
        return new AccessDeniedException(
                "tenant_suspended",
                "The tenant '" + tenant + "' is suspended. Whoever runs this help desk can let it go on.");
    }

    /**
     * Makes the exception for a link to a file that gives no right: it was altered, is another file's, or has expired. Which of them
     * is not told.
     *
     * @return the exception, with code {@code attachment_link_invalid} and no permission
     */
    public static AccessDeniedException attachmentLinkInvalid() {
        return new AccessDeniedException(
                "attachment_link_invalid",
                "This link to a file is not valid: it was altered, is another file's, or has expired. Ask for a new one.");
    }

    /**
     * Makes the exception for a file that nobody gets: malware was found in it, or it could not be looked at.
     *
     * @param why what follows "The file", without personal data
     * @return the exception, with code {@code attachment_withheld} and no permission
     */
    public static AccessDeniedException attachmentWithheld(String why) {
        return new AccessDeniedException(
                "attachment_withheld",
                "The file " + why + " and is not given out. The mail it came with is kept as well.");
    }

    /**
     * Names the permission that is missing.
     *
     * @return the permission's wire form; empty where no permission would help
     */
    public String permission() {
        return permission;
    }
}
