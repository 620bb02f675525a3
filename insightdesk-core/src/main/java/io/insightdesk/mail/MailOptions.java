package io.insightdesk.mail;

import static java.util.Objects.requireNonNull;

import io.insightdesk.job.RetryPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How mail comes and goes. Made by {@link #builder}.
 *
 * @param transport how answers leave; null where they do not: then a reply is stored, and promises no delivery
 * @param maxMailBytes the largest mail that is received
 * @param senderLimit of more mails than these that one sender sends to one mailbox within {@link #SENDER_PERIOD}, the rest is
 *     quarantined as {@code rate_limited}
 * @param retries when a mail that could not be sent is tried again
 * @param attempts after so many the mail is given up
 * @since 0.1.0
 */
public record MailOptions(
        @Nullable MailTransport transport, long maxMailBytes, int senderLimit, RetryPolicy retries, int attempts) {

    /** The largest mail where nothing is said: 50 MiB. */
    public static final long DEFAULT_MAX_MAIL_BYTES = 50L * 1024 * 1024;

    /** How many mails of one sender to one mailbox are let in within the period where nothing is said. */
    public static final int DEFAULT_SENDER_LIMIT = 100;

    /** The period in which the mails of one sender to one mailbox are counted. */
    public static final Duration SENDER_PERIOD = Duration.ofMinutes(10);

    /** When a mail is tried again where nothing is said: after a minute, then twice as long each time, at most four hours. */
    public static final RetryPolicy DEFAULT_RETRIES =
            RetryPolicy.exponential(Duration.ofMinutes(1), Duration.ofHours(4));

    /** After how many attempts a mail is given up where nothing is said: after about a day. */
    public static final int DEFAULT_ATTEMPTS = 13;

    /** Checks that the numbers make sense. */
    public MailOptions {
        requireNonNull(retries, "retries");
        if (maxMailBytes < 1 || senderLimit < 1 || attempts < 1) {
            throw new IllegalArgumentException(
                    "The largest mail (" + maxMailBytes + " bytes), the mails of one sender (" + senderLimit
                            + ") and the attempts (" + attempts + ") must each be at least 1.");
        }
    }

    /**
     * Begins with the defaults, which send nothing.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * How mail shall come and go. Not thread-safe.
     *
     * @since 0.1.0
     */
    public static final class Builder {

        private @Nullable MailTransport transport;
        private long maxMailBytes = DEFAULT_MAX_MAIL_BYTES;
        private int senderLimit = DEFAULT_SENDER_LIMIT;
        private RetryPolicy retries = DEFAULT_RETRIES;
        private int attempts = DEFAULT_ATTEMPTS;

        private Builder() {}

        /**
         * Sets how answers leave.
         *
         * @param hosts the transport, which stays the host's to close; null for none
         * @return this
         */
        public Builder transport(@Nullable MailTransport hosts) {
            this.transport = hosts;
            return this;
        }

        /**
         * Limits the size of mails that are received ({@link MailOptions#DEFAULT_MAX_MAIL_BYTES}).
         *
         * @param bytes at least 1
         * @return this
         */
        public Builder maxMailBytes(long bytes) {
            this.maxMailBytes = bytes;
            return this;
        }

        /**
         * Limits the mails of one sender to one mailbox ({@link MailOptions#DEFAULT_SENDER_LIMIT}).
         *
         * @param mails at least 1, within {@link MailOptions#SENDER_PERIOD}
         * @return this
         */
        public Builder senderLimit(int mails) {
            this.senderLimit = mails;
            return this;
        }

        /**
         * Sets when a mail is tried again ({@link MailOptions#DEFAULT_RETRIES}) and when it is given up
         * ({@link MailOptions#DEFAULT_ATTEMPTS}).
         *
         * @param policy when
         * @param count the number of attempts, at least 1
         * @return this
         */
        public Builder retries(RetryPolicy policy, int count) {
            this.retries = requireNonNull(policy, "policy");
            this.attempts = count;
            return this;
        }

        /**
         * Ends the building.
         *
         * @return the options
         */
        public MailOptions build() {
            return new MailOptions(transport, maxMailBytes, senderLimit, retries, attempts);
        }
    }
}
