package io.insightdesk.jaxrs.internal;

import io.insightdesk.Desk;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.tenant.Tenant;
import io.insightdesk.tenant.TenantChange;
import io.insightdesk.tenant.TenantSettings;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tenant of who asks. To make, suspend, limit and delete tenants is the business of the host's own code. */
@Path("tenant")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class TenantResource extends ApiResource {

    private static final long MAX_MINUTES = Duration.ofDays(3650).toMinutes();

    /** Made for each request. */
    public TenantResource() {}

    /** Reads it. */
    @GET
    @Operation(
            id = "getTenant",
            value = "Reads the tenant of who asks, with what its plan allows and what it uses.",
            response = TenantJson.class,
            versioned = true)
    public Response get() {
        TenantJson found = desk().transact(desk -> json(desk, desk.ownTenant().get()));
        return read(found, found.version());
    }

    private static TenantJson json(Desk desk, Tenant tenant) {
        return TenantJson.of(tenant, desk.ownTenant().usage());
    }

    /** Changes it. */
    @PATCH
    @Consumes({MERGE_PATCH, MediaType.APPLICATION_JSON})
    @Operation(
            id = "changeTenant",
            value = "Changes what is mentioned of the tenant; see RFC 7396.",
            request = TenantPatch.class,
            response = TenantJson.class,
            errors = {409, 412},
            versioned = true)
    public Response change(@Nullable JsonBody body) {
        TenantPatch patch = orNone(body).as(TenantPatch.class);
        String zone = patch.timeZone();
        ZoneId timeZone = zone == null ? null : zone(zone);
        Long expected = expectedVersion();
        TenantJson changed = desk().transact(desk -> {
            TenantSettings settings = null;
            Long version = expected;
            if (patch.closeResolvedAfterMinutes() != null
                    || patch.customerLogin() != null
                    || patch.hostSettings() != null) {
                // What is merged is merged into what was read.
                Tenant old = desk.ownTenant().get();
                version = expected == null ? Long.valueOf(old.version()) : expected;
                settings = merged(old.settings(), patch);
            }
            TenantChange change = new TenantChange(patch.name(), timeZone, patch.locale(), settings);
            return json(desk, desk.ownTenant().change(version, change));
        });
        return Answer.of(200, changed, changed.version()).toResponse();
    }

    private static TenantSettings merged(TenantSettings old, TenantPatch patch) {
        Patch<Long> minutes = patch.closeResolvedAfterMinutes();
        Duration closes = old.closeResolvedAfter();
        if (minutes != null) {
            closes = minutes.value() == null ? null : minutes(minutes.value());
        }
        Map<String, @Nullable Object> host = patch.hostSettings();
        return new TenantSettings(
                closes,
                patch.customerLogin() == null ? old.customerLogin() : patch.customerLogin(),
                host == null ? old.hostSettings() : merge(old.hostSettings(), host));
    }

    private static Duration minutes(long value) {
        if (value < 1 || value > MAX_MINUTES) {
            throw new InvalidInputException(
                    "/closeResolvedAfterMinutes", "out_of_range", "The time is from 1 to " + MAX_MINUTES + " minutes.");
        }
        return Duration.ofMinutes(value);
    }

    /** RFC 7396, section 2. */
    private static Map<String, Object> merge(Map<?, ?> target, Map<?, ?> patch) {
        Map<String, Object> merged = new LinkedHashMap<>();
        target.forEach((name, value) -> merged.put(String.valueOf(name), value));
        patch.forEach((name, value) -> {
            String key = String.valueOf(name);
            if (value == null) {
                merged.remove(key);
            } else if (value instanceof Map<?, ?> inner) {
                merged.put(key, merge(merged.get(key) instanceof Map<?, ?> before ? before : Map.of(), inner));
            } else {
                merged.put(key, value);
            }
        });
        return merged;
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new InvalidInputException(
                    "/timeZone", "invalid_value", "A time zone looks like Europe/Lisbon or UTC.");
        }
    }

    /** A change of the tenant. */
    @MergePatch
    record TenantPatch(
            @Text(value = "Its name for people.", max = 200, example = "Acme") @Nullable String name,

            @Text(value = "The zone of its calendars and reports.", max = 60, example = "Europe/Lisbon") @Nullable String timeZone,

            @Text(value = "Its language, a BCP 47 tag.", max = 35, example = "en") @Nullable String locale,

            @Text(
                    value = "After how many minutes a resolved ticket closes; null for what the installation has.",
                    example = "10080")
            @Nullable Patch<Long> closeResolvedAfterMinutes,

            @Text(
                    "Whether customers log in by links in mails, where the installation offers that. False also shuts out who is logged in.")
            @Nullable Boolean customerLogin,

            @Text("What the host's own code keeps here by name; null removes one, the others stay.") @Nullable Map<String, @Nullable Object> hostSettings) {}
}
