package io.insightdesk.server;

import static java.util.Objects.requireNonNullElse;

import io.insightdesk.InsightDesk;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.jaxrs.Cors;
import io.insightdesk.key.EncryptionKey;
import io.insightdesk.key.Secret;
import io.insightdesk.limit.AddressRange;
import io.insightdesk.login.CustomerLogin;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.OpenIdProvider;
import io.insightdesk.storage.ClamdScanner;
import io.insightdesk.storage.UnscannedFiles;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the settings from environment variables and finds everything that is wrong with them. For one use. */
final class SettingsReader extends TypedSettings {

    private static final Pattern VALKEY = Pattern.compile("(?:redis|valkey)s?://");
    private static final Pattern ADDRESS = Pattern.compile("[^@\\s<>]+@[A-Za-z0-9.-]+");
    private static final Pattern SLUG = Pattern.compile("[a-z][a-z0-9-]{0,58}[a-z0-9]");
    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug");

    private final AppEnvironment where;
    private final ServerRole role;
    private final Path workingDirectory;

    private SettingsReader(SettingsSource source, List<String> arguments, Path workingDirectory) {
        super(source);
        this.workingDirectory = workingDirectory;
        this.where = environment();
        this.role = role(arguments);
    }

    /**
     * Reads and checks.
     *
     * @param environment the variables of the process
     * @param arguments of the command line: at most a role
     * @param workingDirectory has the {@code .env} of development; relative paths begin there
     * @throws SettingsException with all problems
     */
    static Settings read(Map<String, String> environment, List<String> arguments, Path workingDirectory) {
        return read(
                SettingsSource.collect(environment, workingDirectory, RemovedSettings.ALL),
                arguments,
                workingDirectory);
    }

    /** Checks what was collected. */
    static Settings read(SettingsSource source, List<String> arguments, Path workingDirectory) {
        SettingsReader reader = new SettingsReader(source, arguments, workingDirectory);
        Settings settings = reader.settings();
        if (!reader.problems().isEmpty()) {
            throw new SettingsException(reader.problems());
        }
        return settings;
    }

    private AppEnvironment environment() {
        String name = value(Setting.APP_ENV);
        if (name == null) {
            require(
                    Setting.APP_ENV,
                    "is required: development, test, staging or production. Nothing is assumed, because development makes up a"
                            + " database and a token");
            return AppEnvironment.PRODUCTION;
        }
        return oneOf(Setting.APP_ENV, name, AppEnvironment.values(), AppEnvironment.PRODUCTION);
    }

    private ServerRole role(List<String> arguments) {
        if (arguments.size() > 1) {
            problem(
                    Setting.INSIGHTDESK_ROLE,
                    "the command line takes one argument, the role: " + Setting.INSIGHTDESK_ROLE.rule() + "; not "
                            + arguments.size());
        }
        String name = arguments.isEmpty() ? text(Setting.INSIGHTDESK_ROLE, "all") : arguments.get(0);
        return oneOf(Setting.INSIGHTDESK_ROLE, name, ServerRole.values(), ServerRole.ALL);
    }

    private Settings settings() {
        boolean mailEnabled = bool(Setting.MAIL_ENABLED, true);
        Path directory = path(Setting.INSIGHTDESK_DIRECTORY, workingDirectory, ".insightdesk");
        Settings.Observation observation = observation();
        return new Settings(
                where,
                role,
                http(),
                database(),
                databaseUrl(Setting.DATABASE_READ_URL),
                pool(),
                bool(Setting.DATABASE_MIGRATE, !where.serious()),
                valkey(),
                smtp(mailEnabled),
                mailEnabled,
                blobDirectory(directory),
                bucket(),
                scanner(),
                encryptionKeys(),
                login(mailEnabled),
                observation,
                new Settings.Development(
                        directory,
                        port(Setting.INSIGHTDESK_SMTP_PORT, 2525),
                        port(Setting.MAIL_CATCHER_HTTP_PORT, 8025),
                        port(Setting.MAIL_CATCHER_SMTP_PORT, 1025),
                        address(Setting.MAIL_CATCHER_URL)),
                new Settings.Stopping(
                        duration(Setting.DRAIN_DELAY, where.serious() ? Duration.ofSeconds(5) : Duration.ZERO),
                        duration(Setting.SHUTDOWN_GRACE, Duration.ofSeconds(20))));
    }

