package io.insightdesk.tenant;

/**
 * What a tenant uses of what {@link PlanLimits} can limit.
 *
 * @param agents active agents
 * @param storageBytes bytes of files and raw mails, those that nobody refers to and that will be swept included
 * @param mailsToday mails out on this day of UTC
 * @since 0.1.0
 */
public record TenantUsage(long agents, long storageBytes, long mailsToday) {}
