package io.insightdesk.devenv.seed;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a seed did.
 *
 * @param size what was asked for
 * @param tenantsMade how many tenants were made
 * @param tenantsFound how many were there already, and left as they are
 * @param ticketsMade how many tickets were made
 * @param took how long it took
 * @since 0.1.0
 */
public record SeedReport(SeedSize size, int tenantsMade, int tenantsFound, long ticketsMade, Duration took) {
    /** Checks that nothing is missing. */
    public SeedReport {
        requireNonNull(size, "size");
        requireNonNull(took, "took");
    }

    /**
     * Says it in one line.
     *
     * @return a sentence without a line break
     */
    public String line() {
        if (tenantsMade == 0) {
            return "The " + size.wireName() + " data are there already; nothing was changed.";
        }
        return "Made " + ticketsMade + " tickets in " + tenantsMade + (tenantsMade == 1 ? " tenant" : " tenants") + " ("
                + tenantsFound + " were there already), in " + took.toSeconds() + " s.";
    }
}
