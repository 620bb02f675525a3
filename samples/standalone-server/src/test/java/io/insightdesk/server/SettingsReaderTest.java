package io.insightdesk.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.insightdesk.jaxrs.Cors;
import io.insightdesk.key.EncryptionKey;
import io.insightdesk.key.Secret;
import io.insightdesk.limit.AddressRange;
import io.insightdesk.server.SettingsException.Problem;
import java.io.IOException;
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
                .contains("APP_ENV", "DATABASE_URL", "API_URL", "SMTP_HOST", "BLOB_STORE", "JWT_SECRET");
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
        Settings settings = read(with("SMTP_USER", "desk", "SMTP_PASS", "open-sesame", "METRICS_TOKEN", "meter-me"));

        assertThat(settings.toString()).doesNotContain("open-sesame", "meter-me", "s@cret", "s%40cret");
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
        assertThat(development.logLevel()).isEqualTo("debug");
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
        assertThat(settings.reserved()).isEmpty();
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
        assertThat(settings.login().console())
                .as("no mails where nobody says whence")
                .isNull();
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
    void timesHaveUnits() {
        assertThat(read(with("SHUTDOWN_GRACE", "2m")).shutdownGrace()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void whatIsNotUsedYetIsKnownByName() {
        assertThat(read(with("SENTRY_DSN", "x", "S3_BUCKET", "x")).reserved())
                .containsExactly("S3_BUCKET", "SENTRY_DSN");
    }

    @Test
    void theExampleFileIsThatOfTheSchema() throws IOException {
        assertThat(Path.of("../../.env.example")).hasContent(Setting.documentation());
    }

    private Settings read(Map<String, String> variables) {
        return SettingsReader.read(variables, List.of(), directory);
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
