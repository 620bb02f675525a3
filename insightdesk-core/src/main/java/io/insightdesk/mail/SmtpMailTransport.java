package io.insightdesk.mail;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.Violations;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends by SMTP (RFC 5321), with a connection per mail. When one recipient is refused nobody gets the mail. Between the
 * server's having taken a mail and our having written that down a crash makes the mail be sent twice. Thread-safe; holds
 * nothing that needs closing.
 *
 * @since 0.1.0
 */
public final class SmtpMailTransport implements MailTransport {

    /** How long to wait for the server where nothing is said. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    /** The port of submission with STARTTLS (RFC 6409). */
    public static final int SUBMISSION_PORT = 587;

    /** The port of submission with TLS (RFC 8314). */
    public static final int SUBMISSIONS_PORT = 465;

    /** The port where there is no TLS. */
    public static final int SMTP_PORT = 25;

    private static final Logger log = LoggerFactory.getLogger(SmtpMailTransport.class);

    private final String protocol;
    private final Properties properties;
    private final String host;
    private final int port;
    private final @Nullable String user;
    private final @Nullable String password;

    private SmtpMailTransport(Builder builder) {
        this.host = builder.host;
        this.port = builder.port > 0 ? builder.port : defaultPort(builder.security);
        this.user = builder.user;
        this.password = builder.password;
        this.protocol = builder.security == SmtpSecurity.TLS ? "smtps" : "smtp";
        this.properties = properties(builder);
    }

    private static int defaultPort(SmtpSecurity security) {
        return switch (security) {
            case STARTTLS -> SUBMISSION_PORT;
            case TLS -> SUBMISSIONS_PORT;
            case NONE -> SMTP_PORT;
        };
    }

    private Properties properties(Builder builder) {
        Properties all = new Properties();
        String prefix = "mail." + protocol + ".";
        String millis = Long.toString(builder.timeout.toMillis());
        all.setProperty(prefix + "connectiontimeout", millis);
        all.setProperty(prefix + "timeout", millis);
        all.setProperty(prefix + "writetimeout", millis);
        all.setProperty(prefix + "auth", Boolean.toString(user != null));
        all.setProperty(prefix + "ssl.checkserveridentity", "true");
        all.setProperty(prefix + "quitwait", "false");
        boolean starttls = builder.security == SmtpSecurity.STARTTLS;
        all.setProperty(prefix + "starttls.enable", Boolean.toString(starttls));
        all.setProperty(prefix + "starttls.required", Boolean.toString(starttls));
        return all;
    }

    /**
     * Begins with STARTTLS, no user and the defaults.
     *
     * @param host the mail server's name or address
     * @return a builder
     */
    public static Builder builder(String host) {
        return new Builder(host);
    }

    @Override
    public void send(OutboundMail mail) throws MailNotSentException {
        Properties own = new Properties(properties);
        own.setProperty("mail." + protocol + ".from", mail.sender());
        Session session = Session.getInstance(own);
        try {
            Transport transport = session.getTransport(protocol);
            try {
                transport.connect(host, port, user, password);
                transport.sendMessage(new Raw(session, mail), addresses(mail));
            } finally {
                close(transport);
            }
        } catch (MessagingException e) {
            throw notSent(e);
        }
    }

    private static Address[] addresses(OutboundMail mail) {
        return mail.recipients().stream()
                .map(recipient -> {
                    InternetAddress address = new InternetAddress();
                    address.setAddress(recipient);
                    return address;
                })
                .toArray(Address[]::new);
    }

    /** Whether the server took the mail is decided by then. */
    private static void close(Transport transport) {
        try {
            transport.close();
        } catch (MessagingException e) {
            log.debug("The connection to the mail server did not close in order", e);
        }
    }

