package io.insightdesk.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.util.logging.LogManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sets the logging up: one JSON object a line for machines, readable lines in development. */
final class Logging {

    private static final String READABLE = "%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n";

    private Logging() {}

    static void configure(AppEnvironment environment, String level) {
        LogManager.getLogManager().reset();
        SLF4JBridgeHandler.install();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("console");
        console.setEncoder(encoder(context, environment));
        console.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(console);
        Level chosen = Level.toLevel(level, Level.INFO);
        root.setLevel(chosen.isGreaterOrEqual(Level.WARN) ? chosen : Level.WARN);
        context.getLogger("io.insightdesk").setLevel(chosen);
        // What it says at every start helps nobody who only wants to run a help desk.
        context.getLogger("io.insightdesk.internal.flyway").setLevel(Level.WARN);
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, AppEnvironment environment) {
        if (environment == AppEnvironment.DEVELOPMENT) {
            PatternLayoutEncoder readable = new PatternLayoutEncoder();
            readable.setContext(context);
            readable.setPattern(READABLE);
            readable.start();
            return readable;
        }
        JsonEncoder json = new JsonEncoder();
        json.setContext(context);
        json.setWithFormattedMessage(true);
        json.setWithMessage(false);
        json.setWithArguments(false);
        json.setWithContext(false);
        json.setWithSequenceNumber(false);
        json.start();
        return json;
    }
}
