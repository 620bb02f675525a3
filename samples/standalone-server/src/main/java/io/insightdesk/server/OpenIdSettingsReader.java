package io.insightdesk.server;

import static io.insightdesk.server.OpenIdSetting.CLIENT_ID;
import static io.insightdesk.server.OpenIdSetting.CLIENT_SECRET;
import static io.insightdesk.server.OpenIdSetting.DIRECTORY;
import static io.insightdesk.server.OpenIdSetting.EMAIL_DOMAINS;
import static io.insightdesk.server.OpenIdSetting.ISSUER;
import static io.insightdesk.server.OpenIdSetting.NEW_AGENTS;
import static io.insightdesk.server.OpenIdSetting.PRESET;
import static io.insightdesk.server.OpenIdSetting.SCOPES;
import static io.insightdesk.server.OpenIdSetting.SECOND_FACTOR;
import static io.insightdesk.server.OpenIdSetting.SESSION_LIFETIME;
import static io.insightdesk.server.OpenIdSetting.TENANTS;
import static io.insightdesk.server.OpenIdSetting.TRUSTS_EMAILS;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violation;
import io.insightdesk.identity.Role;
import io.insightdesk.key.Secret;
import io.insightdesk.login.OpenIdProvider;
import io.insightdesk.server.SettingsException.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the providers of OpenID Connect, and finds everything that is wrong with them. For one use. */
final class OpenIdSettingsReader {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");

    /** Which setting says what the library finds wrong. */
    private static final Map<String, OpenIdSetting> BY_POINTER = Map.of(
            "/issuer", ISSUER,
            "/clientId", CLIENT_ID,
            "/scopes", SCOPES,
            "/tenants", TENANTS,
            "/emailDomains", EMAIL_DOMAINS,
            "/sessionLifetime", SESSION_LIFETIME);

    /** Where values come from. */
    interface Source {

        /** A value, from whatever place it is given in; null where it is not. Tells itself what is wrong with the place. */
        @Nullable String find(String variable, String example);
    }

    private final Source source;
    private final List<Problem> problems;

    /**
     * Makes a reader.
     *
     * @param problems gets what is wrong
     */
    OpenIdSettingsReader(Source source, List<Problem> problems) {
        this.source = source;
        this.problems = problems;
    }

    /** The providers of these names that nothing is wrong with. */
    List<OpenIdProvider> read(List<String> names) {
        List<OpenIdProvider> providers = new ArrayList<>();
        for (String name : names) {
            if (NAME.matcher(name).matches()) {
                OpenIdProvider provider = provider(name);
                if (provider != null) {
                    providers.add(provider);
                }
            } else {
                problems.add(new Problem(
                        Setting.OPENID_PROVIDERS.name(),
                        "has to be names of up to 40 small letters, digits and hyphens, a letter first, separated by commas, not \""
                                + name + "\"",
                        Setting.OPENID_PROVIDERS.example()));
            }
        }
        if (new HashSet<>(names).size() < names.size()) {
            problems.add(new Problem(
                    Setting.OPENID_PROVIDERS.name(), "names one twice", Setting.OPENID_PROVIDERS.example()));
        }
        return providers;
    }

    /** Finds what is said of providers that nobody named: or a slip of the pen would switch a login off without a word. */
    void refuseOthers(List<String> names, Set<String> variables) {
        Set<String> known = new HashSet<>();
        for (String name : names) {
            for (OpenIdSetting setting : OpenIdSetting.values()) {
                known.add(setting.variable(name));
            }
        }
        for (String given : new TreeSet<>(variables)) {
            String variable = given.endsWith("_FILE") ? given.substring(0, given.length() - "_FILE".length()) : given;
            for (OpenIdSetting setting : OpenIdSetting.values()) {
                if (variable.startsWith("OPENID_")
                        && variable.endsWith("_" + setting.name())
                        && !known.contains(variable)) {
                    problems.add(new Problem(
                            given, "is of a provider that OPENID_PROVIDERS does not name", setting.example()));
                    break;
                }
            }
        }
    }

