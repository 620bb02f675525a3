package io.insightdesk.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.insightdesk.identity.Role;
import io.insightdesk.jaxrs.Cors;
import io.insightdesk.key.EncryptionKey;
import io.insightdesk.key.Secret;
import io.insightdesk.limit.AddressRange;
import io.insightdesk.login.CustomerLogin;
import io.insightdesk.login.OpenIdProvider;
import io.insightdesk.login.RelyingParty;
import io.insightdesk.server.SettingsException.Problem;
import io.insightdesk.storage.UnscannedFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {

    private static final Map<String, String> PRODUCTION = Map.of(
            "APP_ENV", "production",
            "API_URL", "https://api.example.com/",
            "APP_URL", "https://app.example.com",
            "MAIL_FROM", "support@example.com",
            "DATABASE_URL", "postgres://desk:s%40cret@db1,db2:5433/help?sslmode=require&targetServerType=primary",
            "SMTP_HOST", "smtp.example.com",
            "BLOB_STORE", "database",
            "JWT_SECRET", "0123456789abcdef0123456789abcdef");

    @TempDir
    private Path directory;

    @Test
    void developmentNeedsNothingElse() {
        Settings settings = read(Map.of("APP_ENV", "development"));

        assertThat(settings.environment()).isEqualTo(AppEnvironment.DEVELOPMENT);
        assertThat(settings.role()).isEqualTo(ServerRole.ALL);
        assertThat(settings.http().host()).isEqualTo("127.0.0.1");
        assertThat(settings.http().port()).isEqualTo(3001);
        assertThat(settings.database()).isNull();
        assertThat(settings.development().directory()).isEqualTo(directory.resolve(".insightdesk"));
        assertThat(settings.blobDirectory()).isEqualTo(directory.resolve(".insightdesk/blobs"));
        assertThat(settings.development().smtpPort()).isEqualTo(2525);
    }

    @Test
    void withoutAnEnvironmentNothingStarts() {
        assertThat(problems(Map.of()))
                .extracting(Problem::variable)
                .containsExactlyInAnyOrder(
                        "APP_ENV",
                        "DATABASE_URL",
                        "API_URL",
                        "APP_URL",
                        "SMTP_HOST",
                        "MAIL_FROM",
                        "BLOB_STORE",
                        "JWT_SECRET");
    }

    /** Browsers have keys for names that come by https, and for this machine; elsewhere none are offered. */
    @Test
    void securityKeysAreGoodForTheHostOfTheConsole() {
        Secret secret = Secret.of("0123456789abcdef0123456789abcdef");
        RelyingParty production = OwnLogin.options(read(PRODUCTION), secret).securityKeys();
        assertThat(requireNonNull(production).id()).isEqualTo("app.example.com");
        assertThat(production.origins()).containsExactly("https://app.example.com");
        RelyingParty development =
                OwnLogin.options(read(Map.of("APP_ENV", "development")), secret).securityKeys();
        assertThat(requireNonNull(development).origins()).containsExactly("http://localhost:3000");
        for (String address : List.of("http://app.example.com", "https://192.0.2.7")) {
            Settings settings = read(Map.of("APP_ENV", "development", "APP_URL", address));
            assertThat(OwnLogin.options(settings, secret).securityKeys())
                    .as(address)
                    .isNull();
        }
    }

    @Test
    void timeoutsOfTheDatabaseAreChecked() {
        Settings.Pool byDefault = read(with()).pool();
        assertThat(byDefault.connectionWait()).isEqualTo(Duration.ofSeconds(10));
        assertThat(byDefault.statement()).isEqualTo(Duration.ofSeconds(30));
        Settings.Pool given = read(with("DATABASE_POOL_WAIT", "2s", "DATABASE_STATEMENT_TIMEOUT", "0s"))
                .pool();
        assertThat(given.connectionWait()).isEqualTo(Duration.ofSeconds(2));
        assertThat(given.statement()).isZero();
        assertThat(problems(with("DATABASE_POOL_WAIT", "1ms", "DATABASE_STATEMENT_TIMEOUT", "2d")))
                .extracting(Problem::variable)
                .containsExactly("DATABASE_POOL_WAIT", "DATABASE_STATEMENT_TIMEOUT");
    }

    @Test
    void aScannerIsAskedWhereOneIsNamed() {
        assertThat(read(with()).scanner()).isNull();
        assertThat(read(with("CLAMD_HOST", "clamav")).scanner())
                .isEqualTo(new Settings.Scanner("clamav", 3310, UnscannedFiles.REFUSE));
        assertThat(read(with("CLAMD_HOST", "clamav", "CLAMD_PORT", "3311", "UNSCANNED_FILES", "accept"))
                        .scanner())
                .isEqualTo(new Settings.Scanner("clamav", 3311, UnscannedFiles.ACCEPT));
        assertThat(problems(with("UNSCANNED_FILES", "accept")))
                .extracting(Problem::variable)
                .containsExactly("CLAMD_HOST");
        assertThat(problems(with("CLAMD_HOST", "clamav", "CLAMD_PORT", "0", "UNSCANNED_FILES", "burn")))
                .extracting(Problem::variable)
                .containsExactlyInAnyOrder("CLAMD_PORT", "UNSCANNED_FILES");
    }

    @Test
    void nodeEnvIsAnAlias() {
        assertThat(read(Map.of("NODE_ENV", "development")).inDevelopment()).isTrue();
    }

    @Test
    void everyProblemIsToldAtOnceWithAnExample() {
        Map<String, String> variables = with(
                "PORT",
                "99999",
                "DATABASE_POOL_MIN",
                "9",
                "DATABASE_POOL_MAX",
                "3",
                "SMTP_USER",
                "desk",
                "SMTP_SECURITY",
                "ssl",
                "LOG_LEVEL",
                "loud",
                "API_URL",
                "api.example.com",
                "SHUTDOWN_GRACE",
                "soon",
                "MAIL_ENABLED",
                "yes",
                "INSIGHTDESK_ROLE",
                "boss",
                "BLOB_STORE",
                "attic");

        List<Problem> problems = problems(variables);

        assertThat(problems)
                .extracting(Problem::variable)
                .containsExactlyInAnyOrder(
                        "PORT",
                        "DATABASE_POOL_MIN",
                        "SMTP_PASS",
                        "SMTP_SECURITY",
                        "LOG_LEVEL",
                        "API_URL",
                        "SHUTDOWN_GRACE",
                        "MAIL_ENABLED",
                        "INSIGHTDESK_ROLE",
                        "BLOB_STORE");
        assertThat(problems).allSatisfy(problem -> assertThat(problem.example()).isNotBlank());
        assertThatThrownBy(() -> read(variables))
                .hasMessageContaining("10 settings have to be corrected")
                .hasMessageContaining("PORT: has to be a whole number from 0 to 65535, not \"99999\"")
                .hasMessageContaining("for example: PORT=3001");
    }

    @Test
    void secretsAreNeverShown() {
        Settings settings =
                read(with("SMTP_USER", "desk", "SMTP_PASS", "open-sesame", "METRICS_TOKEN", "meter-me-0123456789"));

        assertThat(settings.toString()).doesNotContain("open-sesame", "meter-me-0123456789", "s@cret", "s%40cret");
        assertThat(settings.smtp()).isNotNull();
        assertThatThrownBy(() -> read(with("DATABASE_URL", "mysql://desk:hunter2@db/help")))
                .hasMessageContaining("DATABASE_URL")
                .message()
                .doesNotContain("hunter2");
        assertThatThrownBy(() -> read(with("DATABASE_URL", "postgres://desk:hun/ter2@db/help")))
                .message()
                .doesNotContain("ter2");
    }

    @Test
    void aValueCanComeFromAFile() throws IOException {
        Path secret = Files.writeString(directory.resolve("password"), "open-sesame\n");

        Settings settings = read(with("SMTP_USER", "desk", "SMTP_PASS_FILE", secret.toString()));

        assertThat(requireNonNull(settings.smtp()).password()).isEqualTo(Secret.of("open-sesame"));
    }

    @Test
    void aFileThatIsMissingOrAValueGivenTwiceIsAProblem() throws IOException {
        Path secret = Files.writeString(directory.resolve("password"), "x");

        assertThat(problems(with(
                        "SMTP_USER",
                        "desk",
                        "SMTP_PASS_FILE",
                        directory.resolve("none").toString(),
                        "METRICS_TOKEN",
                        "a",
                        "METRICS_TOKEN_FILE",
                        secret.toString())))
                .extracting(Problem::variable)
                .contains("SMTP_PASS", "METRICS_TOKEN");
    }

    @Test
    void theDotEnvFileIsReadInDevelopmentOnlyAndTheEnvironmentGoesFirst() throws IOException {
        Files.writeString(
                directory.resolve(".env"), "# mine\nexport PORT=4001\nINSIGHTDESK_SMTP_PORT='2600'\nLOG_LEVEL=debug\n");

        Settings development = read(Map.of("APP_ENV", "development", "PORT", "5001"));
        assertThat(development.http().port()).isEqualTo(5001);
        assertThat(development.development().smtpPort()).isEqualTo(2600);
        assertThat(development.observation().logLevel()).isEqualTo("debug");
        assertThat(read(PRODUCTION).http().port()).isEqualTo(3001);
    }

    @Test
    void theRoleOfTheCommandLineGoesFirst() {
        Map<String, String> variables = with("INSIGHTDESK_ROLE", "worker");

        assertThat(read(variables).role()).isEqualTo(ServerRole.WORKER);
        assertThat(SettingsReader.read(variables, List.of("api"), directory).role())
                .isEqualTo(ServerRole.API);
    }

    @Test
    void databaseAddressesAreReadInEveryForm() {
        DatabaseUrl url = DatabaseUrl.parse(requireNonNull(PRODUCTION.get("DATABASE_URL")));
        assertThat(url.jdbcUrl())
                .isEqualTo("jdbc:postgresql://db1,db2:5433/help?sslmode=require&targetServerType=primary");
        assertThat(url.user()).isEqualTo("desk");
        assertThat(url.password()).isEqualTo(Secret.of("s@cret"));

        DatabaseUrl jdbc = DatabaseUrl.parse("jdbc:postgresql://db/help?user=desk&password=a%2Bb+c");
        assertThat(jdbc.jdbcUrl()).isEqualTo("jdbc:postgresql://db/help");
        assertThat(jdbc.user()).isEqualTo("desk");
        assertThat(jdbc.password()).isEqualTo(Secret.of("a+b+c"));

        assertThatThrownBy(() -> DatabaseUrl.parse("postgres://db:99999/help")).hasMessageContaining("db:99999");
    }

    @Test
    void theValkeyIsASecretForItsAddressMayHoldAPassword() {
        Settings settings = read(with("VALKEY_URL", "rediss://:hunter2@cache:6380"));

        assertThat(settings.valkey()).isEqualTo(Secret.of("rediss://:hunter2@cache:6380"));
        assertThat(settings.toString()).doesNotContain("hunter2");
        String cluster = "valkeys://desk:hunter2@one:6380,two:6380,three";
        assertThat(read(with("VALKEY_URL", cluster)).valkey()).isEqualTo(Secret.of(cluster));
        assertThat(settings.replica()).isNull();
        assertThat(settings.bucket()).isNull();
        assertThat(read(PRODUCTION).valkey()).isNull();
        assertThatThrownBy(() -> read(with("VALKEY_URL", "https://:hunter2@cache")))
                .hasMessageContaining("VALKEY_URL: has to begin with redis://, rediss://, valkey:// or valkeys://")
                .message()
                .doesNotContain("hunter2");
    }

    @Test
    void encryptionKeysAreReadWithTheCurrentOneFirstAndNeverShown() {
        String now = Base64.getEncoder().encodeToString(new byte[32]);
        String before = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

        Settings settings = read(with("ENCRYPTION_KEY", now, "ENCRYPTION_KEY_PREVIOUS", before));

        assertThat(settings.encryptionKeys())
                .extracting(EncryptionKey::id)
                .containsExactly(
                        EncryptionKey.of(new byte[32]).id(),
                        EncryptionKey.of(Base64.getDecoder().decode(before)).id());
        assertThat(settings.toString()).doesNotContain(now, before);
        assertThat(read(PRODUCTION).encryptionKeys()).isEmpty();
        assertThat(problems(with("ENCRYPTION_KEY_PREVIOUS", before)))
                .extracting(Problem::variable)
                .containsExactly("ENCRYPTION_KEY");
        assertThat(problems(with("ENCRYPTION_KEY", now, "ENCRYPTION_KEY_PREVIOUS", now)))
                .extracting(Problem::variable)
                .containsExactly("ENCRYPTION_KEY_PREVIOUS");
        assertThatThrownBy(() -> read(with("ENCRYPTION_KEY", "c2hvcnQ=")))
                .hasMessageContaining("32 bytes in Base64")
                .message()
                .doesNotContain("c2hvcnQ=");
    }

    @Test
    void developmentMakesItsEncryptionKeyOnce() throws IOException {
        EncryptionKey made = DevelopmentKey.provide(directory);

        assertThat(DevelopmentKey.provide(directory).bytes()).isEqualTo(made.bytes());
        Files.writeString(directory.resolve("encryption.key"), "nonsense");
        assertThatThrownBy(() -> DevelopmentKey.provide(directory)).isInstanceOf(StartException.class);
    }

    @Test
    void loginsAreSignedByASecretThatIsLongEnoughAndNotTheExamples() {
        String before = "fedcba9876543210fedcba9876543210";
        Settings settings = read(with("JWT_SECRET_PREVIOUS", before, "JWT_EXPIRES_IN", "5m"));

        assertThat(settings.login().secret()).isEqualTo(Secret.of("0123456789abcdef0123456789abcdef"));
        assertThat(settings.login().previousSecret()).isEqualTo(Secret.of(before));
        assertThat(settings.login().accessLifetime()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.login().refreshLifetime()).isEqualTo(Duration.ofDays(7));
        assertThat(settings.login().console()).isEqualTo(URI.create("https://app.example.com"));
        assertThat(settings.toString()).doesNotContain(before);
        for (String wrong : List.of("short", Setting.JWT_SECRET.example())) {
            assertThat(problems(with("JWT_SECRET", wrong)))
                    .extracting(Problem::variable)
                    .containsExactly("JWT_SECRET");
        }
        assertThat(problems(with("JWT_EXPIRES_IN", "8d")))
                .extracting(Problem::variable)
                .containsExactly("REFRESH_TOKEN_EXPIRES_IN");
        assertThat(problems(with("APP_URL", "app", "MAIL_FROM", "nobody")))
                .extracting(Problem::variable)
                .containsExactlyInAnyOrder("APP_URL", "MAIL_FROM");
        assertThatThrownBy(() -> read(with("JWT_SECRET", "hunter2hunter2")))
                .message()
                .doesNotContain("hunter2hunter2");
    }

    @Test
    void theRoleThatMigratesNeedsNoSecretOfLogins() {
        Map<String, String> variables = with("INSIGHTDESK_ROLE", "migrate");
        variables.remove("JWT_SECRET");

        assertThat(read(variables).login().secret()).isNull();
    }

    @Test
    void developmentMakesTheSecretOfLoginsOnce() {
        Secret made = DevelopmentSecret.provide(directory);

        assertThat(made.reveal()).hasSizeGreaterThanOrEqualTo(32);
        assertThat(DevelopmentSecret.provide(directory)).isEqualTo(made);
    }

    @Test
    void proxiesAndOriginsAreListsAndNoneWhereNothingIsSaid() {
        Settings settings = read(with(
                "TRUSTED_PROXIES",
                "10.0.0.0/8, 2001:db8::7",
                "CORS_ORIGINS",
                "https://app.example.com,http://localhost:3000"));

        assertThat(settings.http().trustedProxies())
                .containsExactly(AddressRange.of("10.0.0.0/8"), AddressRange.of("2001:db8::7"));
        assertThat(settings.http().cors())
                .as("with cookies, for logins")
                .isEqualTo(new Cors(
                        Set.of("https://app.example.com", "http://localhost:3000"), true, Cors.DEFAULT_MAX_AGE));
        assertThat(read(with("CORS_ORIGINS", "*")).http().cors()).isEqualTo(Cors.allow("*"));
        assertThat(read(PRODUCTION).http().trustedProxies()).isEmpty();
        assertThat(read(PRODUCTION).http().cors()).isEqualTo(Cors.closed());
        assertThat(problems(with("TRUSTED_PROXIES", "proxy.example.com", "CORS_ORIGINS", "https://app.example.com/")))
                .extracting(Problem::variable)
                .containsExactlyInAnyOrder("TRUSTED_PROXIES", "CORS_ORIGINS");
    }

    @Test
    void customersLogInWhereThatIsSaidAndMailsLeave() {
        assertThat(read(PRODUCTION).login().customers()).isEqualTo(CustomerLogin.OFF);
        assertThat(read(with(
                                "CUSTOMER_LOGIN",
                                "anybody",
                                "APP_URL",
                                "https://app.example.com",
                                "MAIL_FROM",
                                "a@b.example"))
                        .login()
                        .customers())
                .isEqualTo(CustomerLogin.ANYBODY);
        assertThat(problems(withoutAddresses(with("CUSTOMER_LOGIN", "known"))))
                .extracting(Problem::variable)
                .containsExactlyInAnyOrder("APP_URL", "MAIL_FROM");
        assertThat(problems(with("CUSTOMER_LOGIN", "some")))
                .extracting(Problem::variable)
                .containsExactly("CUSTOMER_LOGIN");
    }

    @Test
    void providersOfOpenIdConnectAreReadByName() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "open-sesame\n");

        Settings settings = read(with(
                "APP_URL",
                "https://app.example.com/",
                "OPENID_PROVIDERS",
                "google, entra,my-corp",
                "OPENID_GOOGLE_PRESET",
                "google",
                "OPENID_GOOGLE_CLIENT_ID",
                "g-client",
                "OPENID_GOOGLE_CLIENT_SECRET_FILE",
                secret.toString(),
                "OPENID_GOOGLE_TENANTS",
                "acme",
                "OPENID_GOOGLE_EMAIL_DOMAINS",
                "acme.example, acme.org",
                "OPENID_GOOGLE_NEW_AGENTS",
                "light_agent",
                "OPENID_ENTRA_PRESET",
                "microsoft",
                "OPENID_ENTRA_DIRECTORY",
                "72f988bf-86f1-41af-91ab-2d7cd011db47",
                "OPENID_ENTRA_CLIENT_ID",
                "m-client",
                "OPENID_ENTRA_CLIENT_SECRET",
                "m-secret",
                "OPENID_ENTRA_SESSION_LIFETIME",
                "8h",
                "OPENID_MY_CORP_ISSUER",
                "https://id.example.com/realms/staff",
                "OPENID_MY_CORP_CLIENT_ID",
                "insightdesk",
                "OPENID_MY_CORP_SCOPES",
                "openid email",
                "OPENID_MY_CORP_SECOND_FACTOR",
                "true",
                "OPENID_MY_CORP_TRUSTS_EMAILS",
                "true"));

        assertThat(settings.login().openIdCallback()).isEqualTo(URI.create("https://app.example.com/login/openid"));
        assertThat(settings.login().openIdProviders())
                .extracting(OpenIdProvider::name)
                .containsExactly("google", "entra", "my-corp");
        OpenIdProvider google = settings.login().openIdProviders().get(0);
        assertThat(google.issuer()).isEqualTo(URI.create("https://accounts.google.com"));
        assertThat(google.clientId()).isEqualTo("g-client");
        assertThat(google.clientSecret()).isEqualTo(Secret.of("open-sesame"));
        assertThat(google.tenants()).containsExactly("acme");
        assertThat(google.emailDomains()).containsExactlyInAnyOrder("acme.example", "acme.org");
        assertThat(google.newAgents()).isEqualTo(Role.LIGHT_AGENT);
        assertThat(google.trustsEmails()).isFalse();
        assertThat(google.sessionLifetime()).isEqualTo(OpenIdProvider.DEFAULT_SESSION_LIFETIME);
        OpenIdProvider entra = settings.login().openIdProviders().get(1);
        assertThat(entra.issuer())
                .isEqualTo(URI.create("https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0"));
        assertThat(entra.trustsEmails()).isTrue();
        assertThat(entra.sessionLifetime()).isEqualTo(Duration.ofHours(8));
        OpenIdProvider corp = settings.login().openIdProviders().get(2);
        assertThat(corp.issuer()).isEqualTo(URI.create("https://id.example.com/realms/staff"));
        assertThat(corp.clientSecret()).isNull();
        assertThat(corp.scopes()).containsExactly("openid", "email");
        assertThat(corp.secondFactor()).isTrue();
        assertThat(corp.trustsEmails()).isTrue();
        assertThat(settings.toString()).doesNotContain("open-sesame", "m-secret");
        assertThat(read(with("OPENID_CALLBACK_URL", "https://app.example.com/back/"))
                        .login()
                        .openIdCallback())
                .as("as it was registered")
                .isEqualTo(URI.create("https://app.example.com/back/"));
        assertThat(read(PRODUCTION).login().openIdProviders()).isEmpty();
        assertThat(read(PRODUCTION).login().openIdCallback()).isNull();
    }

    @Test
    void everythingWrongWithProvidersIsToldAtOnceAndNoSecret() {
        Map<String, String> variables = with(
                "OPENID_PROVIDERS",
                "corp,google,entra,Bad Name,other,common,corp",
                "OPENID_CORP_ISSUER",
                "http://id.example.com",
                "OPENID_CORP_CLIENT_ID",
                "x",
                "OPENID_CORP_CLIENT_SECRET",
                "hunter2",
                "OPENID_CORP_SCOPES",
                "email",
                "OPENID_CORP_SECOND_FACTOR",
                "perhaps",
                "OPENID_CORP_SESSION_LIFETIME",
                "long",
                "OPENID_GOOGLE_PRESET",
                "google",
                "OPENID_GOOGLE_ISSUER",
                "https://accounts.google.com",
                "OPENID_GOOGLE_CLIENT_ID",
                "x",
                "OPENID_GOOGLE_CLIENT_SECRET",
                "hunter3",
                "OPENID_GOOGLE_NEW_AGENTS",
                "agent",
                "OPENID_ENTRA_PRESET",
                "microsoft",
                "OPENID_ENTRA_DIRECTORY",
                "ours",
                "OPENID_OTHER_PRESET",
                "github",
                "OPENID_OTHER_CLIENT_ID",
                "x",
                "OPENID_COMMON_ISSUER",
                "https://login.microsoftonline.com/common/v2.0",
                "OPENID_COMMON_CLIENT_ID",
                "x",
                "OPENID_COMMON_NEW_AGENTS",
                "The Boss",
                "OPENID_GOGLE_CLIENT_SECRET_FILE",
                "/run/secrets/google");

        List<Problem> problems = problems(withoutAddresses(variables));

        assertThat(problems)
                .extracting(Problem::variable)
                .contains(
                        "OPENID_PROVIDERS",
                        "OPENID_CALLBACK_URL",
                        "OPENID_CORP_ISSUER",
                        "OPENID_CORP_SCOPES",
                        "OPENID_CORP_SECOND_FACTOR",
                        "OPENID_CORP_SESSION_LIFETIME",
                        "OPENID_GOOGLE_ISSUER",
                        "OPENID_GOOGLE_TENANTS",
                        "OPENID_GOOGLE_EMAIL_DOMAINS",
                        "OPENID_ENTRA_DIRECTORY",
                        "OPENID_ENTRA_CLIENT_ID",
                        "OPENID_ENTRA_CLIENT_SECRET",
                        "OPENID_OTHER_PRESET",
                        "OPENID_COMMON_ISSUER",
                        "OPENID_COMMON_NEW_AGENTS",
                        "OPENID_GOGLE_CLIENT_SECRET_FILE");
        assertThat(problems).allSatisfy(problem -> assertThat(problem.example()).isNotBlank());
        assertThatThrownBy(() -> read(variables))
                .hasMessageContaining("for example: OPENID_ENTRA_DIRECTORY=72f988bf-")
                .message()
                .doesNotContain("hunter");
    }

    @Test
    void timesHaveUnits() {
        assertThat(read(with("SHUTDOWN_GRACE", "2m")).stopping().grace()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void filesCanBeInABucket() {
        Settings.Bucket amazons =
                requireNonNull(read(with("BLOB_STORE", "s3", "S3_BUCKET", "x", "S3_REGION", "eu-central-1"))
                        .bucket());
        assertThat(amazons).isEqualTo(new Settings.Bucket("x", "eu-central-1", null, false, null, null));
        Settings minio = read(with(
                "BLOB_STORE", "s3",
                "S3_BUCKET", "x",
                "S3_REGION", "any",
                "S3_ENDPOINT", "https://minio.example.com",
                "S3_PATH_STYLE", "true",
                "S3_ACCESS_KEY", "desk",
                "S3_SECRET_KEY", "hunter2"));
        assertThat(requireNonNull(minio.bucket()).pathStyle()).isTrue();
        assertThat(minio.toString()).doesNotContain("hunter2");
        assertThat(problems(with("BLOB_STORE", "s3")))
                .extracting(Problem::variable)
                .containsExactlyInAnyOrder("S3_BUCKET", "S3_REGION");
        assertThat(problems(with(
                        "S3_BUCKET", "x",
                        "S3_ACCESS_KEY", "hunter2",
                        "S3_ENDPOINT", "minio",
                        "S3_PATH_STYLE", "maybe")))
                .extracting(Problem::variable)
                .containsExactlyInAnyOrder("S3_REGION", "S3_SECRET_KEY", "S3_ENDPOINT", "S3_PATH_STYLE");
    }

    @Test
    void aReplicaIsWrittenAsTheDatabaseIs() {
        Settings settings = read(with("DATABASE_READ_URL", "postgres://reader:hunter2@replica/desk"));

        assertThat(requireNonNull(settings.replica()).jdbcUrl()).isEqualTo("jdbc:postgresql://replica/desk");
        assertThat(settings.toString()).doesNotContain("hunter2");
        assertThat(problems(with("DATABASE_READ_URL", "mysql://x")))
                .extracting(Problem::variable)
                .containsExactly("DATABASE_READ_URL");
    }

    @Test
    void eachRoleNeedsOnlyWhatItUses() {
        Map<String, String> database =
                Map.of("APP_ENV", "production", "DATABASE_URL", requireNonNull(PRODUCTION.get("DATABASE_URL")));
        Map<String, String> web = Map.of("APP_ENV", "production", "API_URL", "https://api.example.com");

        assertThat(read(database, "migrate").role()).isEqualTo(ServerRole.MIGRATE);
        assertThat(read(database, "verify_audit").database()).isNotNull();
        assertThat(read(web, "web").http().port()).isEqualTo(3000);
        assertThat(read(PRODUCTION, "worker").http().port()).isEqualTo(3001);
        assertThat(catchThrowableOfType(SettingsException.class, () -> read(database, "web"))
                        .problems())
                .extracting(Problem::variable)
                .containsExactly("API_URL");
        assertThat(catchThrowableOfType(SettingsException.class, () -> read(web, "worker"))
                        .problems())
                .extracting(Problem::variable)
                .contains("DATABASE_URL", "JWT_SECRET", "SMTP_HOST", "BLOB_STORE");
    }

    @Test
    void mailIsNeededInProductionUnlessItIsSwitchedOff() {
        Map<String, String> variables = with("MAIL_ENABLED", "false");
        variables.remove("SMTP_HOST");
        variables.remove("MAIL_FROM");

        assertThat(read(variables).smtp()).isNull();
        variables.put("MAIL_ENABLED", "true");
        assertThat(problems(variables))
                .extracting(Problem::variable)
                .containsExactlyInAnyOrder("SMTP_HOST", "MAIL_FROM");
    }

    @Test
    void aServerInProductionDoesNotMigrateByItselfUnlessItIsTold() {
        for (String role : List.of("api", "worker", "all")) {
            assertThat(read(PRODUCTION, role).migrates()).as(role).isFalse();
        }
        assertThat(read(with("DATABASE_MIGRATE", "true")).migrates()).isTrue();
        assertThat(read(Map.of("APP_ENV", "development")).migrates()).isTrue();
    }

    @Test
    void theAliasOfTheEnvironmentMayNotContradictIt() {
        assertThat(read(with("NODE_ENV", "production")).environment()).isEqualTo(AppEnvironment.PRODUCTION);
        assertThatThrownBy(() -> read(with("NODE_ENV", "development")))
                .hasMessageContaining("APP_ENV: is \"production\", but its alias NODE_ENV is \"development\"");
    }

    @Test
    void aSettingThatWasRemovedNamesWhatIsThereInstead() {
        SettingsSource source = SettingsSource.collect(
                with("OLD_NAME", "hunter2"), directory, Map.of("OLD_NAME", "set DATABASE_URL instead"));

        assertThatThrownBy(() -> SettingsReader.read(source, List.of(), directory))
                .hasMessageContaining("OLD_NAME: is not a setting any more: set DATABASE_URL instead")
                .message()
                .doesNotContain("hunter2", "OLD_NAME=");
    }

    @Test
    void everySettingCanComeFromAFile() throws IOException {
        for (Setting setting : Setting.values()) {
            Path file = Files.writeString(directory.resolve(setting.name()), setting.example() + "\n");
            SettingsSource source = SettingsSource.collect(
                    Map.of(setting.name() + "_FILE", file.toString()), directory, RemovedSettings.ALL);

            assertThat(source.get(setting)).as(setting.name()).isEqualTo(setting.example());
            assertThat(source.origin(setting)).contains(file.toString());
        }
    }

    /** But for secrets, whose examples must not work, and the path of an example that is no rule's matter. */
    @Test
    void everyExampleIsAGoodValue() {
        for (Setting setting : Setting.values()) {
            if (setting == Setting.APP_ENV || setting == Setting.ENCRYPTION_KEY_PREVIOUS) {
                continue;
            }
            Map<String, String> variables = with(setting.name(), setting.example());
            Map<Setting, Setting> partners = Map.of(
                    Setting.SMTP_USER, Setting.SMTP_PASS,
                    Setting.SMTP_PASS, Setting.SMTP_USER,
                    Setting.S3_BUCKET, Setting.S3_REGION,
                    Setting.S3_REGION, Setting.S3_BUCKET,
                    Setting.S3_ACCESS_KEY, Setting.S3_SECRET_KEY,
                    Setting.S3_SECRET_KEY, Setting.S3_ACCESS_KEY,
                    Setting.CLAMD_PORT, Setting.CLAMD_HOST,
                    Setting.UNSCANNED_FILES, Setting.CLAMD_HOST);
            Setting partner = partners.get(setting);
            if (partner != null) {
                variables.put(partner.name(), partner.example());
            }
            if (setting == Setting.OPENID_PROVIDERS) {
                for (String name : List.of("google", "corp")) {
                    for (OpenIdSetting each : List.of(OpenIdSetting.ISSUER, OpenIdSetting.CLIENT_ID)) {
                        variables.put(each.variable(name), each.example());
                    }
                }
            }
            boolean mustNotWork = List.of(
                            Setting.JWT_SECRET,
                            Setting.JWT_SECRET_PREVIOUS,
                            Setting.ENCRYPTION_KEY,
                            Setting.METRICS_TOKEN)
                    .contains(setting);
            if (mustNotWork) {
                assertThat(problems(variables))
                        .as("the example of %s, which everybody knows", setting)
                        .extracting(Problem::variable)
                        .contains(setting.name());
            } else {
                assertThat(read(variables)).as(setting.name()).isNotNull();
            }
        }
    }

    @Test
    void observationIsCheckedAndOffByDefault() {
        assertThat(read(PRODUCTION).observation().sentry()).isNull();
        assertThat(read(PRODUCTION).observation().tracing()).isNull();
        assertThat(problems(with(
                        "SENTRY_DSN", "https://sentry.example.com/hunter2",
                        "SENTRY_ENVIRONMENT", "two words",
                        "OTEL_EXPORTER_OTLP_ENDPOINT", "collector",
                        "OTEL_EXPORTER_OTLP_HEADERS", "hunter2",
                        "OTEL_TRACES_SAMPLER", "some",
                        "OTEL_TRACES_SAMPLER_ARG", "2",
                        "METRICS_TOKEN", "short",
                        "HEALTH_TIMEOUT", "1h")))
                .extracting(Problem::variable)
                .containsExactlyInAnyOrder(
                        "SENTRY_DSN",
                        "SENTRY_ENVIRONMENT",
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        "OTEL_EXPORTER_OTLP_HEADERS",
                        "OTEL_TRACES_SAMPLER",
                        "OTEL_TRACES_SAMPLER_ARG",
                        "METRICS_TOKEN",
                        "HEALTH_TIMEOUT");
        assertThatThrownBy(() -> read(with("OTEL_EXPORTER_OTLP_HEADERS", "hunter2", "SENTRY_DSN", "hunter2")))
                .message()
                .doesNotContain("hunter2");
        Settings.Tracing tracing = requireNonNull(read(with(
                        "OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318",
                        "OTEL_EXPORTER_OTLP_HEADERS", "api-key=hunter2"))
                .observation()
                .tracing());
        assertThat(tracing.properties()).containsKeys("otel.exporter.otlp.headers", "otel.service.name");
        assertThat(tracing.toString()).doesNotContain("hunter2");
        assertThat(read(with("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318", "OTEL_SDK_DISABLED", "true"))
                        .observation()
                        .tracing())
                .isNull();
    }

    @Test
    void theManagementPortIsItsOwn() {
        Settings.Management management =
                requireNonNull(read(with("MANAGEMENT_PORT", "9090")).http().management());

        assertThat(management).isEqualTo(new Settings.Management("0.0.0.0", 9090));
        assertThat(problems(with("MANAGEMENT_PORT", "3001")))
                .extracting(Problem::variable)
                .containsExactly("MANAGEMENT_PORT");
        assertThat(read(PRODUCTION).warnings())
                .anyMatch(warning -> warning.contains("nobody can read the metrics"))
                .anyMatch(warning -> warning.startsWith("VALKEY_URL"));
    }

    @Test
    void whatIsWrittenAboutTheSettingsIsThatOfTheSchema() throws IOException {
        Path example = Path.of("../../.env.example");
        Path page = Path.of("../../site/operations/settings.md");
        if (Boolean.getBoolean("settings.write")) {
            Files.createDirectories(requireNonNull(page.getParent()));
            Files.writeString(example, SettingsDocuments.example());
            Files.writeString(page, SettingsDocuments.page());
        }

        assertThat(example).as("to be written by -Dsettings.write=true").hasContent(SettingsDocuments.example());
        assertThat(page).as("to be written by -Dsettings.write=true").hasContent(SettingsDocuments.page());
    }

    /** Where nothing says who sends mails and where they lead, and that is no mistake. */
    private static Map<String, String> withoutAddresses(Map<String, String> variables) {
        Map<String, String> others = new HashMap<>(variables);
        others.keySet().removeAll(List.of("APP_URL", "MAIL_FROM"));
        others.put("APP_ENV", "test");
        return others;
    }

    private Settings read(Map<String, String> variables) {
        return SettingsReader.read(variables, List.of(), directory);
    }

    private Settings read(Map<String, String> variables, String role) {
        return SettingsReader.read(variables, List.of(role), directory);
    }

    private List<Problem> problems(Map<String, String> variables) {
        return catchThrowableOfType(SettingsException.class, () -> read(variables))
                .problems();
    }

    private static Map<String, String> with(String... more) {
        Map<String, String> variables = new HashMap<>(PRODUCTION);
        for (int i = 0; i < more.length; i += 2) {
            variables.put(more[i], more[i + 1]);
        }
        return variables;
    }
}
