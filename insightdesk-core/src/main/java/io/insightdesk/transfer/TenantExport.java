package io.insightdesk.transfer;

import io.insightdesk.tenant.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What an export of a tenant holds; also its {@code manifest.json}.
 *
 * @param format the version of the format, 1
 * @param tenant the tenant
 * @param slug its slug at that time
 * @param exportedAt when it was made
 * @param tables the exported tables by name, each a file {@code tables/NAME.jsonl} with a row as a JSON object in each line
 * @param blobs the exported files and raw mails by identifier, each a file {@code blobs/ID}
 * @param missing blobs that were removed while the export was made
 * @since 0.1.0
 */
public record TenantExport(
        int format,
        TenantId tenant,
        String slug,
        Instant exportedAt,
        Map<String, Content> tables,
        Map<String, Content> blobs,
        List<String> missing) {

    /** Makes the collections unmodifiable. */
    public TenantExport {
        tables = Map.copyOf(tables);
        blobs = Map.copyOf(blobs);
        missing = List.copyOf(missing);
    }

    /**
     * A file of the export.
     *
     * @param count the rows of a table, or the bytes of a blob
     * @param sha256 the SHA-256 of the file's bytes, in hex
     */
    public record Content(long count, String sha256) {}
}
