package io.insightdesk.storage.internal;

import io.insightdesk.internal.db.Tx;
import io.insightdesk.storage.Blob;
import io.insightdesk.storage.BlobId;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** SQL of the list of blobs. */
final class BlobRowStore {

    private static final String INSERT_PENDING = """
            insert into {schema}.blob (tenant_id, id, state, created_at)
            values (:tenant, :id, 'pending', :now)
            """;

    int insertPending(Tx tx, BlobId id, Instant now) {
        return tx.update(INSERT_PENDING).bind("id", id.value()).bind("now", now).execute();
    }

    private static final String MARK_STORED = """
            update {schema}.blob
            set state = 'stored', size = :size, sha256 = :sha256
            where tenant_id = :tenant and id = :id and state = 'pending'
            """;

    boolean markStored(Tx tx, Blob blob) {
        return tx.update(MARK_STORED)
                        .bind("id", blob.id().value())
                        .bind("size", blob.size())
                        .bind("sha256", HexFormat.of().parseHex(blob.sha256()))
                        .execute()
                == 1;
    }

    private static final String FIND = """
            select id, size, sha256
            from {schema}.blob
            where tenant_id = :tenant and id = :id and state = 'stored'
            """;

    Optional<Blob> find(Tx tx, BlobId id) {
        return tx.query(FIND)
                .bind("id", id.value())
                .map((row, context) -> new Blob(
                        new BlobId(row.getObject("id", UUID.class)),
                        row.getLong("size"),
                        HexFormat.of().formatHex(row.getBytes("sha256"))))
                .findOne();
    }

    private static final String SET_LINKED = """
            update {schema}.blob
            set linked = :linked
            where tenant_id = :tenant and id = :id and state = 'stored'
            """;

    boolean setLinked(Tx tx, BlobId id, boolean linked) {
        return tx.update(SET_LINKED)
                        .bind("id", id.value())
                        .bind("linked", linked)
                        .execute()
                == 1;
    }

    /** A row that is being linked is locked, and skipped; one that is marked here can no longer be linked. */
    private static final String MARK_ABANDONED = """
            update {schema}.blob
            set state = 'deleting'
            where tenant_id = :tenant and id = any(array(
              select id
              from {schema}.blob
              where tenant_id = :tenant and not linked and created_at < :before
              order by created_at
              limit :limit
              for update skip locked))
            returning id
            """;

    /** Marks blobs that nobody linked in time; those whose removal was begun before are among them again. */
    List<BlobId> markAbandoned(Tx tx, Instant before, int limit) {
        return tx.query(MARK_ABANDONED)
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> new BlobId(row.getObject("id", UUID.class)))
                .list();
    }

    private static final String MARK_ANY = """
            update {schema}.blob
            set state = 'deleting', linked = false
            where tenant_id = :tenant and id = any(array(
              select id
              from {schema}.blob
              where tenant_id = :tenant
              order by id
              limit :limit))
            returning id
            """;

    /** Marks blobs whatever they belong to. */
    List<BlobId> markAny(Tx tx, int limit) {
        return tx.query(MARK_ANY)
                .bind("limit", limit)
                .map((row, context) -> new BlobId(row.getObject("id", UUID.class)))
                .list();
    }

    private static final String DISCARD = """
            update {schema}.blob
            set state = 'deleting', linked = false
            where tenant_id = :tenant and id = any(:ids) and state = 'stored'
            """;

    /** Marks blobs that can be read no more from now on. */
    int discard(Tx tx, Collection<BlobId> ids) {
        return tx.update(DISCARD)
                .bindArray("ids", UUID.class, ids.stream().map(BlobId::value).toList())
                .execute();
    }

    private static final String MARKED = """
            select id
            from {schema}.blob
            where tenant_id = :tenant and state = 'deleting'
            order by id
            limit :limit
            """;

    List<BlobId> marked(Tx tx, int limit) {
        return tx.query(MARKED)
                .bind("limit", limit)
                .map((row, context) -> new BlobId(row.getObject("id", UUID.class)))
                .list();
    }

    private static final String DELETE_MARKED = """
            delete from {schema}.blob
            where tenant_id = :tenant and id = any(:ids) and state = 'deleting'
            """;

    int deleteMarked(Tx tx, List<BlobId> ids) {
        return tx.update(DELETE_MARKED)
                .bindArray("ids", UUID.class, ids.stream().map(BlobId::value).toList())
                .execute();
    }
}
