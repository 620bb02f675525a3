package io.insightdesk.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.insightdesk.error.InsightDeskException;
import io.sentry.Hint;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.SentryLevel;
import io.sentry.SentryOptions;
import io.sentry.protocol.Message;
import io.sentry.protocol.SentryException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Reports errors that are logged to Sentry, without personal data. Messages of exceptions and arguments of log lines are made of what
 * people wrote, so none is sent; what is sent are the types, where in the code it happened, the codes, and by which request and
 * trace the rest is found in the log.
 */
final class ErrorReports extends AppenderBase<ILoggingEvent> {

    private static final Duration LAST_WORDS = Duration.ofSeconds(3);
    private static final String OWN = "io.insightdesk";
    private static final Map<String, String> TAGS =
            Map.of("tenant", "tenant", "requestId", "request_id", "job", "job", "traceId", "trace_id");

    private final Settings.Sentry settings;

    ErrorReports(Settings.Sentry settings) {
        this.settings = settings;
    }

    @Override
    public void start() {
        Sentry.init(this::configure);
        super.start();
    }

    private void configure(SentryOptions options) {
        BuildInfo build = BuildInfo.ofThisJar();
        options.setDsn(settings.dsn().reveal());
        options.setEnvironment(settings.environment());
        options.setRelease("insightdesk@" + build.version() + "+" + build.commit());
        options.setAttachServerName(false);
        options.setMaxBreadcrumbs(0);
        options.setEnableExternalConfiguration(false);
        options.setShutdownTimeoutMillis(LAST_WORDS.toMillis());
        options.addInAppInclude(OWN);
        options.setBeforeSend(ErrorReports::withoutPersonalData);
    }

    /** Also what Sentry's own handler of uncaught exceptions sends comes by here. */
    static SentryEvent withoutPersonalData(SentryEvent event, Hint hint) {
        List<SentryException> exceptions = event.getExceptions();
        if (exceptions != null) {
            exceptions.forEach(exception -> exception.setValue(null));
        }
        event.setUser(null);
        event.setRequest(null);
        event.setServerName(null);
        event.setBreadcrumbs(List.of());
        hint.clearAttachments();
        return event;
    }

    @Override
    protected void append(ILoggingEvent logged) {
        if (!logged.getLevel().isGreaterOrEqual(Level.ERROR)
                || logged.getLoggerName().startsWith("io.sentry")) {
            return;
        }
        SentryEvent event = new SentryEvent();
        event.setLevel(SentryLevel.ERROR);
        event.setLogger(logged.getLoggerName());
        Message message = new Message();
        // Others may have put their arguments into the text themselves.
        message.setMessage(
                logged.getLoggerName().startsWith(OWN) ? logged.getMessage() : "An error of " + logged.getLoggerName());
        event.setMessage(message);
        TAGS.forEach((key, tag) -> {
            String value = logged.getMDCPropertyMap().get(key);
            if (value != null) {
                event.setTag(tag, value);
            }
        });
        IThrowableProxy proxy = logged.getThrowableProxy();
        if (proxy instanceof ThrowableProxy known) {
            event.setThrowable(known.getThrowable());
            codes(event, known.getThrowable());
        }
        Sentry.captureEvent(event);
    }

    private static void codes(SentryEvent event, Throwable thrown) {
        Throwable each = thrown;
        for (int depth = 0; each != null && depth < 20; depth++) {
            if (each instanceof InsightDeskException known) {
                event.setTag("code", known.code());
            }
            if (each instanceof SQLException sql && sql.getSQLState() != null) {
                event.setTag("sqlstate", sql.getSQLState());
            }
            each = each.getCause();
        }
    }

    @Override
    public void stop() {
        super.stop();
        Sentry.close();
    }
}
