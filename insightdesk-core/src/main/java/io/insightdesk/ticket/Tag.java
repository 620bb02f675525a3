package io.insightdesk.ticket;

import java.time.Instant;

/**
 * A tag that tickets can have. Made by its first use.
 *
 * @param id the tag
 * @param name its name, in lower case
 * @param createdAt when it was first used
 * @since 0.1.0
 */
public record Tag(TagId id, String name, Instant createdAt) {}
