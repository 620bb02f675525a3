package io.insightdesk.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real daemon, where it is installed, with a signature of our own: the one for the file that all scanners are tested with. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ClamdScannerIT {

    /** In two parts, so that this file is not found itself. */
    private static final String EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

    private static final List<Path> PLACES =
            List.of(Path.of("/usr/sbin/clamd"), Path.of("/usr/local/sbin/clamd"), Path.of("/opt/homebrew/sbin/clamd"));

    @Test
    void theRealDaemonFindsWhatItShouldAndTakesWhatIsGood(@TempDir Path directory) throws Exception {
        Path clamd = PLACES.stream().filter(Files::isExecutable).findFirst().orElse(null);
        assumeThat(clamd).as("clamd is not installed").isNotNull();
        Path socket = directory.resolve("clamd.sock");
        Path database = Files.createDirectory(directory.resolve("signatures"));
        Files.writeString(
                database.resolve("own.ndb"),
                "Insightdesk.Eicar:0:*:" + HexFormat.of().formatHex(EICAR.getBytes(US_ASCII)) + "\n");
        Path configuration = directory.resolve("clamd.conf");
        Files.writeString(configuration, """
                DatabaseDirectory %s
                LocalSocket %s
                Foreground yes
                OfficialDatabaseOnly no
                StreamMaxLength 2M
                PidFile %s
                """.formatted(database, socket, directory.resolve("clamd.pid")));
        Path said = directory.resolve("clamd.out");
        Process process = new ProcessBuilder(String.valueOf(clamd), "--config-file=" + configuration)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            ClamdScanner scanner = ClamdScanner.unix(socket);
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(() -> {
                assertThat(process.isAlive()).as(Files.readString(said)).isTrue();
                scanner.ping();
            });
            assertThat(scanner.scan(content("harmless".getBytes(US_ASCII)))).isEqualTo(ScanResult.CLEAN);
            assertThat(scanner.scan(content(new byte[0]))).isEqualTo(ScanResult.CLEAN);
            ScanResult found = scanner.scan(content(EICAR.getBytes(US_ASCII)));
            assertThat(found.verdict()).isEqualTo(ScanResult.Verdict.INFECTED);
            assertThat(found.finding()).contains("Insightdesk.Eicar");
            assertThat(scanner.scan(content(zip(EICAR))).verdict())
                    .as("inside an archive")
                    .isEqualTo(ScanResult.Verdict.INFECTED);
            assertThat(scanner.scan(content(new byte[1_900_000]))).isEqualTo(ScanResult.CLEAN);
            assertThat(scanner.scan(content(new byte[3_000_000])).verdict())
                    .as("above StreamMaxLength")
                    .isEqualTo(ScanResult.Verdict.NOT_SCANNED);
        } finally {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
        assertThatThrownBy(() -> ClamdScanner.unix(socket).ping()).isInstanceOf(IOException.class);
    }

    private static InputStream content(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    private static byte[] zip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("inside.com"));
            zip.write(text.getBytes(US_ASCII));
        }
        return bytes.toByteArray();
    }
}
