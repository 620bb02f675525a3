package io.insightdesk.conversation;

import io.insightdesk.key.Secret;
import java.time.Instant;

/**
 * The right to read one file for a short time, for whoever has it. Immutable.
 *
 * @param attachment the file
 * @param signature what {@link AttachmentLinks} asks for; letters, digits, hyphens and underscores, so that it can stand in an address
 * @param expiresAt until when it is good
 * @since 0.1.0
 */
public record AttachmentLink(AttachmentId attachment, Secret signature, Instant expiresAt) {}
