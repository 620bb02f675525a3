package io.insightdesk.devenv.command;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person sees and types directly.
 *
 * @param input whether the standard input is a keyboard
 * @param output whether the standard output is a screen
 * @param errors whether the standard error is a screen
 * @param colours whether colours may be used where there is a screen
 */
record Terminal(boolean input, boolean output, boolean errors, boolean colours) {
    /** The script sets it to the numbers of the streams that are terminals, which Java cannot find out one by one. */
    static final String PROPERTY = "insightdesk.desk.terminals";

    static final Terminal NONE = new Terminal(false, false, false, false);

    static Terminal ofThisProcess() {
        return detect(System.getProperty(PROPERTY), System.getenv(), isTerminal(System.console()));
    }

    static Terminal detect(@Nullable String streams, Map<String, String> environment, boolean console) {
        boolean colours = environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
        if (streams == null) {
            return new Terminal(console, console, console, colours);
        }
        return new Terminal(streams.contains("0"), streams.contains("1"), streams.contains("2"), colours);
    }

    Terminal withoutColours() {
        return new Terminal(input, output, errors, false);
    }

    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            // From Java 22 on there is a console without a terminal, too.
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(e);
        }
    }
}
