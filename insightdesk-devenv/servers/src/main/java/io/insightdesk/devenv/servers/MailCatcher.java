package io.insightdesk.devenv.servers;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.subethamail.smtp.RejectException;

/**
 * An SMTP server that delivers nothing and shows everything: by this class, by a page at {@link #httpUrl()}, and by
 * the HTTP interface of MailHog ({@code /api/v1}, {@code /api/v2}). It keeps the newest thousand mails, and over a restart if it has a
 * directory. Both servers listen on 127.0.0.1 only.
 *
 * <p>It can also fail on purpose, so that senders show what they do then. Thread-safe. Whoever starts one closes it.
 *
 * @since 0.1.0
 */
public final class MailCatcher implements AutoCloseable {
    /** How many mails are kept; the oldest goes first. */
    public static final int MAX_MAILS = MailStore.LIMIT;

    /** The largest mail that is taken. */
    public static final int MAX_SIZE = 50 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(MailCatcher.class);

    private final MailStore store;
    private final SmtpListener smtp;
    private final MailCatcherHttp http;
    private final Clock clock;
    private final Queue<RejectException> refusals = new ConcurrentLinkedQueue<>();
    private final Queue<AfterData> afterData = new ConcurrentLinkedQueue<>();

    /** What to do with the next mail once its content is here. */
    private record AfterData(@Nullable RejectException answer) {}

    private MailCatcher(Builder from) throws IOException {
        this.store = new MailStore(from.directory);
        this.clock = from.clock;
        this.smtp =
                new SmtpListener("The mail catcher (SMTP)", from.smtpPort, from.smtpRemedy, MAX_SIZE, new Catching());
        try {
            this.http = new MailCatcherHttp(store, from.httpPort, from.httpRemedy);
        } catch (IOException | RuntimeException e) {
            smtp.close();
            throw e;
        }
        LOG.info("Mail catcher takes mail on 127.0.0.1:{} and shows it at {}", smtpPort(), httpUrl());
    }

    /** Starts a catcher on free ports that keeps its mails in memory. */
    public static MailCatcher start() {
        return builder().start();
    }

    /** Returns a builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the SMTP port on 127.0.0.1. */
    public int smtpPort() {
        return smtp.port();
    }

    /** Returns the HTTP port on 127.0.0.1. */
    public int httpPort() {
        return http.port();
    }

    /** Returns the address of the page and the HTTP interface, with a slash at the end. */
    public URI httpUrl() {
        return URI.create("http://127.0.0.1:" + http.port() + "/");
    }

    /** Returns all kept mails, oldest first. */
    public List<CaughtMail> mails() {
        return store.all();
    }

    /** Returns the kept mails to this envelope recipient, oldest first. */
    public List<CaughtMail> mailsTo(String recipient) {
        return mails().stream().filter(isTo(recipient)).toList();
    }

    /**
     * Returns the newest mail to this envelope recipient, waiting until there is one.
     *
     * @throws MailNotReceivedException if there is none in time
     */
    public CaughtMail awaitMail(String recipient, Duration limit) {
        List<CaughtMail> found = awaitMails(recipient, 1, limit);
        return found.get(found.size() - 1);
    }

    /**
     * Returns the mails to this envelope recipient, oldest first, waiting until there are {@code count} or more.
     *
     * @throws MailNotReceivedException if there are not so many in time
     */
    public List<CaughtMail> awaitMails(String recipient, int count, Duration limit) {
        return await("to " + recipient, isTo(recipient), count, limit);
    }

    /**
     * Returns the newest mail that matches, waiting until there is one.
     *
     * @throws MailNotReceivedException if there is none in time
     */
    public CaughtMail awaitMail(Predicate<CaughtMail> filter, Duration limit) {
        List<CaughtMail> found = await("that matches", filter, 1, limit);
        return found.get(found.size() - 1);
    }

    private List<CaughtMail> await(String what, Predicate<CaughtMail> filter, int count, Duration limit) {
        List<CaughtMail> found = store.await(filter, count, limit);
        if (found.size() < count) {
            throw new MailNotReceivedException("Waited " + limit + " for " + count + " mail(s) " + what + ", got "
                    + found.size() + "; all mails kept: " + store.all());
        }
        return found;
    }

