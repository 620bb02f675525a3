package io.insightdesk.tenant;

import io.insightdesk.error.Violations;
import io.insightdesk.internal.Json;
import io.insightdesk.internal.Numbers;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant has chosen for itself. Where it has chosen nothing, the installation's choice holds.
 *
 * @param closeResolvedAfter how long a ticket stays resolved before it closes, at least a minute; null for what the builder says
 * @param customerLogin whether customers log in by links where the installation offers that ({@code LoginOptions.customerLogin}); false
 *     also shuts out who is logged in, for as long as it is false
 * @param hostSettings what the host's own code keeps here by name, of which the library understands nothing: texts, numbers, booleans, lists
 *     and maps of these, up to {@value #MAX_HOST_CHARACTERS} characters as JSON;
 *     numbers go up to the greatest {@code double} and have up to 350 digits after the point
 * @since 0.1.0
 */
public record TenantSettings(
        @Nullable Duration closeResolvedAfter, boolean customerLogin, Map<String, Object> hostSettings) {

    /** The greatest size of the host's part, in UTF-16 code units of its JSON. */
    public static final int MAX_HOST_CHARACTERS = 32_768;

    /** Nothing is chosen. */
    public static final TenantSettings NONE = new TenantSettings(null, true, Map.of());

    private static final Duration LEAST = Duration.ofMinutes(1);
    private static final Duration MOST = Duration.ofDays(3650);

    /** Checks all rules. */
    public TenantSettings {
        Violations violations = new Violations();
        if (closeResolvedAfter != null
                && (closeResolvedAfter.compareTo(LEAST) < 0 || closeResolvedAfter.compareTo(MOST) > 0)) {
            violations.add("/closeResolvedAfter", "out_of_range", "The time is from 1 minute to 3650 days.");
        }
        String json = Json.write(hostSettings);
        if (json.length() > MAX_HOST_CHARACTERS) {
            violations.add(
                    "/hostSettings",
                    "too_long",
                    "At most " + MAX_HOST_CHARACTERS + " characters are allowed as JSON, these are " + json.length()
                            + ".");
        }
        Numbers.check(violations, "/hostSettings", hostSettings);
        if (json.contains("\\u0000")) {
            violations.add("/hostSettings", "invalid_value", "The NUL character is not allowed in a text.");
        }
        violations.throwIfAny();
        hostSettings = Collections.unmodifiableMap(new LinkedHashMap<>(hostSettings));
    }
}