    private @Nullable OpenIdProvider provider(String name) {
        int before = problems.size();
        String preset = preset(name);
        URI issuer = issuer(name, preset);
        String clientId = find(name, CLIENT_ID);
        if (clientId == null) {
            problem(name, CLIENT_ID, "is required");
        }
        String secret = find(name, CLIENT_SECRET);
        if (secret == null && preset != null) {
            problem(name, CLIENT_SECRET, "is required for the preset " + preset);
        }
        boolean trustsEmails = bool(name, TRUSTS_EMAILS, "microsoft".equals(preset));
        boolean secondFactor = bool(name, SECOND_FACTOR, false);
        Role newAgents = role(name);
        Duration lifetime = lifetime(name);
        if (issuer == null || clientId == null) {
            return null;
        }
        OpenIdProvider.Builder builder = OpenIdProvider.of(name, issuer, clientId)
                .clientSecret(secret == null ? null : Secret.of(secret))
                .tenants(set(name, TENANTS))
                .emailDomains(set(name, EMAIL_DOMAINS))
                .trustsEmails(trustsEmails)
                .secondFactor(secondFactor)
                .newAgents(newAgents)
                .sessionLifetime(lifetime);
        String scopes = find(name, SCOPES);
        if (scopes != null) {
            builder.scopes(words(scopes));
        }
        try {
            OpenIdProvider provider = builder.build();
            return problems.size() == before ? provider : null;
        } catch (InvalidInputException e) {
            for (Violation violation : e.violations()) {
                OpenIdSetting setting = BY_POINTER.getOrDefault(violation.pointer(), ISSUER);
                problem(name, setting, "is not right: " + violation.message());
            }
            return null;
        }
    }

    private @Nullable String preset(String name) {
        String preset = find(name, PRESET);
        if (preset == null) {
            return null;
        }
        String known = preset.toLowerCase(Locale.ROOT);
        if (known.equals("google") || known.equals("microsoft")) {
            return known;
        }
        problem(name, PRESET, "has to be google or microsoft, not \"" + preset + "\"");
        return null;
    }

    private @Nullable URI issuer(String name, @Nullable String preset) {
        String given = find(name, ISSUER);
        if (preset != null) {
            if (given != null) {
                problem(name, ISSUER, "is said by " + PRESET.variable(name) + "; keep one of the two");
            }
            return preset.equals("google") ? OpenIdProvider.GOOGLE : microsoft(name);
        }
        if (given == null) {
            // Where the preset was wrong, that is said already.
            if (find(name, PRESET) == null) {
                problem(name, ISSUER, "is required, unless " + PRESET.variable(name) + " says it");
            }
            return null;
        }
        try {
            return new URI(given);
        } catch (URISyntaxException e) {
            problem(name, ISSUER, "has to be an https address, not \"" + given + "\"");
            return null;
        }
    }

    private @Nullable URI microsoft(String name) {
        String directory = find(name, DIRECTORY);
        if (directory != null) {
            try {
                return OpenIdProvider.microsoftIssuer(UUID.fromString(directory));
            } catch (IllegalArgumentException e) {
                // Falls through to the problem, which says what it should be.
            }
        }
        problem(
                name,
                DIRECTORY,
                directory == null
                        ? "is required for the preset microsoft"
                        : "has to be the identifier of a directory, a UUID, not \"" + directory + "\"");
        return null;
    }

    private @Nullable Role role(String name) {
        String role = find(name, NEW_AGENTS);
        if (role == null) {
            return null;
        }
        try {
            return Role.of(role);
        } catch (InvalidInputException e) {
            problem(name, NEW_AGENTS, "has to be the name of a role, not \"" + role + "\"");
            return null;
        }
    }

    private Duration lifetime(String name) {
        String text = find(name, SESSION_LIFETIME);
        Duration lifetime = text == null ? null : TypedSettings.duration(text);
        if (text != null && lifetime == null) {
            problem(name, SESSION_LIFETIME, "has to be a time such as 30m, 8h or 1d, not \"" + text + "\"");
        }
        return lifetime == null ? OpenIdProvider.DEFAULT_SESSION_LIFETIME : lifetime;
    }

    private boolean bool(String name, OpenIdSetting setting, boolean byDefault) {
        String text = find(name, setting);
        if (text == null) {
            return byDefault;
        }
        String value = text.toLowerCase(Locale.ROOT);
        if (!value.equals("true") && !value.equals("false")) {
            problem(name, setting, "has to be true or false, not \"" + text + "\"");
        }
        return value.equals("true");
    }

    private Set<String> set(String name, OpenIdSetting setting) {
        String text = find(name, setting);
        return text == null ? Set.of() : Set.copyOf(words(text));
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("[\\s,]+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private @Nullable String find(String name, OpenIdSetting setting) {
        return source.find(setting.variable(name), setting.example());
    }

    private void problem(String name, OpenIdSetting setting, String what) {
        problems.add(new Problem(setting.variable(name), what, setting.example()));
    }
}
