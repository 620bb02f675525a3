package io.insightdesk.devenv.servers;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a user said outside the code: the system property {@code insightdesk.devenv.x.y}, else {@code INSIGHTDESK_DEVENV_X_Y}. */
final class Overrides {
    static final String PREFIX = "INSIGHTDESK_DEVENV_";

    private final Function<String, @Nullable String> property;
    private final Function<String, @Nullable String> variable;

    Overrides(Function<String, @Nullable String> property, Function<String, @Nullable String> variable) {
        this.property = property;
        this.variable = variable;
    }

    static Overrides ofThisProcess() {
        return new Overrides(System::getProperty, System::getenv);
    }

    /** Returns the value of the variable {@code PREFIX + name}, or of the property in its place; blank counts as absent. */
    Optional<String> find(String name) {
        String value = property.apply((PREFIX + name).toLowerCase(Locale.ROOT).replace('_', '.'));
        if (value == null || value.isBlank()) {
            value = variable.apply(PREFIX + name);
        }
        return Optional.ofNullable(value).map(String::strip).filter(text -> !text.isEmpty());
    }
}
