package io.insightdesk.transfer.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.NotFoundException;
import io.insightdesk.event.Actor;
import io.insightdesk.event.internal.EventFeature;
import io.insightdesk.internal.Authority;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Database;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.storage.BlobId;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.tenant.Tenants;
import io.insightdesk.transfer.TenantExport;
import io.insightdesk.transfer.TenantExports;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

final class TenantExportService implements TenantExports {

    private static final int FORMAT = 1;

    private final Database database;
    private final TenantExportStore store;
    private final EventFeature events;
    private final StorageFeature storage;
    private final Tenants tenants;
    private final Clock clock;

    private record Snapshot(Map<String, Long> rows, List<UUID> blobs) {}

    TenantExportService(
            Database database,
            TenantExportStore store,
            EventFeature events,
            StorageFeature storage,
            Tenants tenants,
            Clock clock) {
        this.database = database;
        this.store = store;
        this.events = events;
        this.storage = storage;
        this.tenants = tenants;
        this.clock = clock;
    }

    @Override
    public TenantExport write(TenantId tenant, OutputStream out) throws IOException {
        requireNonNull(out, "out");
        Tenant who = tenants.get(tenant);
        // Before anything is read: who has begun to read may have all of it.
        events.append(
                new Scope(tenant, Actor.system(), Authority.ALL, database, clock, null),
                "tenant_exported",
                Map.of("tenantId", tenant.toString()));
        Path directory = Files.createTempDirectory("insightdesk-export");
        try {
            Snapshot snapshot = database.snapshot(tenant.value(), tx -> spool(tx, directory));
            return write(who, snapshot, directory, out);
        } finally {
            for (String table : TenantExportStore.TABLES) {
                Files.deleteIfExists(file(directory, table));
            }
            Files.delete(directory);
        }
    }

    private static Path file(Path directory, String table) {
        return directory.resolve(table + ".jsonl");
    }

    /** The stream may be a slow client's, so the rows of the instant go to the node's own disk first. */
    private Snapshot spool(Tx tx, Path directory) {
        List<UUID> blobs = store.blobs(tx);
        Map<String, Long> rows = new LinkedHashMap<>();
        for (String table : TenantExportStore.TABLES) {
            AtomicLong count = new AtomicLong();
            try (BufferedWriter lines = Files.newBufferedWriter(file(directory, table))) {
                store.rows(tx, table, row -> {
                    count.incrementAndGet();
                    append(lines, row);
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            rows.put(table, count.get());
        }
        return new Snapshot(rows, blobs);
    }

    private static void append(BufferedWriter lines, String row) {
        try {
            lines.write(row);
            lines.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TenantExport write(Tenant tenant, Snapshot snapshot, Path directory, OutputStream out) throws IOException {
        ZipExport zip = new ZipExport(out);
        Map<String, TenantExport.Content> tables = new LinkedHashMap<>();
        for (Map.Entry<String, Long> table : snapshot.rows().entrySet()) {
            try (InputStream rows = Files.newInputStream(file(directory, table.getKey()))) {
                String hash =
                        zip.add("tables/" + table.getKey() + ".jsonl", rows).sha256();
                tables.put(table.getKey(), new TenantExport.Content(table.getValue(), hash));
            }
        }
        Map<String, TenantExport.Content> blobs = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        for (UUID blob : snapshot.blobs()) {
            try (InputStream content = storage.open(tenant.id(), new BlobId(blob))) {
                blobs.put(blob.toString(), zip.add("blobs/" + blob, content));
            } catch (NotFoundException e) {
                missing.add(blob.toString());
            }
        }
        TenantExport export = new TenantExport(
                FORMAT,
                tenant.id(),
                tenant.slug(),
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                tables,
                blobs,
                missing);
        zip.end(export);
        return export;
    }
}
