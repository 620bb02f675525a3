package io.insightdesk.devenv.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerHealthTest {
    @Test
    void eachDependencyIsListedInTheOrderOfTheAnswer() {
        ServerHealth health = ServerHealth.read(
                503,
                "{\"status\":\"DOWN\",\"checks\":{\"database\":{\"status\":\"DOWN\",\"detail\":\"refused\"},"
                        + "\"clock\":{\"status\":\"UP\"}}}");
        assertThat(health.live()).isTrue();
        assertThat(health.ready()).isFalse();
        assertThat(health.checks())
                .containsExactly(
                        new ServerHealth.Check("database", "DOWN", "refused"),
                        new ServerHealth.Check("clock", "UP", ""));
    }

    @Test
    void aServerThatAnswersWithTwoHundredIsReady() {
        assertThat(ServerHealth.read(200, "{\"status\":\"DEGRADED\",\"checks\":{}}")
                        .ready())
                .isTrue();
    }

    @Test
    void whatIsNoInsightDeskServerIsNotReady() {
        assertThat(ServerHealth.read(200, "<html>").detail()).contains("InsightDesk server?");
        assertThat(ServerHealth.read(200, "{}").ready()).isFalse();
        assertThat(ServerHealth.read(404, "").detail()).contains("404");
    }

    @Test
    void anAuthorityOfOnesOwnIsTrustedWhenItIsNamed(@TempDir Path directory) throws Exception {
        Path store = directory.resolve("server.p12");
        Path authority = directory.resolve("authority.pem");
        String password = "only-for-this-test";
        keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-keystore",
                store.toString(),
                "-storepass",
                password,
                "-alias",
                "server");
        keytool(
                "-exportcert",
                "-rfc",
                "-file",
                authority.toString(),
                "-keystore",
                store.toString(),
                "-storepass",
                password,
                "-alias",
                "server");
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(identity(store, password)));
        byte[] well = "{\"status\":\"UP\",\"checks\":{}}".getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, well.length);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(well);
            }
        });
        server.start();
        try {
            URI address = URI.create("https://localhost:" + server.getAddress().getPort());
            assertThat(ServerHealth.ask(address, authority).ready()).isTrue();
            assertThat(ServerHealth.ask(address).ready()).isFalse();
            Path none = Files.writeString(directory.resolve("none.pem"), "-----BEGIN CERTIFICATE-----\nx");
            assertThatThrownBy(() -> ServerHealth.ask(address, none))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("no certificates in PEM");
        } finally {
            server.stop(0);
        }
    }

    private static SSLContext identity(Path store, String password) throws GeneralSecurityException, IOException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(store.toFile(), password.toCharArray()), password.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
