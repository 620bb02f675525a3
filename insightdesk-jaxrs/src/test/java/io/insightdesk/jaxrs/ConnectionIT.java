package io.insightdesk.jaxrs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.insightdesk.devenv.junit.DevEnvironmentTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A refused request leaves its connection fit for the next one, whenever its body arrives. */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectionIT {
    private static final String UNKNOWN = "0190d7a2-5e3f-7c1a-9b7d-000000000000";

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private ApiFixture api;

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        api = new ApiFixture(dataSource);
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource({
        "PATCH, /mailboxes/" + UNKNOWN + ", application/json, 400",
        "PATCH, /mailboxes/" + UNKNOWN + ", text/plain, 415",
        "PATCH, /mailboxes/nonsense, application/json, 400",
        "POST, /nowhere, application/json, 404",
        "GET, /me?colour=red, application/json, 400",
        "POST, /openapi.json, application/json, 405"
    })
    void aBodyThatComesAfterItsHeadersIsReadBeforeTheNextRequest(String verb, String path, String type, int status)
            throws IOException {
        try (Connection connection = new Connection()) {
            connection.send(head(verb, path, type, 7));
            // An answer that does not wait for the body is what a hasty server gives; its connection breaks below.
            connection.answersWithin(300);
            connection.send("{\"a\":1}");
            assertThat(connection.status()).isEqualTo(status);
            assertThat(connection.headers).doesNotContainIgnoringCase("\nconnection: close");
            connection.send(head("GET", "/me", "application/json", 0));
            assertThat(connection.status()).isEqualTo(200);
        }
    }

    @Test
    void aBodyTooLargeToBeReadInVainClosesTheConnectionAndSaysSo() throws IOException {
        try (Connection connection = new Connection()) {
            connection.send(head("PATCH", "/mailboxes/nonsense", "text/plain", 1 << 30));
            connection.send("x".repeat(70_000));
            assertThat(connection.status()).isIn(404, 415);
            assertThat(connection.headers).containsIgnoringCase("\nconnection: close");
        }
    }

    private String head(String verb, String path, String type, int length) {
        return verb + " /api/v1" + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + api.adminToken
                + "\r\nContent-Type: " + type + "\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private final class Connection implements AutoCloseable {
        private final Socket socket;
        private final OutputStream out;
        private final BufferedReader in;
        private String headers = "";

        Connection() throws IOException {
            URI address = URI.create(api.server.address());
            socket = new Socket(address.getHost(), address.getPort());
            socket.setTcpNoDelay(true);
            out = socket.getOutputStream();
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
        }

        void send(String text) throws IOException {
            out.write(text.getBytes(US_ASCII));
            out.flush();
        }

        boolean answersWithin(int millis) throws IOException {
            socket.setSoTimeout(millis);
            try {
                in.mark(1);
                in.read();
                in.reset();
                return true;
            } catch (SocketTimeoutException e) {
                return false;
            } finally {
                socket.setSoTimeout(20_000);
            }
        }

        /** Reads one answer with a content length and returns its status. */
        int status() throws IOException {
            StringBuilder read = new StringBuilder();
            int length = 0;
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                read.append(line).append('\n');
                if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
            }
            headers = read.toString();
            assertThat(headers).as("an answer").startsWith("HTTP/1.1 ");
            for (int left = length; left > 0; left--) {
                assertThat(in.read()).isNotNegative();
            }
            return Integer.parseInt(headers.substring(9, 12));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
