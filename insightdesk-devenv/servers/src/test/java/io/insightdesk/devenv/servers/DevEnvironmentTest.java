package io.insightdesk.devenv.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DevEnvironmentTest {
    @Test
    void aPropertyGoesBeforeAVariable() {
        Overrides overrides = new Overrides(
                Map.of("insightdesk.devenv.postgres.image", "mine:1", "insightdesk.devenv.mode", " ")::get,
                Map.of(
                        "INSIGHTDESK_DEVENV_POSTGRES_IMAGE", "other:1",
                        "INSIGHTDESK_DEVENV_MODE", "embedded")::get);
        assertThat(overrides.find("POSTGRES_IMAGE")).contains("mine:1");
        assertThat(overrides.find("MODE")).contains("embedded");
        assertThat(overrides.find("VALKEY_IMAGE")).isEmpty();
    }

    @Test
    void everyServiceHasAPinnedImage() {
        for (Service service : Service.values()) {
            assertThat(Images.pinned(service.key()))
                    .matches("[a-z/]+:v?[A-Z0-9a-z.-]+")
                    .doesNotEndWith("latest");
        }
        assertThat(Images.resolved("mailpit")).isEqualTo(Images.pinned("mailpit"));
        assertThat(Images.resolved("registry.example/mailpit:1")).isEqualTo("registry.example/mailpit:1");
    }

    @Test
    void namesOfServicesPortsAndModesAreReadInAnyCase() {
        assertThat(Service.of("MinIO")).isEqualTo(Service.MINIO);
        assertThat(ServerPort.of("MAILHOG_SMTP")).isEqualTo(ServerPort.MAILHOG_SMTP);
        assertThat(ServerPort.of("minio-console").variable()).isEqualTo("INSIGHTDESK_DEVENV_MINIO_CONSOLE_PORT");
        assertThat(Mode.of("Docker")).isEqualTo(Mode.DOCKER);
        assertThatThrownBy(() -> Service.of("mysql")).hasMessageContaining("postgres, valkey, minio and mailhog");
        assertThatThrownBy(() -> ServerPort.of("http")).hasMessageContaining("mailhog-http");
        assertThatThrownBy(() -> Mode.of("podman")).hasMessageContaining("auto, docker and embedded");
    }

    @Test
    void anS3AddressIsReadWhole() {
        S3Endpoint endpoint = S3Endpoint.parse("https://key:s%2Bcr%2Fet+x@s3.example:9000/bucket?region=eu-central-1");
        assertThat(endpoint)
                .isEqualTo(new S3Endpoint(
                        URI.create("https://s3.example:9000"), "eu-central-1", "key", "s+cr/et+x", "bucket"));
        assertThat(S3Endpoint.parse("http://k:s@host/bucket").region()).isEqualTo("us-east-1");
        for (String bad : new String[] {
            "http://host/bucket", "http://k:hush@host/", "http://k:hush@host/a/b", "http://k:hush@ho st/"
        }) {
            assertThatThrownBy(() -> S3Endpoint.parse(bad))
                    .isInstanceOf(DevEnvironmentException.class)
                    .hasMessageContaining("http://key:secret@host:9000/bucket")
                    .hasMessageNotContaining("hush");
        }
    }

    @Test
    void aStacksNameIsOneThatContainersCanHave() {
        assertThatThrownBy(() -> DevEnvironment.builder().stack("My Stack")).hasMessageContaining("My Stack");
        assertThatThrownBy(() -> DevEnvironment.builder().port(ServerPort.MINIO, 70_000))
                .hasMessageContaining("70000");
    }

    @Test
    void theUrlOfADatabaseIsPercentEncoded() {
        PostgresEndpoint endpoint = new PostgresEndpoint("127.0.0.1", 5432, "help desk", "a:b", "p@ss word");
        assertThat(endpoint.databaseUrl()).isEqualTo("postgresql://a%3Ab:p%40ss%20word@127.0.0.1:5432/help%20desk");
    }
}
