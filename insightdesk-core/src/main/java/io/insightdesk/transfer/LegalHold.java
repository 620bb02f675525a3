package io.insightdesk.transfer;

import java.time.Instant;

/**
 * Says that something must be kept, whatever rules of retention or a person's wish to be erased say.
 *
 * @param target what
 * @param reason why, such as the number of a case
 * @param placedAt since when
 * @since 0.1.0
 */
public record LegalHold(HoldTarget target, String reason, Instant placedAt) {}
