package io.insightdesk.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.storage.FakeClamd.Mode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ClamdScannerTest {

    private final FakeClamd clamd = FakeClamd.tcp();
    private final ClamdScanner scanner = clamd.scanner();
    private final ClamdScanner hasty = scanner.withTimeouts(Duration.ofMillis(300), Duration.ofMillis(600));

    @AfterEach
    void stop() {
        clamd.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 5_000_000})
    void aFileOfAnySizeArrivesWholeInBoundedChunks(int size) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        assertThat(scanner.scan(trickling(content))).isEqualTo(ScanResult.CLEAN);
        assertThat(clamd.sizes()).containsExactly(size);
        assertThat(clamd.mistakes()).isEmpty();
    }

    @Test
    void whatIsFoundHasItsNameAlsoAcrossTwoChunks() throws IOException {
        assertThat(scanner.scan(text(FakeClamd.BAD))).isEqualTo(ScanResult.infected(FakeClamd.NAME));
        String atTheBorder = "x".repeat(65_536 - 10) + FakeClamd.BAD;
        assertThat(scanner.scan(text(atTheBorder)).verdict()).isEqualTo(ScanResult.Verdict.INFECTED);
        assertThat(clamd.mistakes()).isEmpty();
    }

    @Test
    void aUnixSocketDoesAsWell(@TempDir Path directory) throws IOException {
        Path socket = directory.resolve("clamd.sock");
        try (FakeClamd local = FakeClamd.unix(socket)) {
            ClamdScanner here = ClamdScanner.unix(socket);
            here.ping();
            assertThat(here.scan(text("harmless"))).isEqualTo(ScanResult.CLEAN);
            assertThat(here.scan(text(FakeClamd.BAD)).finding()).isEqualTo(FakeClamd.NAME);
            assertThat(local.mistakes()).isEmpty();
        }
        assertThatThrownBy(() -> ClamdScanner.unix(socket).scan(text("x"))).isInstanceOf(IOException.class);
    }

    @Test
    void aDaemonThatWantsNoMoreIsHeardBeforeTheEnd() throws IOException {
        clamd.limit(100_000);
        ScanResult result = scanner.scan(new Endless());
        assertThat(result.verdict()).isEqualTo(ScanResult.Verdict.NOT_SCANNED);
    }

    @ParameterizedTest
    @EnumSource(names = "GOOD", mode = EnumSource.Mode.EXCLUDE)
    void whateverIsNoAnswerIsAFailureAndNeverClean(Mode mode) {
        clamd.behave(mode);
        long begun = System.nanoTime();
        assertThatThrownBy(() -> hasty.scan(text("x".repeat(20_000_000))))
                .isInstanceOf(IOException.class)
                .satisfies(e -> assertThat(String.valueOf(e.getMessage())).doesNotContain("\n", "\r"));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void whoIsSilentIsGivenUpInTime() {
        clamd.behave(Mode.SILENT);
        assertThatThrownBy(() -> hasty.scan(text("x")))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("did not answer");
        clamd.behave(Mode.DEAF);
        assertThatThrownBy(() -> hasty.scan(text("x".repeat(50_000_000))))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("did not take anything");
        assertThatThrownBy(hasty::ping).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void whereNobodyListensThatIsSaid() throws IOException {
        scanner.ping();
        clamd.close();
        assertThatThrownBy(scanner::ping).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> scanner.scan(text("x"))).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> ClamdScanner.tcp("no-such-host.invalid", 3310).ping())
                .isInstanceOf(IOException.class);
    }

    @Test
    void aContentThatCannotBeReadIsNotClean() {
        assertThatThrownBy(() -> scanner.scan(new Gone())).hasMessage("gone");
    }

    @Test
    void aFindingIsHarmlessToShow() {
        ScanResult result = ScanResult.infected("Evil\r\nX <b>\u202e" + "y".repeat(500));
        assertThat(result.finding()).startsWith("Evil??X <b>?y").hasSize(ScanResult.MAX_FINDING);
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    /** Gives less than it is asked for. */
    private static InputStream trickling(byte[] content) {
        return new ByteArrayInputStream(Arrays.copyOf(content, content.length)) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 10_007));
            }
        };
    }

    private static final class Gone extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("gone");
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            throw new IOException("gone");
        }
    }

    private static final class Endless extends InputStream {
        @Override
        public int read() {
            return 'x';
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            Arrays.fill(target, offset, offset + length, (byte) 'x');
            return length;
        }
    }
}