    private Settings.Http http() {
        boolean development = where == AppEnvironment.DEVELOPMENT;
        if (where.serious() && role.serves()) {
            require(Setting.API_URL, "is required in staging and production");
        }
        URI api = address(Setting.API_URL);
        String host = text(Setting.HOST, development ? "127.0.0.1" : "0.0.0.0");
        int port = port(Setting.PORT, role == ServerRole.WEB ? 3000 : 3001);
        Settings.@Nullable Management management = null;
        if (isSet(Setting.MANAGEMENT_PORT)) {
            management =
                    new Settings.Management(text(Setting.MANAGEMENT_HOST, host), port(Setting.MANAGEMENT_PORT, 9090));
            if (management.port() != 0 && management.port() == port && role != ServerRole.WORKER) {
                problem(Setting.MANAGEMENT_PORT, "is the same as PORT, which is " + port);
            }
        }
        return new Settings.Http(host, port, management, api, trustedProxies(), cors());
    }

    private List<AddressRange> trustedProxies() {
        try {
            return list(Setting.TRUSTED_PROXIES).stream().map(AddressRange::of).toList();
        } catch (InvalidInputException e) {
            problem(
                    Setting.TRUSTED_PROXIES,
                    "has to be addresses or ranges such as 10.0.0.0/8, with zeros after the prefix, separated by commas"
                            + shown(Setting.TRUSTED_PROXIES, text(Setting.TRUSTED_PROXIES, "")));
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
                            + shown(Setting.CORS_ORIGINS, text(Setting.CORS_ORIGINS, "")));
            return Cors.closed();
        }
    }

    private @Nullable DatabaseUrl database() {
        if (where != AppEnvironment.DEVELOPMENT && role.usesDatabase()) {
            require(Setting.DATABASE_URL, "is required outside development");
        }
        return databaseUrl(Setting.DATABASE_URL);
    }

    private @Nullable DatabaseUrl databaseUrl(Setting setting) {
        String value = value(setting);
        try {
            return value == null ? null : DatabaseUrl.parse(value);
        } catch (IllegalArgumentException e) {
            problem(setting, requireNonNullElse(e.getMessage(), "cannot be read"));
            return null;
        }
    }

    private Settings.@Nullable Scanner scanner() {
        int port = number(Setting.CLAMD_PORT, ClamdScanner.DEFAULT_PORT, 1, 65_535);
        UnscannedFiles unscanned = oneOf(
                Setting.UNSCANNED_FILES,
                text(Setting.UNSCANNED_FILES, "refuse"),
                UnscannedFiles.values(),
                UnscannedFiles.REFUSE);
        String host = value(Setting.CLAMD_HOST);
        if (host == null && (isSet(Setting.CLAMD_PORT) || isSet(Setting.UNSCANNED_FILES))) {
            problem(
                    Setting.CLAMD_HOST,
                    "is missing: without it nothing looks for malware, and the other settings say nothing");
        }
        return host == null ? null : new Settings.Scanner(host, port, unscanned);
    }

    private Duration within(Setting setting, Duration byDefault, Duration least, Duration most) {
        Duration found = duration(setting, byDefault);
        if (found.compareTo(least) < 0 || found.compareTo(most) > 0) {
            problem(setting, "has to be " + setting.rule() + ", not " + value(setting));
            return byDefault;
        }
        return found;
    }

    private Settings.Pool pool() {
        int max = number(Setting.DATABASE_POOL_MAX, 10, 1, 1000);
        int min = number(Setting.DATABASE_POOL_MIN, Math.min(2, max), 0, 1000);
        if (min > max) {
            problem(Setting.DATABASE_POOL_MIN, "is " + min + ", more than DATABASE_POOL_MAX, which is " + max);
        }
        return new Settings.Pool(
                min,
                max,
                within(
                        Setting.DATABASE_POOL_WAIT,
                        Duration.ofSeconds(10),
                        Duration.ofMillis(250),
                        Duration.ofMinutes(10)),
                within(
                        Setting.DATABASE_STATEMENT_TIMEOUT,
                        InsightDesk.Builder.DEFAULT_STATEMENT_TIMEOUT,
                        Duration.ZERO,
                        Duration.ofDays(1)));
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
        if (isSet(Setting.ENCRYPTION_KEY_PREVIOUS)) {
            require(Setting.ENCRYPTION_KEY, "is missing, while ENCRYPTION_KEY_PREVIOUS is there");
        }
        List<EncryptionKey> keys = new ArrayList<>();
        for (Setting setting : List.of(Setting.ENCRYPTION_KEY, Setting.ENCRYPTION_KEY_PREVIOUS)) {
            String value = value(setting);
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

    private Settings.Login login(boolean mailEnabled) {
        boolean development = where == AppEnvironment.DEVELOPMENT;
        if (!development && role.knowsLogins()) {
            require(Setting.JWT_SECRET, "is required outside development: openssl rand -hex 32");
        }
        if (where.serious() && role.knowsLogins()) {
            require(Setting.APP_URL, "is required in staging and production");
            if (mailEnabled) {
                require(Setting.MAIL_FROM, "is required in staging and production, unless MAIL_ENABLED=false");
            }
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
        String from = matching(Setting.MAIL_FROM, ADDRESS, "has to be a mail address");
        String operators = matching(
                Setting.OPERATOR_TENANT,
                SLUG,
                "has to be a tenant's slug: 2 to 60 lower-case letters, digits and hyphens, beginning with a letter");
        if (console == null && development) {
            console = URI.create("http://localhost:3000");
        }
        if (from == null && development) {
            from = "insightdesk@localhost";
        }
        List<String> names = list(Setting.OPENID_PROVIDERS);
        OpenIdSettingsReader openId = new OpenIdSettingsReader(this::find, problems());
        List<OpenIdProvider> providers = openId.read(names);
        openId.refuseOthers(names, variables());
        return new Settings.Login(
                signing(Setting.JWT_SECRET),
                signing(Setting.JWT_SECRET_PREVIOUS),
                access,
                refresh,
                console,
                from,
                operators,
                customerLogin(),
                providers,
                openIdCallback(names, console));
    }

    private CustomerLogin customerLogin() {
        CustomerLogin who = oneOf(
                Setting.CUSTOMER_LOGIN,
                text(Setting.CUSTOMER_LOGIN, CustomerLogin.OFF.wireName()),
                CustomerLogin.values(),
                CustomerLogin.OFF);
        if (who != CustomerLogin.OFF && where != AppEnvironment.DEVELOPMENT) {
            require(Setting.APP_URL, "is required for CUSTOMER_LOGIN=" + who.wireName());
            require(Setting.MAIL_FROM, "is required for CUSTOMER_LOGIN=" + who.wireName());
        }
        return who;
    }

    private @Nullable URI openIdCallback(List<String> providers, @Nullable URI console) {
        String given = value(Setting.OPENID_CALLBACK_URL);
        if (given != null) {
            // As it is: providers compare it by letter.
            return address(Setting.OPENID_CALLBACK_URL) == null ? null : URI.create(given);
        }
        if (providers.isEmpty()) {
            return null;
        }
        if (console == null) {
            require(Setting.OPENID_CALLBACK_URL, "is required for OPENID_PROVIDERS, unless APP_URL is there");
            return null;
        }
        return URI.create(console + "/login/openid");
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

    private Settings.@Nullable Smtp smtp(boolean mailEnabled) {
        Settings.Security security = oneOf(
                Setting.SMTP_SECURITY,
                text(Setting.SMTP_SECURITY, "starttls"),
                Settings.Security.values(),
                Settings.Security.STARTTLS);
        int port = isSet(Setting.SMTP_PORT) ? number(Setting.SMTP_PORT, 0, 1, 65_535) : 0;
        String user = value(Setting.SMTP_USER);
        Secret password = secret(Setting.SMTP_PASS);
        requireBothOrNeither(Setting.SMTP_USER, Setting.SMTP_PASS);
        if (mailEnabled && where.serious() && role.sendsMail()) {
            require(Setting.SMTP_HOST, "is required in staging and production, unless MAIL_ENABLED=false");
        }
        String host = value(Setting.SMTP_HOST);
        return host == null || !mailEnabled ? null : new Settings.Smtp(host, port, user, password, security);
    }

    private @Nullable Path blobDirectory(Path developments) {
        if (where.serious() && role.keepsFiles()) {
            require(Setting.BLOB_STORE, "has to be chosen in staging and production: file, database or s3");
        }
        boolean development = where == AppEnvironment.DEVELOPMENT;
        String store = text(Setting.BLOB_STORE, development ? "file" : "database");
        switch (store.toLowerCase(Locale.ROOT)) {
            case "database", "s3" -> {
                return null;
            }
            case "file" -> {
                if (!development) {
                    require(Setting.BLOB_DIRECTORY, "is required for BLOB_STORE=file");
                }
                return isSet(Setting.BLOB_DIRECTORY)
                        ? path(Setting.BLOB_DIRECTORY, workingDirectory, "blobs")
                        : developments.resolve("blobs");
            }
            default -> {
                problem(Setting.BLOB_STORE, "has to be file, database or s3" + shown(Setting.BLOB_STORE, store));
                return null;
            }
        }
    }

    private Settings.@Nullable Bucket bucket() {
        URI endpoint = address(Setting.S3_ENDPOINT);
        boolean pathStyle = bool(Setting.S3_PATH_STYLE, false);
        requireBothOrNeither(Setting.S3_BUCKET, Setting.S3_REGION);
        requireBothOrNeither(Setting.S3_ACCESS_KEY, Setting.S3_SECRET_KEY);
        Secret accessKey = secret(Setting.S3_ACCESS_KEY);
        Secret secretKey = secret(Setting.S3_SECRET_KEY);
        if (!text(Setting.BLOB_STORE, "").equalsIgnoreCase("s3")) {
            return null;
        }
        String name = value(Setting.S3_BUCKET);
        String region = value(Setting.S3_REGION);
        if (name == null && region == null) {
            require(Setting.S3_BUCKET, "is required for BLOB_STORE=s3");
            require(Setting.S3_REGION, "is required for BLOB_STORE=s3");
        }
        return name == null || region == null
                ? null
                : new Settings.Bucket(
                        name, region, endpoint, pathStyle, accessKey == null ? null : accessKey.reveal(), secretKey);
    }

    private Settings.Observation observation() {
        String level = text(Setting.LOG_LEVEL, "info").toLowerCase(Locale.ROOT);
        if (!LEVELS.contains(level)) {
            problem(
                    Setting.LOG_LEVEL,
                    "has to be one of " + String.join(", ", LEVELS) + shown(Setting.LOG_LEVEL, level));
        }
        return new ObservationSettings(this, where, role).read(level);
    }

    private @Nullable String matching(Setting setting, Pattern pattern, String what) {
        String value = value(setting);
        if (value != null && !pattern.matcher(value).matches()) {
            problem(setting, what + shown(setting, value));
        }
        return value;
    }
}
