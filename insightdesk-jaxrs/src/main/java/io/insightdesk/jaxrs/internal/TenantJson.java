package io.insightdesk.jaxrs.internal;

import io.insightdesk.tenant.PlanLimits;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.tenant.TenantUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The tenant of who asks. */
record TenantJson(
        @Text("The tenant.") UUID id,

        @Text(value = "Its short name in addresses.", example = "acme")
        String slug,

        @Text(value = "Its name for people.", example = "Acme")
        String name,

        @Text(value = "The zone of its calendars and reports.", example = "Europe/Lisbon")
        String timeZone,

        @Text(value = "Its language, a BCP 47 tag.", example = "en")
        String locale,

        @Text(
                value = "After how many minutes a resolved ticket closes; null for what the installation has.",
                example = "10080")
        @Nullable Long closeResolvedAfterMinutes,

        @Text("Whether customers log in by links in mails, where the installation offers that.")
        Boolean customerLogin,

        @Text("What the host's own code keeps here by name.")
        Map<String, Object> hostSettings,

        @Text("How much of each the plan allows.") PlanJson limits,
        @Text("How much of each is used.") UsageJson usage,
        @Text("When it was made.") Instant createdAt,
        @Text("Counts its changes.") Long version)
        implements Wire {

    /** What the plan allows. */
    record PlanJson(
            @Text(value = "Active agents; null for no limit.", example = "10") @Nullable Integer agents,

            @Text(value = "Bytes of files and mails; null for no limit.", example = "1000000000") @Nullable Long storageBytes,

            @Text(value = "Requests in a minute; null for no limit.", example = "600") @Nullable Integer requestsPerMinute,

            @Text(value = "Mails out in a day of UTC; null for no limit.", example = "500") @Nullable Integer mailsPerDay)
            implements Wire {}

    /** What is used. */
    record UsageJson(
            @Text(value = "Active agents.", example = "3") Long agents,

            @Text(value = "Bytes of files and mails.", example = "123456")
            Long storageBytes,

            @Text(value = "Mails out on this day of UTC.", example = "42")
            Long mailsToday)
            implements Wire {}

    static TenantJson of(Tenant tenant, TenantUsage usage) {
        Duration closes = tenant.settings().closeResolvedAfter();
        PlanLimits limits = tenant.limits();
        return new TenantJson(
                tenant.id().value(),
                tenant.slug(),
                tenant.name(),
                tenant.timeZone().getId(),
                tenant.locale(),
                closes == null ? null : closes.toMinutes(),
                tenant.settings().customerLogin(),
                tenant.settings().hostSettings(),
                new PlanJson(limits.agents(), limits.storageBytes(), limits.requestsPerMinute(), limits.mailsPerDay()),
                new UsageJson(usage.agents(), usage.storageBytes(), usage.mailsToday()),
                tenant.createdAt(),
                tenant.version());
    }
}
