package io.insightdesk.transfer.internal;

import io.insightdesk.internal.Json;
import io.insightdesk.internal.Sha256;
import io.insightdesk.transfer.TenantExport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The archive of an export while it is written: entries one after the other, each hashed on its way. Used by one thread. */
final class ZipExport {

    private final ZipOutputStream zip;

    ZipExport(OutputStream out) {
        this.zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
    }

    /** Adds a file; answers its size and its hash. */
    TenantExport.Content add(String name, InputStream content) throws IOException {
        MessageDigest digest = Sha256.digest();
        zip.putNextEntry(new ZipEntry(name));
        long size = content.transferTo(new DigestOutputStream(zip, digest));
        zip.closeEntry();
        return new TenantExport.Content(size, HexFormat.of().formatHex(digest.digest()));
    }

    /** Ends the archive with what it holds; the stream below stays open. */
    void end(TenantExport export) throws IOException {
        zip.putNextEntry(new ZipEntry("manifest.json"));
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("format", export.format());
        manifest.put("tenant", export.tenant().toString());
        manifest.put("slug", export.slug());
        manifest.put("exportedAt", export.exportedAt());
        manifest.put("tables", export.tables());
        manifest.put("blobs", export.blobs());
        manifest.put("missing", export.missing());
        zip.write(Json.write(manifest).getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
        zip.finish();
    }
}
