package io.insightdesk.server;

import static java.util.Objects.requireNonNullElse;

import io.insightdesk.key.Secret;
import io.insightdesk.server.SettingsException.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads single settings by their type, and collects what is wrong with them. */
abstract class TypedSettings {

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s|m|h|d)");

    private final SettingsSource source;
    private final List<Problem> problems;

    TypedSettings(SettingsSource source) {
        this.source = source;
        this.problems = new ArrayList<>(source.problems());
    }

    final List<Problem> problems() {
        return problems;
    }

    final boolean isSet(Setting setting) {
        return source.get(setting) != null;
    }

    final @Nullable String value(Setting setting) {
        return source.get(setting);
    }

    /** A value whose variable is not known beforehand; null where it is not given. */
    final @Nullable String find(String variable, String example) {
        return source.find(variable, example, problems);
    }

    /** All variables there are. */
    final Set<String> variables() {
        return source.variables();
    }

    /** Something is needed that may be missing; says so. What was found, and could not be read, has its problem already. */
    final void require(Setting setting, String what) {
        if (!isSet(setting)
                && problems.stream().noneMatch(known -> known.variable().equals(setting.name()))) {
            problem(setting, what);
        }
    }

    /** Two settings that make sense together only. */
    final void requireBothOrNeither(Setting one, Setting other) {
        if (isSet(one) != isSet(other)) {
            require(isSet(one) ? other : one, "is missing: " + one + " and " + other + " are given both or not at all");
        }
    }

    final List<String> list(Setting setting) {
        String value = text(setting, "");
        return value.isEmpty()
                ? List.of()
                : Arrays.stream(value.split(",", -1)).map(String::strip).toList();
    }

    final @Nullable URI address(Setting setting) {
        String value = source.get(setting);
        if (value == null) {
            return null;
        }
        try {
            URI uri = new URI(value);
            if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
                return URI.create(value.replaceAll("/+$", ""));
            }
        } catch (URISyntaxException e) {
            // Falls through to the problem, which says what it should be.
        }
        problem(setting, "has to be an absolute http or https address" + shown(setting, value));
        return null;
    }

    final String text(Setting setting, String byDefault) {
        return requireNonNullElse(source.get(setting), byDefault);
    }

    final @Nullable Secret secret(Setting setting) {
        String value = source.get(setting);
        return value == null ? null : Secret.of(value);
    }

    final boolean bool(Setting setting, boolean byDefault) {
        String value = text(setting, Boolean.toString(byDefault)).toLowerCase(Locale.ROOT);
        if (!value.equals("true") && !value.equals("false")) {
            problem(setting, "has to be true or false" + shown(setting, value));
        }
        return value.equals("true");
    }

    final int port(Setting setting, int byDefault) {
        return number(setting, byDefault, 0, 65_535);
    }

    final int number(Setting setting, int byDefault, int min, int max) {
        String value = source.get(setting);
        if (value == null) {
            return byDefault;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the problem, which says what it should be.
        }
        problem(setting, "has to be a whole number from " + min + " to " + max + shown(setting, value));
        return byDefault;
    }

    final Duration duration(Setting setting, Duration byDefault) {
        String value = source.get(setting);
        if (value == null) {
            return byDefault;
        }
        Duration duration = duration(value);
        if (duration == null) {
            problem(setting, "has to be a time such as 500ms, 20s, 15m, 2h or 7d" + shown(setting, value));
            return byDefault;
        }
        return duration;
    }

    /** A time such as {@code 15m}; null for any other text. */
    static @Nullable Duration duration(String text) {
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        long count = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    final Path path(Setting setting, Path workingDirectory, String byDefault) {
        try {
            return workingDirectory.resolve(text(setting, byDefault)).normalize();
        } catch (InvalidPathException e) {
            problem(setting, "is not a path: " + e.getReason());
            return workingDirectory;
        }
    }

    final <E extends Enum<E>> E oneOf(Setting setting, String value, E[] all, E otherwise) {
        Function<E, String> name = each -> each.name().toLowerCase(Locale.ROOT);
        for (E each : all) {
            if (name.apply(each).equals(value.toLowerCase(Locale.ROOT))) {
                return each;
            }
        }
        problem(
                setting,
                "has to be one of " + Arrays.stream(all).map(name).collect(Collectors.joining(", "))
                        + shown(setting, value));
        return otherwise;
    }

    static String shown(Setting setting, String value) {
        return setting.secret() ? "" : ", not \"" + value + "\"";
    }

    final void problem(Setting setting, String what) {
        problems.add(new Problem(setting.name(), what, setting.example()));
    }
}
