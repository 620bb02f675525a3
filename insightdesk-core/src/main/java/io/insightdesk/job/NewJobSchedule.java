package io.insightdesk.job;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.Violations;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A schedule as it shall be. Made by {@link #builder}.
 *
 * @param name 1 to 100 letters, digits, dots, hyphens and underscores; one schedule of the tenant has it
 * @param trigger when it fires
 * @param job what is enqueued by each firing, without an instant and a unique key of its own; a {@link NewJob#delay} counts from the
 *     instant at which the firing was due, which is the job's {@link Job#runAt}
 * @param misfire what to do about missed firings
 * @param misfireGrace how late a firing may be for {@link MisfirePolicy#SKIP}; the other policies know no late
 * @param overlap whether a firing enqueues a job while one of an earlier firing waits or runs
 * @since 0.1.0
 */
public record NewJobSchedule(
        String name, JobTrigger trigger, NewJob job, MisfirePolicy misfire, Duration misfireGrace, boolean overlap) {

    /** The policy where none is given. */
    public static final MisfirePolicy DEFAULT_MISFIRE = MisfirePolicy.ONCE;

    /** How late a firing may be where nothing else is said. */
    public static final Duration DEFAULT_MISFIRE_GRACE = Duration.ofMinutes(1);

    /** So many missed firings are made up for at most, by {@link MisfirePolicy#ALL}. */
    public static final int MAX_MISFIRES = 1_000;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    /**
     * Checks all rules.
     *
     * @throws io.insightdesk.error.InvalidInputException when a rule is broken; all broken ones are listed
     */
    public NewJobSchedule {
        requireNonNull(name, "name");
        requireNonNull(trigger, "trigger");
        requireNonNull(job, "job");
        requireNonNull(misfire, "misfire");
        requireNonNull(misfireGrace, "misfireGrace");
        Violations violations = new Violations();
        if (!NAME.matcher(name).matches()) {
            violations.add(
                    "/name",
                    "invalid_value",
                    "A schedule's name has 1 to 100 letters, digits, dots, hyphens and underscores.");
        }
        if (job.runAt() != null) {
            violations.add("/job/runAt", "not_allowed", "The trigger says when the job runs; leave out runAt(…).");
        }
        if (job.uniqueKey() != null) {
            violations.add(
                    "/job/uniqueKey",
                    "not_allowed",
                    "The schedule gives its jobs their unique key; leave out uniqueKey(…), or allow overlap.");
        }
        if (misfireGrace.isNegative() || misfireGrace.compareTo(PeriodTrigger.LONGEST) > 0) {
            violations.add(
                    "/misfireGrace",
                    "out_of_range",
                    "The grace must be from PT0S to " + PeriodTrigger.LONGEST + ", not " + misfireGrace + ".");
        }
        if (misfire == MisfirePolicy.ALL && !overlap) {
            violations.add(
                    "/misfire",
                    "invalid_value",
                    "ALL enqueues a job for each missed firing at once; that needs allowOverlap().");
        }
        violations.throwIfAny();
    }

    /**
     * Begins a schedule.
     *
     * @param name 1 to 100 letters, digits, dots, hyphens and underscores
     * @param trigger when it fires
     * @param job what is enqueued by each firing, without an instant and a unique key of its own
     * @return a builder whose defaults give a schedule that fires once for all that was missed, and whose jobs do not overlap
     */
    public static Builder builder(String name, JobTrigger trigger, NewJob job) {
        return new Builder(
                requireNonNull(name, "name"), requireNonNull(trigger, "trigger"), requireNonNull(job, "job"));
    }

    /**
     * What a schedule shall be. Not thread-safe.
     *
     * @since 0.1.0
     */
    public static final class Builder {

        private final String name;
        private final JobTrigger trigger;
        private final NewJob job;
        private MisfirePolicy misfire = DEFAULT_MISFIRE;
        private Duration misfireGrace = DEFAULT_MISFIRE_GRACE;
        private boolean overlap;

        private Builder(String name, JobTrigger trigger, NewJob job) {
            this.name = name;
            this.trigger = trigger;
            this.job = job;
        }

        /**
         * Sets what to do about firings that were due while no worker was there ({@link NewJobSchedule#DEFAULT_MISFIRE}).
         *
         * @param policy the policy
         * @return this
         */
        public Builder misfire(MisfirePolicy policy) {
            this.misfire = requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets how late a firing may be for {@link MisfirePolicy#SKIP} ({@link NewJobSchedule#DEFAULT_MISFIRE_GRACE}).
         *
         * @param time zero or more
         * @return this
         */
        public Builder misfireGrace(Duration time) {
            this.misfireGrace = requireNonNull(time, "time");
            return this;
        }

        /**
         * Lets a firing enqueue a job while one of an earlier firing waits or runs. Otherwise such a firing is left out.
         *
         * @return this
         */
        public Builder allowOverlap() {
            this.overlap = true;
            return this;
        }

        /**
         * Ends the building.
         *
         * @return the schedule as it shall be
         * @throws io.insightdesk.error.InvalidInputException when a rule is broken; all broken ones are listed
         */
        public NewJobSchedule build() {
            return new NewJobSchedule(name, trigger, job, misfire, misfireGrace, overlap);
        }
    }
}
