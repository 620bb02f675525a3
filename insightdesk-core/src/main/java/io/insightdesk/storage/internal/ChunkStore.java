package io.insightdesk.storage.internal;

import io.insightdesk.internal.db.Tx;
import io.insightdesk.storage.BlobId;
import java.util.Optional;

/** SQL of blobs' contents in the database. */
final class ChunkStore {

    private static final String INSERT = """
            insert into {schema}.blob_chunk (tenant_id, blob_id, seq, data)
            values (:tenant, :blob, :seq, :data)
            """;

    int insert(Tx tx, BlobId blob, int seq, byte[] data) {
        return tx.update(INSERT)
                .bind("blob", blob.value())
                .bind("seq", seq)
                .bind("data", data)
                .execute();
    }

    /** The last chunk of a content: its number and its length. */
    record Last(int seq, int length) {}

    private static final String LAST = """
            select seq, octet_length(data) as length
            from {schema}.blob_chunk
            where tenant_id = :tenant and blob_id = :blob
            order by seq desc
            limit 1
            """;

    Optional<Last> last(Tx tx, BlobId blob) {
        return tx.query(LAST)
                .bind("blob", blob.value())
                .map((row, context) -> new Last(row.getInt("seq"), row.getInt("length")))
                .findOne();
    }

    private static final String FIND = """
            select substring(data from :from + 1 for :count) as part
            from {schema}.blob_chunk
            where tenant_id = :tenant and blob_id = :blob and seq = :seq
            """;

    Optional<byte[]> find(Tx tx, BlobId blob, int seq, int from, int count) {
        return tx.query(FIND)
                .bind("blob", blob.value())
                .bind("seq", seq)
                .bind("from", from)
                .bind("count", count)
                .map((row, context) -> row.getBytes("part"))
                .findOne();
    }

    private static final String DELETE = """
            delete from {schema}.blob_chunk
            where tenant_id = :tenant and blob_id = :blob
            """;

    int delete(Tx tx, BlobId blob) {
        return tx.update(DELETE).bind("blob", blob.value()).execute();
    }
}
