package io.insightdesk.devenv.servers;

import static java.util.Objects.requireNonNull;

import java.io.InputStream;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.subethamail.smtp.RejectException;

/**
 * Takes mail in on a local port and hands each to a handler before it acknowledges it: what the handler did not take, the
 * client still has. It listens on 127.0.0.1, without TLS or passwords.
 *
 * <p>Thread-safe; the handler is called by several threads at once, one for each connection.
 *
 * @since 0.1.0
 */
public final class SmtpReceiver implements AutoCloseable {
    /** The largest mail that is taken unless told otherwise: 50 MiB. */
    public static final int DEFAULT_MAX_SIZE = 50 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(SmtpReceiver.class);

    private final SmtpListener listener;

    private SmtpReceiver(Builder from) {
        Handler handler = from.handler;
        this.listener = new SmtpListener(
                "The SMTP receiver", from.port, from.portRemedy, from.maxSize, mail -> take(handler, mail));
    }

    /**
     * A complete mail as it came.
     *
     * @param sender the envelope sender, empty for a null return path
     * @param recipients the envelope recipients, in order
     * @param content the raw bytes, closed by the receiver; to be read before the handler returns
     * @since 0.1.0
     */
    public record ReceivedMail(String sender, List<String> recipients, InputStream content) {
        /** Copies the recipients. */
        public ReceivedMail {
            requireNonNull(sender, "sender");
            recipients = List.copyOf(recipients);
            requireNonNull(content, "content");
        }
    }

    /**
     * Decides about mails.
     *
     * @since 0.1.0
     */
    @FunctionalInterface
    public interface Handler {
        /**
         * Takes the mail. When this returns the client is told that it is taken (250).
         *
         * @throws UnknownRecipientException if it is for nobody here; the client is told for good (550)
         * @throws Exception if it could not be taken now; it is logged, and the client is told to try again later (451)
         */
        void receive(ReceivedMail mail) throws Exception;
    }

    /** Returns a builder for a receiver that hands mails to {@code handler}. */
    public static Builder builder(Handler handler) {
        return new Builder(handler);
    }

    private static void take(Handler handler, SmtpListener.Incoming mail) throws RejectException {
        try (InputStream content = mail.open()) {
            handler.receive(new ReceivedMail(mail.sender(), mail.recipients(), content));
        } catch (UnknownRecipientException e) {
            throw new RejectException(550, "5.1.1 " + oneLine(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RejectException(451, "4.3.2 Shutting down, try again later");
        } catch (Exception e) {
            // The client keeps the mail and comes back; nobody else would learn the reason.
            LOG.warn("A mail could not be taken; the sender is told to try again", e);
            throw new RejectException(451, "4.3.0 Could not be taken now, try again later");
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("[^\\x20-\\x7e]+", " ");
    }

    /** Returns the port on 127.0.0.1. */
    public int port() {
        return listener.port();
    }

    /** Stops listening and drops open connections; what was not acknowledged stays with the client. */
    @Override
    public void close() {
        listener.close();
    }

    /**
     * How a {@link SmtpReceiver} is to run. Not thread-safe.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private final Handler handler;
        private int port;
        private String portRemedy = "SmtpReceiver.Builder.port(int)";
        private int maxSize = DEFAULT_MAX_SIZE;

        private Builder(Handler handler) {
            this.handler = requireNonNull(handler, "handler");
        }

        /** Listens on this port of 127.0.0.1; 0, the default, takes any free one. */
        public Builder port(int number) {
            this.port = number;
            return this;
        }

        /** Says how a user chooses another port, for the message when it is taken: the name of a setting, say. */
        public Builder portSetting(String howToChoose) {
            this.portRemedy = requireNonNull(howToChoose, "howToChoose");
            return this;
        }

        /** Refuses larger mails (552); the default is {@link #DEFAULT_MAX_SIZE}. */
        public Builder maxSize(int bytes) {
            this.maxSize = bytes;
            return this;
        }

        /**
         * Starts to listen.
         *
         * @throws PortTakenException if a port was chosen and something listens on it
         */
        public SmtpReceiver start() {
            return new SmtpReceiver(this);
        }
    }
}