    private static Predicate<CaughtMail> isTo(String recipient) {
        requireNonNull(recipient, "recipient");
        return mail -> mail.recipients().stream().anyMatch(recipient::equalsIgnoreCase);
    }

    /** Forgets all mails, also those on disk, and the failures that were asked for and have not happened. */
    public void clear() {
        refusals.clear();
        afterData.clear();
        try {
            store.clear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Refuses the next mail at its {@code MAIL FROM} with this answer. Each call refuses one more. */
    public void rejectNext(int smtpCode, String text) {
        refusals.add(rejection(smtpCode, text));
    }

    /** Answers the next mail so after its content was sent, and does not keep it. Each call is for one more. */
    public void failAfterData(int smtpCode, String text) {
        afterData.add(new AfterData(rejection(smtpCode, text)));
    }

    /**
     * Keeps the next mail and drops the connection instead of acknowledging it: the sender cannot know whether it was
     * taken, and doubles it if it tries again. Each call is for one more.
     */
    public void dropConnectionAfterData() {
        afterData.add(new AfterData(null));
    }

    private static RejectException rejection(int smtpCode, String text) {
        if (smtpCode < 400 || smtpCode > 599) {
            throw new IllegalArgumentException("A failure is 400 to 599, not " + smtpCode);
        }
        return new RejectException(smtpCode, text.replaceAll("[\\r\\n]+", " "));
    }

    /** Stops both servers. */
    @Override
    public void close() {
        http.close();
        smtp.close();
    }

    /** The SMTP side. */
    private final class Catching implements SmtpListener.Conversation {
        @Override
        public void from(String sender) throws RejectException {
            RejectException refusal = refusals.poll();
            if (refusal != null) {
                throw refusal;
            }
        }

        @Override
        public void mail(SmtpListener.Incoming mail) throws RejectException, IOException {
            AfterData failure = afterData.poll();
            if (failure != null && failure.answer() != null) {
                throw failure.answer();
            }
            byte[] raw;
            try (InputStream in = mail.open()) {
                raw = in.readAllBytes();
            }
            store.add(new CaughtMail(
                    UUID.randomUUID().toString(),
                    mail.sender(),
                    mail.recipients(),
                    mail.helo().replaceAll("[\\r\\n]+", " "),
                    raw,
                    clock.instant().truncatedTo(ChronoUnit.MICROS)));
            if (failure != null) {
                mail.dropConnection();
            }
        }
    }

    /**
     * How a {@link MailCatcher} is to run. Not thread-safe.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private int smtpPort;
        private int httpPort;
        private String smtpRemedy = "MailCatcher.Builder.smtpPort(int)";
        private String httpRemedy = "MailCatcher.Builder.httpPort(int)";
        private Clock clock = Clock.systemUTC();
        private @Nullable Path directory;

        private Builder() {}

        /** Takes mail on this port of 127.0.0.1; 0, the default, takes any free one. */
        public Builder smtpPort(int number) {
            this.smtpPort = number;
            return this;
        }

        /** Shows mail on this port of 127.0.0.1; 0, the default, takes any free one. */
        public Builder httpPort(int number) {
            this.httpPort = number;
            return this;
        }

        /** Says how a user chooses other ports, for the message when one is taken: the names of settings, say. */
        public Builder portSettings(String forSmtp, String forHttp) {
            this.smtpRemedy = requireNonNull(forSmtp, "forSmtp");
            this.httpRemedy = requireNonNull(forHttp, "forHttp");
            return this;
        }

        /** Keeps the mails as files in this directory, which is made if need be, and reads those that are there. */
        public Builder directory(Path mails) {
            this.directory = requireNonNull(mails, "mails");
            return this;
        }

        /** Dates the mails by this clock; the default is the system's. */
        public Builder clock(Clock source) {
            this.clock = requireNonNull(source, "source");
            return this;
        }

        /**
         * Starts both servers.
         *
         * @throws PortTakenException if a port was chosen and something listens on it
         */
        public MailCatcher start() {
            try {
                return new MailCatcher(this);
            } catch (IOException e) {
                throw new UncheckedIOException("The mail catcher could not be started: " + e.getMessage(), e);
            }
        }
    }

    static boolean contains(String text, String part) {
        return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
    }
}
