package io.insightdesk.job;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.Violations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A limit that jobs share: those that name it wait for each other, whatever their kinds, on whatever nodes, while other jobs
 * overtake them. Where jobs of one name say different things, those of the job that waits longest count. Made by
 * {@link #perTenant} or {@link #perCluster}, for example {@code JobLimit.perTenant("mailbox-" + id).atOnce(1)}.
 *
 * @param name what the limit is for, 1 to 150 characters
 * @param cluster whether the jobs of all tenants share it; else each tenant has its own
 * @param atOnce so many run at most, on all nodes together; null for any number
 * @param starts so many begin at most in each period; null for any number
 * @param period the period of {@code starts}, at least a millisecond; null without them
 * @since 0.1.0
 */
public record JobLimit(
        String name,
        boolean cluster,
        @Nullable Integer atOnce,
        @Nullable Integer starts,
        @Nullable Duration period) {

    /** Checks all rules. */
    public JobLimit {
        Violations violations = new Violations().requireText("/limit/name", requireNonNull(name, "name"), 150);
        if (atOnce != null && atOnce < 1) {
            violations.add("/limit/atOnce", "out_of_range", "At least 1 job runs at once, not " + atOnce + ".");
        }
        if (starts != null && starts < 1) {
            violations.add("/limit/starts", "out_of_range", "At least 1 job begins in a period, not " + starts + ".");
        }
        if ((starts == null) != (period == null)) {
            violations.add("/limit/period", "required", "A number of starts and a period go together.");
        }
        if (period != null && (period.toMillis() < 1 || period.compareTo(Duration.ofDays(31)) > 0)) {
            violations.add("/limit/period", "out_of_range", "A period lasts 1 ms to 31 days, not " + period + ".");
        }
        violations.throwIfAny();
    }

    /**
     * A limit that each tenant has for itself; the host's own jobs count as one more tenant.
     *
     * @param name what the limit is for
     * @return a limit that allows everything as yet
     */
    public static JobLimit perTenant(String name) {
        return new JobLimit(name, false, null, null, null);
    }

    /**
     * A limit that all tenants and the host share.
     *
     * @param name what the limit is for
     * @return a limit that allows everything as yet
     */
    public static JobLimit perCluster(String name) {
        return new JobLimit(name, true, null, null, null);
    }

    /**
     * Limits how many run at the same time. Jobs that a node has taken to begin them soon count as well.
     *
     * @param jobs at least 1
     * @return a limit that says so
     */
    public JobLimit atOnce(int jobs) {
        return new JobLimit(name, cluster, jobs, starts, period);
    }

    /**
     * Limits how many begin. After a quiet time so many may begin at the same moment (of shorter periods than a second: those of
     * a whole second), and then one after the other, evenly: a token bucket.
     *
     * @param jobs at least 1
     * @param time at least a millisecond
     * @return a limit that says so
     */
    public JobLimit rate(int jobs, Duration time) {
        return new JobLimit(name, cluster, atOnce, jobs, requireNonNull(time, "time"));
    }
}
