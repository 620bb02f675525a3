package io.insightdesk;

/**
 * What {@link InsightDesk.Builder#build()} does about the database schema.
 *
 * @since 0.1.0
 */
public enum MigrationMode {
    /** Brings the schema to this release. Several nodes may start at once. */
    MIGRATE,
    /** Fails unless the schema is at this release. */
    VALIDATE,
    /** Takes the schema as it is. */
    NONE
}
