package io.insightdesk.job;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.Violations;
import io.insightdesk.internal.Json;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job to be enqueued. Made by {@link #builder}.
 *
 * @param kind the name of the kind
 * @param payload what is to be done, as JSON
 * @param runAt not before this instant; null for now
 * @param delay how long after {@code runAt} at the earliest
 * @param uniqueKey no second job of the kind, the tenant and this key waits or runs; null for any number
 * @param maxAttempts after so many failures the job is dead
 * @param queue the queue, 1 to 60 characters
 * @param priority −100 to 100; among a tenant's jobs that are due, each point is worth a minute of waiting
 * @param limit what it shares with other jobs; null for none
 * @param payloadVersion the version of the payload
 * @param conflict what happens where the unique key is taken
 * @param uniqueFor how long the unique key stays taken after this, whatever becomes of the job; null for as long as it waits or runs
 * @since 0.1.0
 */
public record NewJob(
        String kind,
        String payload,
        @Nullable Instant runAt,
        Duration delay,
        @Nullable String uniqueKey,
        int maxAttempts,
        String queue,
        int priority,
        @Nullable JobLimit limit,
        int payloadVersion,
        UniqueConflict conflict,
        @Nullable Duration uniqueFor) {

    /** The number of attempts where none is given. */
    public static final int DEFAULT_MAX_ATTEMPTS = 10;

    /** The queue where none is given. */
    public static final String DEFAULT_QUEUE = "default";

    /** Checks all rules. */
    public NewJob {
        requireNonNull(kind, "kind");
        requireNonNull(payload, "payload");
        requireNonNull(delay, "delay");
        requireNonNull(conflict, "conflict");
        Violations violations =
                new Violations().requireText("/queue", queue, 60).limit("/uniqueKey", uniqueKey, 200);
        if (delay.isNegative()) {
            violations.add("/delay", "out_of_range", "The delay cannot be negative, as " + delay + " is.");
        }
        if (maxAttempts < 1) {
            violations.add("/maxAttempts", "out_of_range", "A job has at least 1 attempt, not " + maxAttempts + ".");
        }
        if (priority < -100 || priority > 100) {
            violations.add("/priority", "out_of_range", "The priority must be from -100 to 100, not " + priority + ".");
        }
        if (uniqueFor != null && (uniqueKey == null || uniqueFor.isNegative() || uniqueFor.isZero())) {
            violations.add(
                    "/uniqueFor",
                    "out_of_range",
                    "What is unique for some time needs a key, and a time greater than zero.");
        }
        violations.throwIfAny();
    }

    /**
     * Begins a job.
     *
     * @param kind what sort of work
     * @param payload what is to be done; written as JSON now
     * @param <P> the payload's class
     * @return a builder whose defaults give a job that is due at once
     */
    public static <P> Builder builder(JobKind<P> kind, P payload) {
        return new Builder(requireNonNull(kind, "kind"), Json.write(requireNonNull(payload, "payload")));
    }

    /**
     * What a job shall be. Not thread-safe.
     *
     * @since 0.1.0
     */
    public static final class Builder {

        private final String kind;
        private final String payload;
        private @Nullable Instant runAt;
        private Duration delay = Duration.ZERO;
        private @Nullable String uniqueKey;
        private int maxAttempts = DEFAULT_MAX_ATTEMPTS;
        private String queue = DEFAULT_QUEUE;
        private int priority;
        private @Nullable JobLimit limit;
        private final int payloadVersion;
        private UniqueConflict conflict = UniqueConflict.SKIP;
        private @Nullable Duration uniqueFor;

        private Builder(JobKind<?> kind, String payload) {
            this.kind = kind.name();
            this.payloadVersion = kind.version();
            this.limit = kind.limit();
            this.payload = payload;
        }

        /**
         * Not before an instant of the library's clock.
         *
         * @param instant the instant
         * @return this
         */
        public Builder runAt(Instant instant) {
            this.runAt = requireNonNull(instant, "instant");
            return this;
        }

        /**
         * Not before some time has passed.
         *
         * @param time from now, or from {@link #runAt} where that is set
         * @return this
         */
        public Builder delay(Duration time) {
            this.delay = requireNonNull(time, "time");
            return this;
        }

        /**
         * Once only: while a job of the same kind, tenant and key waits or runs, enqueueing another gives that one.
         *
         * @param key up to 200 characters
         * @return this
         */
        public Builder uniqueKey(String key) {
            this.uniqueKey = requireNonNull(key, "key");
            return this;
        }

        /**
         * Says what happens where the unique key is taken by a job that waits ({@link UniqueConflict#SKIP}).
         *
         * @param choice what happens
         * @return this
         */
        public Builder onConflict(UniqueConflict choice) {
            this.conflict = requireNonNull(choice, "choice");
            return this;
        }

        /**
         * Once only in some time: the unique key stays taken for that long after this job is enqueued, even when it is done.
         *
         * @param time greater than zero
         * @return this
         */
        public Builder uniqueFor(Duration time) {
            this.uniqueFor = requireNonNull(time, "time");
            return this;
        }

        /**
         * Shares a limit with other jobs, instead of the kind's.
         *
         * @param shared for example {@code JobLimit.perTenant("endpoint-7").atOnce(2)}
         * @return this
         */
        public Builder limit(JobLimit shared) {
            this.limit = requireNonNull(shared, "shared");
            return this;
        }

        /**
         * Limits the attempts; {@value NewJob#DEFAULT_MAX_ATTEMPTS} unless told otherwise ({@link NewJob#DEFAULT_MAX_ATTEMPTS}).
         *
         * @param attempts at least 1
         * @return this
         */
        public Builder maxAttempts(int attempts) {
            this.maxAttempts = attempts;
            return this;
        }

        /**
         * Chooses a queue, so that some nodes can be for some work only ({@link NewJob#DEFAULT_QUEUE}).
         *
         * @param name 1 to 60 characters
         * @return this
         */
        public Builder queue(String name) {
            this.queue = requireNonNull(name, "name");
            return this;
        }

        /**
         * Puts the job before or after others of the tenant that are due, as if it had been due a minute earlier for each point;
         * 0 unless told otherwise. So nothing waits for ever.
         *
         * @param number −100 to 100, greater first
         * @return this
         */
        public Builder priority(int number) {
            this.priority = number;
            return this;
        }

        /**
         * Ends the building.
         *
         * @return the job to be enqueued
         * @throws io.insightdesk.error.InvalidInputException when a rule is broken; all broken ones are listed
         */
        public NewJob build() {
            return new NewJob(
                    kind,
                    payload,
                    runAt,
                    delay,
                    uniqueKey,
                    maxAttempts,
                    queue,
                    priority,
                    limit,
                    payloadVersion,
                    conflict,
                    uniqueFor);
        }
    }
}
