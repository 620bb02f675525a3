package io.insightdesk.testing;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The threat: secrets in logs and errors. Looks through every line that was logged while a test class ran, and every problem that
 * was answered, and fails the class when a secret is there: any API token, and what tests say they made. JUnit finds it by
 * itself, for each class of the module.
 */
public final class SecretsSeen implements BeforeAllCallback, AfterAllCallback {

    private static final Pattern API_TOKEN = Pattern.compile("idk_[0-9A-Za-z]{92}");
    private static final int SHORTEST = 8;
    private static final Set<String> SECRETS = ConcurrentHashMap.newKeySet();
    private static final List<String> LINES = new ArrayList<>();
    private static final ExtensionContext.Namespace HERE = ExtensionContext.Namespace.create(SecretsSeen.class);

    /** Says that a text is a secret of the tests. */
    public static String secret(String text) {
        if (text.length() < SHORTEST) {
            throw new IllegalArgumentException("a secret of the tests is long enough not to be a word by chance");
        }
        SECRETS.add(text);
        return text;
    }

    /** Takes down what others can read. */
    public static void said(String text) {
        synchronized (LINES) {
            LINES.add(text);
        }
    }

    /** Takes down what is logged, with exceptions and their causes, and what the thread carries. */
    public static final class Appender extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            String failure =
                    event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
            said(event.getLoggerName() + ": " + event.getFormattedMessage() + " " + event.getMDCPropertyMap() + " "
                    + failure);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        synchronized (LINES) {
            context.getStore(HERE).put("from", LINES.size());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        int from = context.getStore(HERE).get("from", Integer.class);
        List<String> leaks = new ArrayList<>();
        synchronized (LINES) {
            for (int i = from; i < LINES.size(); i++) {
                String line = LINES.get(i);
                if (API_TOKEN.matcher(line).find() || SECRETS.stream().anyMatch(line::contains)) {
                    leaks.add(masked(line));
                    // Told once: the class around this one, if there is one, has not leaked it.
                    LINES.set(i, "");
                }
            }
        }
        if (!leaks.isEmpty()) {
            throw new AssertionError("secrets were logged or answered in a problem:\n" + String.join("\n", leaks));
        }
    }

    private static String masked(String line) {
        String text = API_TOKEN.matcher(line).replaceAll("<API token>");
        for (String secret : SECRETS) {
            text = text.replace(secret, "<secret>");
        }
        return text;
    }
}
