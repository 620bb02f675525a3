package io.insightdesk.tenant;

import java.time.Instant;
import java.time.ZoneId;

/**
 * A tenant as it is stored.
 *
 * @param id the tenant
 * @param slug its short name in addresses, unique in the installation
 * @param name its name for people
 * @param active whether it may be used; a suspended one, and one that is being deleted, refuses all calls
 * @param timeZone the zone of its calendars and reports
 * @param locale a BCP 47 language tag
 * @param settings what it has chosen for itself
 * @param limits how much it may use
 * @param createdAt when it was made
 * @param version counts its changes
 * @since 0.1.0
 */
public record Tenant(
        TenantId id,
        String slug,
        String name,
        boolean active,
        ZoneId timeZone,
        String locale,
        TenantSettings settings,
        PlanLimits limits,
        Instant createdAt,
        long version) {}
