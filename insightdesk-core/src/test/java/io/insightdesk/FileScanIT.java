package io.insightdesk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.AttachmentId;
import io.insightdesk.conversation.Message;
import io.insightdesk.conversation.NewFile;
import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.UnavailableException;
import io.insightdesk.event.Actor;
import io.insightdesk.mail.Envelope;
import io.insightdesk.mail.InboundMail;
import io.insightdesk.mail.InboundMailPage;
import io.insightdesk.mail.InboundResult;
import io.insightdesk.mail.InboundResult.Outcome;
import io.insightdesk.mail.NewMailbox;
import io.insightdesk.storage.FakeClamd;
import io.insightdesk.storage.FileScanner;
import io.insightdesk.storage.ScanResult;
import io.insightdesk.storage.UnscannedFiles;
import io.insightdesk.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No way for a file to come in goes around the scanner, and none is lost by mail. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FileScanIT {

    private final TestDatabase database = TestDatabase.fresh();
    private final FakeClamd clamd = FakeClamd.tcp();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final InsightDesk insightDesk = builder(clamd.scanner()).build();
    private final Desk desk = insightDesk.tenant(database.tenant()).as(Actor.system());

    private InsightDesk.Builder builder(FileScanner scanner) {
        return InsightDesk.builder()
                .dataSource(database.dataSource())
                .clock(database.clock())
                .meterRegistry(meters)
                .fileScanner(scanner);
    }

    @AfterEach
    void close() {
        insightDesk.close();
        clamd.close();
        database.close();
    }

    @Test
    void aGoodFileIsMarkedAndGivenOut() {
        Attachment good = upload(desk, "harmless");
        assertThat(good.scan()).isEqualTo(ScanResult.CLEAN);
        assertThat(desk.attachments().get(good.id())).isEqualTo(good);
        assertThat(desk.attachments().open(good.id())).hasContent("harmless");
        assertThat(desk.attachments().link(good.id(), Duration.ofMinutes(1)).attachment())
                .isEqualTo(good.id());
        assertThat(clamd.mistakes()).isEmpty();
    }

    @Test
    void anInfectedUploadIsRefusedAndNothingOfItStays() throws Exception {
        infected(() -> upload(desk, FakeClamd.BAD), "");
        infected(
                () -> desk.attachments()
                        .uploadAll(List.of(file("good"), file(FakeClamd.BAD), file("never read"))
                                .iterator()),
                "/files/1");
        assertThat(rows("attachment")).isZero();
        assertThat(rows("blob")).as("also of the good one beside it").isZero();
        assertThat(rows("blob_chunk")).isZero();
        assertThat(meters.counter("insightdesk.files.scanned", "outcome", "infected")
                        .count())
                .isEqualTo(2);
    }

    @Test
    void whileTheScannerIsAwayNothingIsTakenAndHealthSaysSo() throws Exception {
        assertThat(check("scanner").status()).isEqualTo(Health.Status.UP);
        clamd.close();
        assertThatThrownBy(() -> upload(desk, "harmless"))
                .isInstanceOfSatisfying(
                        UnavailableException.class, e -> assertThat(e.code()).isEqualTo("scanner_unavailable"));
        assertThat(rows("attachment")).isZero();
        assertThat(rows("blob")).isZero();
        assertThat(check("scanner").status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(insightDesk.health().status()).isEqualTo(Health.Status.DEGRADED);
    }

    @Test
    void whoAcceptsWhatWasNotScannedSeesThatItWasNotAndMayThinkBetterOfIt() {
        clamd.close();
        AttachmentId id;
        try (InsightDesk trusting =
                builder(clamd.scanner()).unscannedFiles(UnscannedFiles.ACCEPT).build()) {
            Desk there = trusting.tenant(database.tenant()).as(Actor.system());
            Attachment taken = upload(there, "who knows");
            id = taken.id();
            assertThat(taken.scan()).isEqualTo(ScanResult.notScanned("the scanner did not answer"));
            assertThat(there.attachments().open(id)).hasContent("who knows");
        }
        withheld(() -> desk.attachments().open(id));
    }

    @Test
    void aFileThatIsTooLargeForTheScannerIsRefused() throws Exception {
        clamd.limit(1_000);
        assertThatThrownBy(() -> upload(desk, "x".repeat(300_000)))
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.violations())
                                .singleElement()
                                .satisfies(v -> assertThat(v.code()).isEqualTo("file_not_scanned")));
        assertThat(rows("blob")).isZero();
    }

    @Test
    void aScannerThatBreaksIsOneThatIsAway() {
        FileScanner broken = content -> {
            throw new IllegalStateException("out of order");
        };
        try (InsightDesk other = builder(broken).build()) {
            assertThatThrownBy(() -> upload(other.tenant(database.tenant()).as(Actor.system()), "harmless"))
                    .isInstanceOfSatisfying(
                            UnavailableException.class,
                            e -> assertThat(e.code()).isEqualTo("scanner_unavailable"));
        }
    }

    @Test
    void aMailKeepsItsInfectedFileAndNobodyGetsIt() {
        var unused = desk.mailboxes().create(NewMailbox.of("help@shop.example", "Shop"));
        InboundResult result = desk.mail().receive(mail("first", FakeClamd.BAD), Envelope.UNKNOWN);
        assertThat(result.outcome()).isEqualTo(Outcome.CREATED);
        Message message = message(result);
        assertThat(message.text()).contains("please look");
        assertThat(message.flags()).contains("infected_attachment");
        assertThat(message.attachments()).hasSize(2);
        Attachment good = message.attachments().get(0);
        Attachment bad = message.attachments().get(1);
        assertThat(desk.attachments().open(good.id())).hasContent("harmless\n");
        assertThat(bad.scan()).isEqualTo(ScanResult.infected(FakeClamd.NAME));
        assertThat(desk.attachments().get(bad.id())).as("it is listed").isEqualTo(bad);
        withheld(() -> desk.attachments().open(bad.id()));
        withheld(() -> desk.attachments().link(bad.id(), Duration.ofMinutes(1)));
        assertThat(clamd.mistakes()).isEmpty();
    }

    @Test
    void aLinkThatWasMadeBeforeGivesNothingOutEither() throws Exception {
        Attachment file = upload(desk, "harmless");
        var link = desk.attachments().link(file.id(), Duration.ofMinutes(5));
        assertThat(insightDesk.attachmentLinks().open(file.id(), link.signature()))
                .hasContent("harmless");
        database.execute("update insightdesk.attachment set scan = 'infected', scan_finding = 'Late'");
        withheld(() -> insightDesk.attachmentLinks().open(file.id(), link.signature()));
    }

    @Test
    void aMailWaitsForTheScannerHoweverLongThatTakes() throws Exception {
        var unused = desk.mailboxes().create(NewMailbox.of("help@shop.example", "Shop"));
        clamd.behave(FakeClamd.Mode.RUDE);
        assertThatThrownBy(() -> desk.mail().receive(mail("waits", "harmless"), Envelope.UNKNOWN))
                .isInstanceOfSatisfying(
                        UnavailableException.class, e -> assertThat(e.code()).isEqualTo("mail_delayed"));
        for (int i = 0; i < 40; i++) {
            database.clock().advance(Duration.ofMinutes(5));
            int done = insightDesk.workers().runDue();
            assertThat(done).isNotNegative();
        }
        InboundMailPage quarantine = desk.mail().quarantined(null, 10);
        assertThat(quarantine.items()).isEmpty();
        assertThat(rows("ticket")).isZero();
        assertThat(rows("blob")).as("the raw mail alone").isEqualTo(1);

        clamd.behave(FakeClamd.Mode.GOOD);
        database.clock().advance(Duration.ofMinutes(5));
        int done = insightDesk.workers().runDue();
        assertThat(done).isPositive();
        assertThat(rows("ticket")).isEqualTo(1);
        assertThat(rows("attachment where scan = 'clean'")).isEqualTo(2);
    }

    @Test
    void noConnectionIsHeldWhileItIsScanned() throws Exception {
        try (TestDatabase one = TestDatabase.fresh(TestDatabase.As.SUPERUSER, 1)) {
            // With the only connection taken the scanner's own question would never be answered.
            FileScanner asking = content -> {
                // The content comes from the database, too.
                byte[] read = content.readAllBytes();
                try (Connection connection = one.dataSource().getConnection()) {
                    return Shop.ask(connection, "select 1").equals("1") && read.length > 0
                            ? ScanResult.CLEAN
                            : ScanResult.notScanned("empty");
                } catch (SQLException e) {
                    throw new IOException(e);
                }
            };
            try (InsightDesk other = InsightDesk.builder()
                    .dataSource(one.dataSource())
                    .clock(one.clock())
                    .fileScanner(asking)
                    .build()) {
                Desk there = other.tenant(one.tenant()).as(Actor.system());
                assertThat(upload(there, "harmless").scan()).isEqualTo(ScanResult.CLEAN);
                var unused = there.mailboxes().create(NewMailbox.of("help@shop.example", "Shop"));
                assertThat(there.mail()
                                .receive(mail("one", "harmless"), Envelope.UNKNOWN)
                                .outcome())
                        .isEqualTo(Outcome.CREATED);
            }
        }
    }

    private Message message(InboundResult result) {
        InboundMail kept = desk.mail().get(result.id());
        assertThat(kept.ticket()).isEqualTo(result.ticket());
        return desk.conversations()
                .list(requireNonNull(result.ticket()), null, 10)
                .items()
                .get(0);
    }

    private Health.Check check(String name) {
        return insightDesk.health().checks().stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void infected(ThrowingCallable call, String pointer) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.violations()).singleElement().satisfies(violation -> {
                            assertThat(violation.code()).isEqualTo("file_infected");
                            assertThat(violation.pointer()).isEqualTo(pointer);
                            assertThat(violation.message()).contains(FakeClamd.NAME);
                        }));
    }

    private static void withheld(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AccessDeniedException.class, e -> assertThat(e.code()).isEqualTo("attachment_withheld"));
    }

    private static Attachment upload(Desk desk, String content) {
        return desk.attachments().upload("notes.txt", "text/plain", stream(content));
    }

    private static NewFile file(String content) {
        return new NewFile("notes.txt", "text/plain", stream(content));
    }

    private static InputStream stream(String content) {
        return new ByteArrayInputStream(content.getBytes(UTF_8));
    }

    private static InputStream mail(String id, String second) {
        return stream("""
                From: Ada <ada@example.com>
                To: help@shop.example
                Subject: Two files
                Message-ID: <%s@example.com>
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=b

                --b
                Content-Type: text/plain

                please look
                --b
                Content-Type: text/plain; name=good.txt
                Content-Disposition: attachment; filename=good.txt

                harmless

                --b
                Content-Type: application/octet-stream; name=second.bin
                Content-Disposition: attachment; filename=second.bin

                %s
                --b--
                """.formatted(id, second).replace("\n", "\r\n"));
    }

    private int rows(String table) throws SQLException {
        try (Connection connection = database.admin().getConnection()) {
            return Integer.parseInt(Shop.ask(connection, "select count(*) from insightdesk." + table));
        }
    }
}
