package io.insightdesk.server;

import static java.util.Objects.requireNonNullElse;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.jaxrs.Cors;
import io.insightdesk.key.EncryptionKey;
import io.insightdesk.key.Secret;
import io.insightdesk.limit.AddressRange;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.server.SettingsException.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the settings from environment variables and finds everything that is wrong with them. For one use. */
final class SettingsReader {

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s|m|h|d)");
    private static final Pattern VALKEY = Pattern.compile("(?:redis|valkey)s?://");
    private static final Pattern ADDRESS = Pattern.compile("[^@\\s<>]+@[A-Za-z0-9.-]+");
    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug");

    private final Map<Setting, String> values = new EnumMap<>(Setting.class);
    private final List<Problem> problems = new ArrayList<>();

    private SettingsReader() {}

    /**
     * Reads and checks.
     *
     * @param environment the variables of the process
     * @param arguments of the command line: at most a role
     * @param workingDirectory has the {@code .env} of development; relative paths begin there
     * @throws SettingsException with all problems
     */
    static Settings read(Map<String, String> environment, List<String> arguments, Path workingDirectory) {
        SettingsReader reader = new SettingsReader();
        reader.take(environment);
        AppEnvironment where = reader.environment(environment);
        if (where == AppEnvironment.DEVELOPMENT) {
            reader.takeFile(workingDirectory.resolve(".env"));
        }
        Settings settings = reader.settings(where, arguments, workingDirectory);
        if (!reader.problems.isEmpty()) {
            throw new SettingsException(reader.problems);
        }
        return settings;
    }

    private void take(Map<String, String> variables) {
        for (Setting setting : Setting.values()) {
            if (values.containsKey(setting)) {
                continue;
            }
            // An empty variable is what a deployment file leaves when it has nothing to say.
            String value = variables.getOrDefault(setting.name(), "").strip();
            String file = variables.getOrDefault(setting.name() + "_FILE", "").strip();
            if (!value.isEmpty() && !file.isEmpty()) {
                problem(setting, "is given twice, also as " + setting.name() + "_FILE; keep one of the two");
            } else if (!value.isEmpty()) {
                values.put(setting, value);
            } else if (!file.isEmpty()) {
                takeSecret(setting, file);
            }
        }
    }

    private void takeSecret(Setting setting, String file) {
        try {
            String value = Files.readString(Path.of(file)).strip();
            if (value.isEmpty()) {
                problem(setting, "is to be read from " + file + ", which is empty");
            } else {
                values.put(setting, value);
            }
        } catch (IOException | InvalidPathException e) {
            problem(
                    setting,
                    "is to be read from " + file + ", which cannot be read ("
                            + e.getClass().getSimpleName() + ")");
        }
    }

    private void takeFile(Path file) {
        if (!Files.exists(file)) {
            return;
        }
        try {
            take(DotEnv.read(file));
        } catch (IOException | IllegalArgumentException e) {
            problems.add(new Problem(file.toString(), "cannot be read: " + e.getMessage(), "a line such as PORT=3001"));
        }
    }

    private AppEnvironment environment(Map<String, String> variables) {
        String name = values.get(Setting.APP_ENV);
        if (name == null) {
            name = variables.getOrDefault("NODE_ENV", "").strip();
        }
        if (name.isEmpty()) {
            problem(
                    Setting.APP_ENV,
                    "is required: development, test, staging or production. Nothing is assumed, because development makes up a"
                            + " database and a token");
            return AppEnvironment.PRODUCTION;
        }
        return oneOf(Setting.APP_ENV, name, AppEnvironment.values(), AppEnvironment.PRODUCTION);
    }

    private Settings settings(AppEnvironment where, List<String> arguments, Path workingDirectory) {
        boolean development = where == AppEnvironment.DEVELOPMENT;
        ServerRole role = role(arguments);
        boolean mailEnabled = bool(Setting.MAIL_ENABLED, true);
        Path directory = path(Setting.INSIGHTDESK_DIRECTORY, workingDirectory, ".insightdesk");
        return new Settings(
                where,
                role,
                new Settings.Http(
                        text(Setting.HOST, development ? "127.0.0.1" : "0.0.0.0"),
                        port(Setting.PORT, 3001),
                        apiUrl(where),
                        trustedProxies(),
                        cors()),
                database(where),
                pool(),
                valkey(),
                smtp(where, mailEnabled),
                mailEnabled,
                blobDirectory(where, workingDirectory, directory),
                encryptionKeys(),
                login(where, role),
                secret(Setting.METRICS_TOKEN),
                new Settings.Development(
                        directory,
                        port(Setting.INSIGHTDESK_SMTP_PORT, 2525),
                        port(Setting.MAIL_CATCHER_HTTP_PORT, 8025),
                        port(Setting.MAIL_CATCHER_SMTP_PORT, 1025),
                        address(Setting.MAIL_CATCHER_URL)),
                duration(Setting.SHUTDOWN_GRACE, Duration.ofSeconds(20)),
                level(),
                Arrays.stream(Setting.values())
                        .filter(setting -> setting.group() == Setting.Group.LATER && values.containsKey(setting))
                        .map(Setting::name)
                        .toList());
    }

    private ServerRole role(List<String> arguments) {
        if (arguments.size() > 1) {
            problem(
                    Setting.INSIGHTDESK_ROLE,
                    "the command line takes one argument, the role: api, worker, all, migrate or verify_audit; not "
                            + arguments.size());
        }
        String name = arguments.isEmpty() ? text(Setting.INSIGHTDESK_ROLE, "all") : arguments.get(0);
        return oneOf(Setting.INSIGHTDESK_ROLE, name, ServerRole.values(), ServerRole.ALL);
    }

    private List<AddressRange> trustedProxies() {
        try {
            return list(Setting.TRUSTED_PROXIES).stream().map(AddressRange::of).toList();
        } catch (InvalidInputException e) {
            problem(
                    Setting.TRUSTED_PROXIES,
                    "has to be addresses or ranges such as 10.0.0.0/8, with zeros after the prefix, separated by commas"
                            + shown(Setting.TRUSTED_PROXIES, values.getOrDefault(Setting.TRUSTED_PROXIES, "")));
            return List.of();
        }
    }

    private Cors cors() {
        try {
            Set<String> origins = Set.copyOf(list(Setting.CORS_ORIGINS));
            // For logins that are kept in cookies; they are guarded against forged requests besides.
            boolean credentials = !origins.isEmpty() && !origins.contains("*");
            return new Cors(origins, credentials, Cors.DEFAULT_MAX_AGE);
        } catch (IllegalArgumentException e) {
            problem(
                    Setting.CORS_ORIGINS,
                    "has to be origins such as https://app.example.com, without a path, separated by commas"
                            + shown(Setting.CORS_ORIGINS, values.getOrDefault(Setting.CORS_ORIGINS, "")));
            return Cors.closed();
        }
    }

    private List<String> list(Setting setting) {
        String value = values.getOrDefault(setting, "");
        return value.isEmpty()
                ? List.of()
                : Arrays.stream(value.split(",", -1)).map(String::strip).toList();
    }

    private @Nullable URI apiUrl(AppEnvironment where) {
        if (values.get(Setting.API_URL) == null && where.serious()) {
            problem(Setting.API_URL, "is required in staging and production");
        }
        return address(Setting.API_URL);
    }

    private @Nullable URI address(Setting setting) {
        String value = values.get(setting);
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

    private @Nullable DatabaseUrl database(AppEnvironment where) {
        String value = values.get(Setting.DATABASE_URL);
        if (value == null) {
            if (where != AppEnvironment.DEVELOPMENT) {
                problem(Setting.DATABASE_URL, "is required outside development");
            }
            return null;
        }
        try {
            return DatabaseUrl.parse(value);
        } catch (IllegalArgumentException e) {
            problem(Setting.DATABASE_URL, requireNonNullElse(e.getMessage(), "cannot be read"));
            return null;
        }
    }

    private Settings.Pool pool() {
        int max = number(Setting.DATABASE_POOL_MAX, 10, 1, 1000);
        int min = number(Setting.DATABASE_POOL_MIN, Math.min(2, max), 0, 1000);
        if (min > max) {
            problem(Setting.DATABASE_POOL_MIN, "is " + min + ", more than DATABASE_POOL_MAX, which is " + max);
        }
        return new Settings.Pool(min, max);
    }

    /** The library looks at the rest of the address; this finds what was meant for something else. */
    private @Nullable Secret valkey() {
        Secret valkey = secret(Setting.VALKEY_URL);
        if (valkey != null && !VALKEY.matcher(valkey.reveal()).lookingAt()) {
            problem(Setting.VALKEY_URL, "has to begin with redis://, rediss://, valkey:// or valkeys://");
        }
        return valkey;
    }

    private List<EncryptionKey> encryptionKeys() {
        if (values.containsKey(Setting.ENCRYPTION_KEY_PREVIOUS) && !values.containsKey(Setting.ENCRYPTION_KEY)) {
            problem(Setting.ENCRYPTION_KEY, "is missing, while ENCRYPTION_KEY_PREVIOUS is there");
        }
        List<EncryptionKey> keys = new ArrayList<>();
        for (Setting setting : List.of(Setting.ENCRYPTION_KEY, Setting.ENCRYPTION_KEY_PREVIOUS)) {
            String value = values.get(setting);
            if (value != null) {
                try {
                    keys.add(EncryptionKey.of(Base64.getDecoder().decode(value)));
                } catch (IllegalArgumentException e) {
                    problem(setting, "has to be 32 bytes in Base64: openssl rand -base64 32");
                }
            }
        }
        if (keys.size() == 2 && keys.get(0).id().equals(keys.get(1).id())) {
            problem(Setting.ENCRYPTION_KEY_PREVIOUS, "is the same as ENCRYPTION_KEY");
        }
        return keys;
    }

    private Settings.Login login(AppEnvironment where, ServerRole role) {
        boolean development = where == AppEnvironment.DEVELOPMENT;
        if (!development && role.knowsLogins() && !values.containsKey(Setting.JWT_SECRET)) {
            problem(Setting.JWT_SECRET, "is required outside development: openssl rand -hex 32");
        }
        Duration access = duration(Setting.JWT_EXPIRES_IN, LoginOptions.DEFAULT_ACCESS_LIFETIME);
        if (access.compareTo(Duration.ofSeconds(1)) < 0) {
            problem(Setting.JWT_EXPIRES_IN, "has to be at least 1s");
        }
        Duration refresh = duration(Setting.REFRESH_TOKEN_EXPIRES_IN, LoginOptions.DEFAULT_REFRESH_LIFETIME);
        if (refresh.compareTo(access) < 0) {
            problem(Setting.REFRESH_TOKEN_EXPIRES_IN, "has to be as long as JWT_EXPIRES_IN at least");
        }
        URI console = address(Setting.APP_URL);
        String from = values.get(Setting.MAIL_FROM);
        if (from != null && !ADDRESS.matcher(from).matches()) {
            problem(Setting.MAIL_FROM, "has to be a mail address" + shown(Setting.MAIL_FROM, from));
        }
        return new Settings.Login(
                signing(Setting.JWT_SECRET),
                signing(Setting.JWT_SECRET_PREVIOUS),
                access,
                refresh,
                console == null && development ? URI.create("http://localhost:3000") : console,
                from == null && development ? "insightdesk@localhost" : from);
    }

    /** A secret that signs tokens; never one that everybody knows. */
    private @Nullable Secret signing(Setting setting) {
        Secret secret = secret(setting);
        if (secret != null && secret.reveal().length() < LoginOptions.MIN_SECRET) {
            problem(setting, "has to have at least " + LoginOptions.MIN_SECRET + " characters");
        } else if (secret != null && secret.equals(Secret.of(setting.example()))) {
            problem(setting, "is the one of the example, which everybody knows");
        }
        return secret;
    }

    private Settings.@Nullable Smtp smtp(AppEnvironment where, boolean mailEnabled) {
        Settings.Security security = oneOf(
                Setting.SMTP_SECURITY,
                text(Setting.SMTP_SECURITY, "starttls"),
                Settings.Security.values(),
                Settings.Security.STARTTLS);
        int port = values.containsKey(Setting.SMTP_PORT) ? number(Setting.SMTP_PORT, 0, 1, 65_535) : 0;
        String user = values.get(Setting.SMTP_USER);
        Secret password = secret(Setting.SMTP_PASS);
        if ((user == null) != (password == null)) {
            problem(
                    user == null ? Setting.SMTP_USER : Setting.SMTP_PASS,
                    "is missing: SMTP_USER and SMTP_PASS are given both or not at all");
        }
        String host = values.get(Setting.SMTP_HOST);
        if (host == null && mailEnabled && where.serious()) {
            problem(Setting.SMTP_HOST, "is required in staging and production, unless MAIL_ENABLED=false");
        }
        return host == null || !mailEnabled ? null : new Settings.Smtp(host, port, user, password, security);
    }

    private @Nullable Path blobDirectory(AppEnvironment where, Path workingDirectory, Path development) {
        String store = values.get(Setting.BLOB_STORE);
        if (store == null) {
            if (where.serious()) {
                problem(Setting.BLOB_STORE, "has to be chosen in staging and production: file or database");
            }
            store = where == AppEnvironment.DEVELOPMENT ? "file" : "database";
        }
        boolean inDevelopment = where == AppEnvironment.DEVELOPMENT;
        switch (store.toLowerCase(Locale.ROOT)) {
            case "database" -> {
                return null;
            }
            case "file" -> {
                if (!inDevelopment && !values.containsKey(Setting.BLOB_DIRECTORY)) {
                    problem(Setting.BLOB_DIRECTORY, "is required for BLOB_STORE=file");
                }
                return values.containsKey(Setting.BLOB_DIRECTORY)
                        ? path(Setting.BLOB_DIRECTORY, workingDirectory, "blobs")
                        : development.resolve("blobs");
            }
            default -> {
                problem(Setting.BLOB_STORE, "has to be file or database" + shown(Setting.BLOB_STORE, store));
                return null;
            }
        }
    }

    private String level() {
        String level = text(Setting.LOG_LEVEL, "info").toLowerCase(Locale.ROOT);
        if (!LEVELS.contains(level)) {
            problem(
                    Setting.LOG_LEVEL,
                    "has to be one of " + String.join(", ", LEVELS) + shown(Setting.LOG_LEVEL, level));
        }
        return level;
    }

    private String text(Setting setting, String byDefault) {
        return values.getOrDefault(setting, byDefault);
    }

    private @Nullable Secret secret(Setting setting) {
        String value = values.get(setting);
        return value == null ? null : Secret.of(value);
    }

    private boolean bool(Setting setting, boolean byDefault) {
        String value = text(setting, Boolean.toString(byDefault)).toLowerCase(Locale.ROOT);
        if (!value.equals("true") && !value.equals("false")) {
            problem(setting, "has to be true or false" + shown(setting, value));
        }
        return value.equals("true");
    }

    private int port(Setting setting, int byDefault) {
        return number(setting, byDefault, 0, 65_535);
    }

    private int number(Setting setting, int byDefault, int min, int max) {
        String value = values.get(setting);
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

    private Duration duration(Setting setting, Duration byDefault) {
        String value = values.get(setting);
        if (value == null) {
            return byDefault;
        }
        Matcher parts = DURATION.matcher(value);
        if (!parts.matches()) {
            problem(setting, "has to be a time such as 500ms, 20s, 15m, 2h or 7d" + shown(setting, value));
            return byDefault;
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

    private Path path(Setting setting, Path workingDirectory, String byDefault) {
        try {
            return workingDirectory.resolve(text(setting, byDefault)).normalize();
        } catch (InvalidPathException e) {
            problem(setting, "is not a path: " + e.getReason());
            return workingDirectory;
        }
    }

    private <E extends Enum<E>> E oneOf(Setting setting, String value, E[] all, E otherwise) {
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

    private static String shown(Setting setting, String value) {
        return setting.secret() ? "" : ", not \"" + value + "\"";
    }

    private void problem(Setting setting, String what) {
        problems.add(new Problem(setting.name(), what, setting.example()));
    }
}