    private MailNotSentException notSent(MessagingException failure) {
        @Nullable String refusal = null;
        int code = 0;
        for (Exception e = failure; e != null; e = next(e)) {
            int own = code(e);
            if (own > 0 && (code / 100 != 5 || own / 100 == 5)) {
                code = own;
                refusal = e.getMessage();
            }
        }
        if (code > 0) {
            String message = "The mail server " + host + ":" + port + " answered " + code + ".";
            String answer = refusal == null || refusal.isBlank() ? message : refusal.strip();
            return code / 100 == 5
                    ? MailNotSentException.permanent(message, answer, null)
                    : MailNotSentException.temporary(message, answer, null);
        }
        String message = "The mail server " + host + ":" + port + " could not be used.";
        return MailNotSentException.temporary(message, message + " " + failure.getMessage(), failure);
    }

    private static @Nullable Exception next(Exception e) {
        return e instanceof MessagingException messaging ? messaging.getNextException() : null;
    }

    private static int code(Exception e) {
        if (e instanceof SMTPAddressFailedException address) {
            return address.getReturnCode();
        }
        if (e instanceof SMTPSenderFailedException sender) {
            return sender.getReturnCode();
        }
        return e instanceof SMTPSendFailedException send ? send.getReturnCode() : 0;
    }

    /** A mail that is composed already. */
    private static final class Raw extends MimeMessage {

        private final OutboundMail mail;

        Raw(Session session, OutboundMail mail) {
            super(session);
            this.mail = mail;
        }

        @Override
        public void saveChanges() {
            // Nothing is added to what was composed.
        }

        @Override
        public void writeTo(OutputStream out, String @Nullable [] ignored) throws IOException {
            OutputStream buffered = new BufferedOutputStream(out, 16 * 1024);
            mail.writeTo(buffered);
            buffered.flush();
        }
    }

    /**
     * How to reach a mail server. Not thread-safe.
     *
     * @since 0.1.0
     */
    public static final class Builder {

        private final String host;
        private int port;
        private @Nullable String user;
        private @Nullable String password;
        private SmtpSecurity security = SmtpSecurity.STARTTLS;
        private Duration timeout = DEFAULT_TIMEOUT;

        private Builder(String host) {
            this.host = requireNonNull(host, "host");
        }

        /**
         * Sets the port; where it is not called it follows from the security ({@link SmtpMailTransport#SUBMISSION_PORT},
         * {@link SmtpMailTransport#SUBMISSIONS_PORT}, {@link SmtpMailTransport#SMTP_PORT}).
         *
         * @param number 1 to 65535
         * @return this
         */
        public Builder port(int number) {
            this.port = number;
            return this;
        }

        /**
         * Sets as whom to log in.
         *
         * @param name the user
         * @param secret the password
         * @return this
         */
        public Builder login(String name, String secret) {
            this.user = requireNonNull(name, "name");
            this.password = requireNonNull(secret, "secret");
            return this;
        }

        /**
         * Sets how the connection is kept secret; {@link SmtpSecurity#STARTTLS} where it is not called.
         *
         * @param how how
         * @return this
         */
        public Builder security(SmtpSecurity how) {
            this.security = requireNonNull(how, "how");
            return this;
        }

        /**
         * Sets how long to wait for the server: for the connection, and for each answer
         * ({@link SmtpMailTransport#DEFAULT_TIMEOUT}).
         *
         * @param time at least a millisecond
         * @return this
         */
        public Builder timeout(Duration time) {
            this.timeout = requireNonNull(time, "time");
            return this;
        }

        /**
         * Ends the building. No connection is made yet.
         *
         * @return the transport
         * @throws io.insightdesk.error.InvalidInputException with everything that is wrong
         */
        public SmtpMailTransport build() {
            Violations violations = new Violations().requireText("/host", host, 255);
            if (port < 0 || port > 65_535) {
                violations.add("/port", "out_of_range", "The port must be from 1 to 65535, not " + port + ".");
            }
            if (timeout.toMillis() < 1) {
                violations.add("/timeout", "out_of_range", "The time-out must be at least a millisecond.");
            }
            violations.throwIfAny();
            return new SmtpMailTransport(this);
        }
    }
}
