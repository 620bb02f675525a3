package io.insightdesk.transfer.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.internal.Json;
import io.insightdesk.transfer.LongOperation;
import io.insightdesk.transfer.OperationStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** What a person gets who asks for everything. */
class PersonExportIT {

    private static final TypeReference<List<Map<String, Object>>> ROWS = new TypeReference<>() {};
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    @Test
    void everythingAboutAPersonIsInTheFileAndTheManifestSaysWhat() throws IOException, NoSuchAlgorithmException {
        try (Ada world = new Ada()) {
            LongOperation done =
                    world.finished(world.desk.persons().export(world.ada).id());
            assertThat(done.status()).isEqualTo(OperationStatus.DONE);
            assertThat(done.counts())
                    .containsEntry("tickets", 1L)
                    .containsEntry("messages", 3L)
                    .containsEntry("notes", 1L)
                    .containsEntry("attachments", 2L)
                    .containsEntry("mails", 2L)
                    .containsEntry("logins", 2L);
            byte[] zip = read(world, done);
            assertThat(hash(zip)).isEqualTo(done.resultSha256());
            Map<String, byte[]> files = files(zip);

            assertThat(rows(files, "customer").get(0))
                    .containsEntry("name", Ada.NAME)
                    .containsEntry("externalId", "crm-4711")
                    .containsEntry("createdAt", "2026-01-15T09:00:00+00:00")
                    .containsEntry("emails", List.of(Ada.ADDRESS, Ada.SECOND_ADDRESS));
            assertThat(rows(files, "organization")).hasSize(1);
            assertThat(rows(files, "tickets"))
                    .extracting(row -> row.get("subject"))
                    .containsExactly("zebra-subject");
            assertThat(rows(files, "messages"))
                    .extracting(row -> text(row, "text"))
                    .satisfiesExactly(
                            first -> assertThat(first).contains("zebra-body"),
                            answer -> assertThat(answer).contains("zebra-reply"),
                            shared -> assertThat(shared).contains("zebra-shared"));
            assertThat(rows(files, "notes")).hasSize(1);
            assertThat(rows(files, "events")).isNotEmpty();
            assertThat(rows(files, "audit"))
                    .as("what the audit trail says of her")
                    .anySatisfy(row -> assertThat(row)
                            .containsEntry("type", "customer_changed")
                            .extractingByKey("personal")
                            .asString()
                            .contains(Ada.SECOND_ADDRESS)
                            .doesNotContain("Grace"));
            for (Map<String, Object> attachment : rows(files, "attachments")) {
                assertThat(files.get(text(attachment, "file")))
                        .asString(StandardCharsets.UTF_8)
                        .contains("zebra-file");
            }
            for (Map<String, Object> mail : rows(files, "mails")) {
                assertThat(files.get(text(mail, "file")))
                        .asString(StandardCharsets.UTF_8)
                        .contains("zebra-");
            }
            assertThat(rows(files, "logins"))
                    .satisfiesExactly(
                            session -> assertThat(session)
                                    .containsEntry("kind", "session")
                                    .containsEntry("email", Ada.ADDRESS)
                                    .containsEntry("address", "192.0.2.7")
                                    .containsEntry("userAgent", "zebra-browser"),
                            link -> assertThat(link)
                                    .containsEntry("kind", "link")
                                    .containsEntry("email", Ada.SECOND_ADDRESS));
            assertThat(zip.length).isPositive();
            assertThat(String.join(
                            "\n",
                            files.values().stream()
                                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                                    .toList()))
                    .as("other people's words and addresses")
                    .doesNotContain("hammer", "nail", "bob@builder.example");

            Map<String, Object> manifest = Json.read(
                    new String(requireNonNull(files.remove("manifest.json")), StandardCharsets.UTF_8), OBJECT);
            List<Map<String, Object>> listed = Json.read(Json.write(requireNonNull(manifest.get("files"))), ROWS);
            assertThat(listed).hasSameSizeAs(files.keySet());
            for (Map<String, Object> file : listed) {
                byte[] content = requireNonNull(files.get(text(file, "name")));
                assertThat(file.get("sha256")).isEqualTo(hash(content));
                assertThat(text(file, "size")).isEqualTo(Integer.toString(content.length));
            }
        }
    }

    @Test
    void readingAnExportIsAnEventAndNothingIsLeftOfItAfterAWeek() throws IOException {
        try (Ada world = new Ada()) {
            LongOperation done =
                    world.finished(world.desk.persons().export(world.ada).id());
            assertThat(events(world)).isZero();
            try (InputStream file = world.agent.operations().open(done.id())) {
                assertThat(file.read()).isPositive();
            }
            assertThat(events(world)).isEqualTo(1);
            assertThat(rows(world)).as("rows that were taken for the file").isZero();

            world.database.clock().advance(Duration.ofDays(8));
            var storage = new io.insightdesk.storage.internal.StorageFeature(
                    world.database.database(), world.database.clock(), null);
            new ExportJob(new ExportStore(), new OperationStore(), storage).removeOld(world.database.system());
            assertThatThrownBy(() -> world.desk.operations().open(done.id())).isInstanceOf(NotFoundException.class);
            assertThat(world.desk.operations().get(done.id()).resultSize()).isNull();
        }
    }

    private static long events(Ada world) {
        return count(
                world,
                "event where type = 'person_export_read' and actor_id = '"
                        + world.agent.actor().id() + "'");
    }

    private static long rows(Ada world) {
        return count(world, "export_row");
    }

    private static long count(Ada world, String what) {
        return world.database
                .database()
                .run(
                        world.tenant.value(),
                        tx -> tx.query("select count(*) from {schema}." + what)
                                .mapTo(Long.class)
                                .one());
    }

    private static byte[] read(Ada world, LongOperation done) throws IOException {
        try (InputStream file = world.desk.operations().open(done.id())) {
            return file.readAllBytes();
        }
    }

    private static Map<String, byte[]> files(byte[] bytes) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        }
        return files;
    }

    private static List<Map<String, Object>> rows(Map<String, byte[]> files, String part) {
        return Json.read(new String(requireNonNull(files.get(part + ".json")), StandardCharsets.UTF_8), ROWS);
    }

    private static String text(Map<String, Object> row, String field) {
        return requireNonNull(row.get(field), field).toString().strip();
    }

    private static String hash(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
