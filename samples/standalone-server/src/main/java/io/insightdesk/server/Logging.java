package io.insightdesk.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.util.TimeZone;
import java.util.logging.LogManager;
import net.logstash.logback.encoder.LogstashEncoder;
import net.logstash.logback.fieldnames.LogstashFieldNames;
import net.logstash.logback.stacktrace.ShortenedThrowableConverter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sets the logging up: one JSON object a line for machines, readable lines in development. */
final class Logging {

    private static final String READABLE = "%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n";

    /** Longer stack traces do not make anybody wiser, and log collectors cut lines. */
    private static final int MAX_STACK_TRACE = 16_384;

    private Logging() {}

    static void configure(AppEnvironment environment, String level) {
        LoggerContext context = reset();
        Level chosen = Level.toLevel(level, Level.INFO);
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(console(context, environment));
        root.setLevel(chosen.isGreaterOrEqual(Level.WARN) ? chosen : Level.WARN);
        context.getLogger("io.insightdesk").setLevel(chosen);
        // What it says at every start helps nobody who only wants to run a help desk.
        context.getLogger("io.insightdesk.internal.flyway").setLevel(Level.WARN);
    }

    /** For commands, whose result is on the standard output: only what has failed, on the standard error. */
    static void quiet() {
        LoggerContext context = reset();
        ConsoleAppender<ILoggingEvent> console = console(context, AppEnvironment.DEVELOPMENT);
        console.stop();
        console.setTarget("System.err");
        console.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(console);
        root.setLevel(Level.ERROR);
    }

    /** Sends what is logged to somebody else, too. */
    static void add(Appender<ILoggingEvent> appender) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        appender.setContext(context);
        appender.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }

    /** Takes back what {@link #add} did. */
    static void remove(Appender<ILoggingEvent> appender) {
        ((LoggerContext) LoggerFactory.getILoggerFactory())
                .getLogger(Logger.ROOT_LOGGER_NAME)
                .detachAppender(appender);
        appender.stop();
    }

    private static LoggerContext reset() {
        LogManager.getLogManager().reset();
        SLF4JBridgeHandler.install();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        return context;
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext context, AppEnvironment environment) {
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("console");
        console.setEncoder(encoder(context, environment));
        console.start();
        return console;
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, AppEnvironment environment) {
        if (environment == AppEnvironment.DEVELOPMENT) {
            PatternLayoutEncoder readable = new PatternLayoutEncoder();
            readable.setContext(context);
            readable.setPattern(READABLE);
            readable.start();
            return readable;
        }
        return json(context);
    }

    /** The fields are listed on the page about logs; collectors rely on their names. */
    static LogstashEncoder json(LoggerContext context) {
        LogstashFieldNames names = new LogstashFieldNames();
        names.setTimestamp("time");
        names.setVersion("[ignore]");
        names.setLevelValue("[ignore]");
        names.setStackTrace("exception");
        names.setThread("thread");
        LogstashEncoder json = new LogstashEncoder();
        json.setContext(context);
        json.setFieldNames(names);
        json.setTimeZone(TimeZone.getTimeZone("UTC").getID());
        json.addMdcKeyFieldName("requestId=request_id");
        json.addMdcKeyFieldName("traceId=trace_id");
        json.addMdcKeyFieldName("spanId=span_id");
        for (String key : new String[] {"tenant", "requestId", "job", "traceId", "spanId"}) {
            json.addIncludeMdcKeyName(key);
        }
        ShortenedThrowableConverter traces = new ShortenedThrowableConverter();
        traces.setMaxLength(MAX_STACK_TRACE);
        traces.setRootCauseFirst(true);
        json.setThrowableConverter(traces);
        json.start();
        return json;
    }
}
