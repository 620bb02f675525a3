package io.insightdesk.error;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A limit on size, number or rate is reached.
 *
 * @since 0.1.0
 */
public final class LimitReachedException extends InsightDeskException {

    private static final long serialVersionUID = 1L;

    private final @Nullable Duration retryAfter;
    private final @Nullable Long allowed;
    private final @Nullable Long used;

    /**
     * Makes the exception.
     *
     * @param code the stable reason, such as {@code attachment_too_large}
     * @param message the limit, the value that was asked for, and what to do
     * @param retryAfter after which time repeating can help, or null where it cannot
     */
    public LimitReachedException(String code, String message, @Nullable Duration retryAfter) {
        this(code, message, retryAfter, null, null);
    }

    private LimitReachedException(
            String code, String message, @Nullable Duration retryAfter, @Nullable Long allowed, @Nullable Long used) {
        super(code, message, null);
        this.retryAfter = retryAfter;
        this.allowed = allowed;
        this.used = used;
    }

    /**
     * Makes the exception for a limit of the tenant's plan.
     *
     * @param code the stable reason, such as {@code agent_limit_reached}
     * @param what what is limited, such as {@code active agents}
     * @param allowed the limit
     * @param used how much is used already
     * @param retryAfter after which time repeating can help, or null where it cannot
     * @return the exception
     */
    public static LimitReachedException ofPlan(
            String code, String what, long allowed, long used, @Nullable Duration retryAfter) {
        String message = "The tenant's plan allows " + allowed + " " + what + ", and " + used
                + " are in use. Free some, or change the plan.";
        return new LimitReachedException(code, message, retryAfter, allowed, used);
    }

    /**
     * Tells how much is allowed.
     *
     * @return the limit; empty where it is not one of the tenant's plan
     */
    public OptionalLong allowed() {
        return allowed == null ? OptionalLong.empty() : OptionalLong.of(allowed);
    }

    /**
     * Tells how much is used already, without what was refused.
     *
     * @return the amount; empty where the limit is not one of the tenant's plan
     */
    public OptionalLong used() {
        return used == null ? OptionalLong.empty() : OptionalLong.of(used);
    }

    /**
     * Tells when repeating can help.
     *
     * @return the time to wait; empty where waiting does not help
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
