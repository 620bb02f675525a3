package io.insightdesk.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.insightdesk.key.EncryptionKey;
import io.insightdesk.key.Secret;
import io.insightdesk.server.SettingsException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {

    private static final Map<String, String> PRODUCTION = Map.of(
            "APP_ENV", "production",
            "API_URL", "https://api.example.com/",
            "DATABASE_URL", "postgres://desk:s%40cret@db1,db2:5433/help?sslmode=require&targetServerType=primary",
            "SMTP_HOST", "smtp.example.com",
            "BLOB_STORE", "database");

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
                .contains("APP_ENV", "DATABASE_URL", "API_URL", "SMTP_HOST", "BLOB_STORE");
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
    void timesHaveUnits() {
        assertThat(read(with("SHUTDOWN_GRACE", "2m")).shutdownGrace()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void whatIsNotUsedYetIsKnownByName() {
        assertThat(read(with("S3_BUCKET", "x", "JWT_SECRET", "x")).reserved())
                .containsExactly("JWT_SECRET", "S3_BUCKET");
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
