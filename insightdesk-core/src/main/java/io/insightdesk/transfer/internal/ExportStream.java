package io.insightdesk.transfer.internal;

import io.insightdesk.error.NotFoundException;
import io.insightdesk.internal.Json;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.Sha256;
import io.insightdesk.storage.BlobId;
import io.insightdesk.storage.internal.StorageFeature;
import io.insightdesk.transfer.OperationId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The ZIP file of an export, made while it is read: a few rows, or a piece of a file, at a time. What it is made of is read in short
 * transactions of its own. Not thread-safe.
 */
final class ExportStream extends InputStream {

    /** The parts, in the order of the file. */
    static final List<String> PARTS = List.of(
            "customer",
            "organization",
            "tickets",
            "messages",
            "notes",
            "events",
            "audit",
            "attachments",
            "mails",
            "logins");

    private static final List<String> PARTS_WITH_FILES = List.of("attachments", "mails");
    private static final int ROWS_AT_ONCE = 10;
    private static final int BYTES_AT_ONCE = 64 * 1024;
    private static final int FORMAT = 1;

    private final ExportStore store;
    private final StorageFeature storage;
    private final Scope scope;
    private final OperationId operation;
    private final Map<String, Object> about = new LinkedHashMap<>();
    private final Deque<Step> steps = new ArrayDeque<>();
    private final ByteArrayOutputStream made = new ByteArrayOutputStream();
    private final ZipOutputStream zip = new ZipOutputStream(made);
    private final List<FileInfo> files = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private byte[] ready = {};
    private int used;

    /** A part of the work that is done in pieces. */
    @FunctionalInterface
    private interface Step {
        /** Does a piece; false when there is no more. */
        boolean piece() throws IOException;
    }

    /** A file as the manifest has it. */
    private record FileInfo(
            String name, long size, String sha256, @Nullable Long rows) {}

    ExportStream(ExportStore store, StorageFeature storage, Scope scope, OperationStore.Stored operation) {
        this.store = store;
        this.storage = storage;
        this.scope = scope;
        this.operation = operation.id();
        about.put("format", FORMAT);
        about.put("tenant", scope.tenant().toString());
        about.put("customer", operation.customer().toString());
        about.put("operation", operation.id().toString());
        about.put("requestedAt", operation.createdAt().toString());
        for (String part : PARTS) {
            steps.add(new Rows(part));
        }
        for (String part : PARTS_WITH_FILES) {
            steps.add(new Files(part));
        }
        steps.add(this::manifest);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (used == ready.length) {
            if (steps.isEmpty()) {
                return -1;
            }
            if (!steps.element().piece()) {
                steps.remove();
            }
            ready = made.toByteArray();
            used = 0;
            made.reset();
        }
        int count = Math.min(length, ready.length - used);
        System.arraycopy(ready, used, buffer, offset, count);
        used += count;
        return count;
    }

    private boolean manifest() throws IOException {
        about.put("files", files);
        about.put("missing", missing);
        byte[] json = Json.write(about).getBytes(StandardCharsets.UTF_8);
        zip.putNextEntry(new ZipEntry("manifest.json"));
        zip.write(json);
        zip.closeEntry();
        zip.finish();
        return false;
    }

    /** An entry that is being written. */
    private final class Entry {

        private final String name;
        private final MessageDigest digest = Sha256.digest();
        private final DigestOutputStream out = new DigestOutputStream(zip, digest);
        private long size;

        Entry(String name) throws IOException {
            this.name = name;
            zip.putNextEntry(new ZipEntry(name));
        }

        void write(byte[] bytes, int length) throws IOException {
            out.write(bytes, 0, length);
            size += length;
        }

        void write(String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            write(bytes, bytes.length);
        }

        void close(@Nullable Long rows) throws IOException {
            zip.closeEntry();
            files.add(new FileInfo(name, size, HexFormat.of().formatHex(digest.digest()), rows));
        }
    }

    /** The rows of a part, as a JSON array. */
    private final class Rows implements Step {

        private final String part;
        private @Nullable Entry entry;
        private long last;

        Rows(String part) {
            this.part = part;
        }

        @Override
        public boolean piece() throws IOException {
            Entry to = entry;
            if (to == null) {
                to = new Entry(part + ".json");
                to.write("[");
                entry = to;
            }
            List<ExportStore.Row> rows = scope.run(tx -> store.read(tx, operation, part, last, ROWS_AT_ONCE));
            for (ExportStore.Row row : rows) {
                to.write(last == 0 ? "\n" : ",\n");
                to.write(row.data());
                last = row.seq();
            }
            if (rows.size() == ROWS_AT_ONCE) {
                return true;
            }
            to.write("\n]\n");
            to.close(last);
            return false;
        }
    }

    /** The files that the rows of a part name. */
    private final class Files implements Step {

        private final String part;
        private final byte[] buffer = new byte[BYTES_AT_ONCE];
        private long last;
        private @Nullable Entry entry;
        private @Nullable InputStream content;

        Files(String part) {
            this.part = part;
        }

        @Override
        public boolean piece() throws IOException {
            InputStream from = content;
            Entry to = entry;
            if (from == null || to == null) {
                return next();
            }
            int count = from.read(buffer);
            if (count >= 0) {
                to.write(buffer, count);
                return true;
            }
            from.close();
            to.close(null);
            content = null;
            entry = null;
            return true;
        }

        private boolean next() throws IOException {
            List<ExportStore.Row> rows = scope.run(tx -> store.read(tx, operation, part, last, 1));
            if (rows.isEmpty()) {
                return false;
            }
            ExportStore.Row row = rows.get(0);
            last = row.seq();
            BlobId blob = row.blob();
            String file = row.file();
            if (blob == null || file == null) {
                return true;
            }
            try {
                content = storage.open(scope.tenant(), blob);
            } catch (NotFoundException e) {
                // Retention took it after the rows were taken; the manifest says so.
                missing.add(file);
                return true;
            }
            entry = new Entry(file);
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        for (Step step : steps) {
            if (step instanceof Files open && open.content != null) {
                open.content.close();
            }
        }
    }
}
