package io.insightdesk.tenant;

import io.insightdesk.error.Violations;
import org.jspecify.annotations.Nullable;

/**
 * How much a tenant may use. What is null has no limit. What was used before a limit was set, or lowered, stays.
 *
 * @param agents active agents
 * @param storageBytes bytes of files and raw mails
 * @param requestsPerMinute requests over HTTP in a minute, at least 1; counted by whoever serves them, see {@link Tenants#requestsPerMinute}
 * @param mailsPerDay mails out in a day of UTC
 * @since 0.1.0
 */
public record PlanLimits(
        @Nullable Integer agents,
        @Nullable Long storageBytes,
        @Nullable Integer requestsPerMinute,
        @Nullable Integer mailsPerDay) {

    /** Nothing is limited. */
    public static final PlanLimits NONE = new PlanLimits(null, null, null, null);

    /** Checks that nothing is negative. */
    public PlanLimits {
        Violations violations = new Violations();
        least(violations, "/agents", agents, 0);
        least(violations, "/storageBytes", storageBytes, 0);
        least(violations, "/requestsPerMinute", requestsPerMinute, 1);
        least(violations, "/mailsPerDay", mailsPerDay, 0);
        violations.throwIfAny();
    }

    private static void least(Violations violations, String pointer, @Nullable Number value, long least) {
        if (value != null && value.longValue() < least) {
            violations.add(pointer, "out_of_range", "The limit is " + least + " or more, or null for none.");
        }
    }

    /**
     * The same with another limit of agents.
     *
     * @param most active agents; null for no limit
     * @return the limits
     */
    public PlanLimits withAgents(@Nullable Integer most) {
        return new PlanLimits(most, storageBytes, requestsPerMinute, mailsPerDay);
    }

    /**
     * The same with another limit of storage.
     *
     * @param most bytes; null for no limit
     * @return the limits
     */
    public PlanLimits withStorageBytes(@Nullable Long most) {
        return new PlanLimits(agents, most, requestsPerMinute, mailsPerDay);
    }

    /**
     * The same with another limit of requests.
     *
     * @param most requests in a minute; null for no limit
     * @return the limits
     */
    public PlanLimits withRequestsPerMinute(@Nullable Integer most) {
        return new PlanLimits(agents, storageBytes, most, mailsPerDay);
    }

    /**
     * The same with another limit of mails.
     *
     * @param most mails in a day of UTC; null for no limit
     * @return the limits
     */
    public PlanLimits withMailsPerDay(@Nullable Integer most) {
        return new PlanLimits(agents, storageBytes, requestsPerMinute, most);
    }
}
