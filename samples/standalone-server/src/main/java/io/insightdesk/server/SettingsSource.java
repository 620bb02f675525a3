package io.insightdesk.server;

import io.insightdesk.server.SettingsException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings as they were written, each with where it was found: the environment, a file that the environment names, or the
 * {@code .env} of development. Not checked yet, but for what cannot be read.
 */
final class SettingsSource {

    private static final String ALIAS = "NODE_ENV";
    private static final String FILE = "_FILE";

    private final Map<Setting, Found> values = new EnumMap<>(Setting.class);
    private final List<Place> places = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    /** Variables, and where they are, for people. */
    private record Place(Map<String, String> variables, String origin) {}

    /**
     * A value that was found.
     *
     * @param value the value, stripped
     * @param origin where, for people
     */
    record Found(String value, String origin) {

        @Override
        public String toString() {
            return "Found[" + origin + "]";
        }
    }

    private SettingsSource() {}

    /**
     * Collects everything that is set.
     *
     * @param environment the variables of the process
     * @param workingDirectory has the {@code .env} of development
     * @param removed settings that there were once, each with what to do instead
     */
    static SettingsSource collect(Map<String, String> environment, Path workingDirectory, Map<String, String> removed) {
        SettingsSource source = new SettingsSource();
        source.take(environment, "the environment", removed);
        Found where = source.values.get(Setting.APP_ENV);
        if (where != null && AppEnvironment.DEVELOPMENT.wireName().equalsIgnoreCase(where.value())) {
            source.takeDotEnv(workingDirectory.resolve(".env"), removed);
        }
        return source;
    }

    /** Returns the value of a setting; null where it is not set. */
    @Nullable String get(Setting setting) {
        Found found = values.get(setting);
        return found == null ? null : found.value();
    }

    /** Returns where a setting was found; null where it is not set. */
    @Nullable String origin(Setting setting) {
        Found found = values.get(setting);
        return found == null ? null : found.origin();
    }

    /** What could not be read; unmodifiable. */
    List<Problem> problems() {
        return List.copyOf(problems);
    }

    /**
     * Looks for a variable that is no {@link Setting}; null where it is not given.
     *
     * @param found gets what is wrong with it
     */
    @Nullable String find(String variable, String example, List<Problem> found) {
        for (Place place : places) {
            Found value = read(variable, example, place, found);
            if (value != null) {
                return value.value();
            }
        }
        return null;
    }

    /** The names of all variables there are. */
    Set<String> variables() {
        Set<String> names = new LinkedHashSet<>();
        places.forEach(place -> names.addAll(place.variables().keySet()));
        return names;
    }

    private void take(Map<String, String> variables, String origin, Map<String, String> removed) {
        places.add(new Place(variables, origin));
        for (Setting setting : Setting.values()) {
            take(setting, variables, origin);
        }
        alias(variables, origin);
        removed.forEach((name, replacement) -> {
            if (isSet(variables, name) || isSet(variables, name + FILE)) {
                problems.add(new Problem(name, "is not a setting any more: " + replacement, ""));
            }
        });
    }

    /** The alias is looked at even where the setting itself is there, for the two could mean different things. */
    private void alias(Map<String, String> variables, String origin) {
        if (!isSet(variables, ALIAS)) {
            return;
        }
        String alias = value(variables, ALIAS);
        Found known = values.get(Setting.APP_ENV);
        if (known == null) {
            values.put(Setting.APP_ENV, new Found(alias, origin + ", as " + ALIAS));
        } else if (!known.value().equalsIgnoreCase(alias) && isSet(variables, Setting.APP_ENV.name())) {
            problem(
                    Setting.APP_ENV,
                    "is \"" + known.value() + "\", but its alias " + ALIAS + " is \"" + alias + "\"; keep one");
        }
    }

    private void take(Setting setting, Map<String, String> variables, String origin) {
        if (values.containsKey(setting)) {
            return;
        }
        Found found = read(setting.name(), setting.example(), new Place(variables, origin), problems);
        if (found != null) {
            values.put(setting, found);
        }
    }

    private static @Nullable Found read(String name, String example, Place place, List<Problem> problems) {
        // An empty variable is what a deployment file leaves when it has nothing to say.
        boolean direct = isSet(place.variables(), name);
        boolean byFile = isSet(place.variables(), name + FILE);
        if (direct && byFile) {
            problems.add(
                    new Problem(name, "is given twice, also as " + name + FILE + "; keep one of the two", example));
            return null;
        }
        if (direct) {
            return new Found(value(place.variables(), name), place.origin());
        }
        if (!byFile) {
            return null;
        }
        String file = value(place.variables(), name + FILE);
        try {
            String value = Files.readString(Path.of(file)).strip();
            if (!value.isEmpty()) {
                return new Found(value, "the file " + file + ", named by " + place.origin());
            }
            problems.add(new Problem(name, "is to be read from " + file + ", which is empty", example));
        } catch (IOException | InvalidPathException e) {
            problems.add(new Problem(
                    name,
                    "is to be read from " + file + ", which cannot be read ("
                            + e.getClass().getSimpleName() + ")",
                    example));
        }
        return null;
    }

    private void takeDotEnv(Path file, Map<String, String> removed) {
        if (!Files.exists(file)) {
            return;
        }
        try {
            take(DotEnv.read(file), file.toString(), removed);
        } catch (IOException | IllegalArgumentException e) {
            problems.add(new Problem(file.toString(), "cannot be read: " + e.getMessage(), "a line such as PORT=3001"));
        }
    }

    private static boolean isSet(Map<String, String> variables, String name) {
        return !value(variables, name).isEmpty();
    }

    private static String value(Map<String, String> variables, String name) {
        return variables.getOrDefault(name, "").strip();
    }

    private void problem(Setting setting, String what) {
        problems.add(new Problem(setting.name(), what, setting.example()));
    }
}
