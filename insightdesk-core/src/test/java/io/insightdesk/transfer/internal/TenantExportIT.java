package io.insightdesk.transfer.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.insightdesk.InsightDesk;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.Actor;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.FullTenant;
import io.insightdesk.testing.TenantRows;
import io.insightdesk.testing.TestDatabase;
import io.insightdesk.testing.TestDatabase.As;
import io.insightdesk.ticket.NewTicket;
import io.insightdesk.transfer.TenantExport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An export has all of a tenant, and nothing of another. */
class TenantExportIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static InsightDesk node(TestDatabase database) {
        InsightDesk made = InsightDesk.builder()
                .dataSource(database.dataSource())
                .clock(database.clock())
                .mailTransport(mail -> {})
                .build();
        FullTenant.prepare(made);
        return made;
    }

    @ParameterizedTest
    @EnumSource
    void anExportHasEveryRowAndFileOfTheTenantAndNothingOfAnother(As as) throws Exception {
        try (TestDatabase database = TestDatabase.fresh(as);
                InsightDesk node = node(database)) {
            FullTenant exported = FullTenant.fill(node, database.tenant(), "exported");
            FullTenant other = FullTenant.fill(node, database.newTenant(), "other");
            node.tenants().suspend(exported.tenant());

            ByteArrayOutputStream out = new ByteArrayOutputStream();
            TenantExport export = node.tenantExports().write(exported.tenant(), out);

            // With the event that tells of the export.
            Map<String, Long> rows = new TenantRows(database.admin()).counts(exported.tenant());

            Map<String, byte[]> files = unzip(out.toByteArray());
            JsonNode manifest = JSON.readTree(requireNonNull(files.remove("manifest.json")));
            assertThat(manifest.at("/tenant").asText())
                    .isEqualTo(exported.tenant().toString());
            assertThat(manifest.at("/tables").size()).isEqualTo(export.tables().size());
            for (Map.Entry<String, TenantExport.Content> table : export.tables().entrySet()) {
                String file = "tables/" + table.getKey() + ".jsonl";
                byte[] bytes = requireNonNull(files.remove(file), file);
                List<String> lines =
                        new String(bytes, StandardCharsets.UTF_8).lines().toList();
                assertThat(lines).as(file).hasSize((int) table.getValue().count());
                if (!table.getKey().equals("event")) {
                    assertThat(table.getValue().count()).as(file).isEqualTo(rows.getOrDefault(table.getKey(), 0L));
                }
                assertThat(table.getValue().sha256()).as(file).isEqualTo(sha256(bytes));
                assertThat(manifest.at("/tables/" + table.getKey() + "/sha256").asText())
                        .isEqualTo(sha256(bytes));
                for (String line : lines) {
                    assertThat(JSON.readTree(line).at("/tenant_id").asText())
                            .isEqualTo(exported.tenant().toString());
                }
            }
            assertThat(requireNonNull(export.tables().get("event")).count())
                    .isEqualTo(rows.entrySet().stream()
                            .filter(one -> one.getKey().matches("event_(default|\\d.*)"))
                            .mapToLong(Map.Entry::getValue)
                            .sum());
            assertThat(export.blobs())
                    .hasSize(rows.getOrDefault("blob", 0L).intValue())
                    .isNotEmpty();
            export.blobs().forEach((blob, content) -> {
                byte[] bytes = requireNonNull(files.remove("blobs/" + blob), blob);
                assertThat(bytes).hasSize((int) content.count());
                assertThat(sha256(bytes)).isEqualTo(content.sha256());
            });
            assertThat(files).isEmpty();
            assertThat(export.missing()).isEmpty();
            assertThat(new String(out.toByteArray(), StandardCharsets.ISO_8859_1))
                    .doesNotContain(other.tenant().toString());
        }
    }

    @Test
    void aTicketThatComesWhileTheRowsAreReadIsNotInIt() throws Exception {
        try (TestDatabase database = TestDatabase.fresh();
                InsightDesk node = node(database)) {
            TenantId tenant = database.tenant();
            int[] seen = new int[2];
            database.database().snapshot(tenant.value(), tx -> {
                seen[0] = tickets(tx);
                node.tenant(tenant)
                        .as(Actor.system())
                        .tickets()
                        .create(NewTicket.builder("Late")
                                .requester("ada@example.com", "Ada")
                                .build());
                seen[1] = tickets(tx);
                return tenant;
            });
            assertThat(seen).containsExactly(0, 0);
            // The connection goes back to the pool as it was.
            assertThat(database.database()
                            .<String>run(
                                    tenant.value(),
                                    tx -> tx.query("show transaction_isolation")
                                            .mapTo(String.class)
                                            .one()))
                    .isEqualTo("read committed");
        }
    }

    private static int tickets(io.insightdesk.internal.db.Tx tx) {
        return tx.query("select count(*) from {schema}.ticket")
                .mapTo(Integer.class)
                .one();
    }

    @Test
    void everyTableOfATenantIsExportedOrLeftOutForAReason() {
        try (TestDatabase database = TestDatabase.fresh()) {
            List<String> protectedTables = database.database()
                    .system(tx -> tx.query("""
                            select c.relname::text
                            from pg_class c
                            join pg_policy p on p.polrelid = c.oid
                            where c.relnamespace = '{schema}'::regnamespace and not c.relispartition
                            """).mapTo(String.class).list());
            Set<String> known = new TreeSet<>(TenantExportStore.TABLES);
            known.addAll(TenantExportStore.LEFT_OUT.keySet());
            assertThat(known).containsExactlyInAnyOrderElementsOf(protectedTables);
        }
    }

    @Test
    void anUnknownTenantIsNotExported() {
        try (TestDatabase database = TestDatabase.fresh();
                InsightDesk node = node(database)) {
            assertThatThrownBy(() ->
                            node.tenantExports().write(new TenantId(UUID.randomUUID()), new ByteArrayOutputStream()))
                    .isInstanceOf(NotFoundException.class);
        }
    }

    private static Map<String, byte[]> unzip(byte[] archive) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        }
        return files;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
