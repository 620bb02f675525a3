package io.insightdesk.devenv.seed;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A tenant of the larger demo data, before it is made.
 *
 * @param slug how it is found, and what its random numbers begin with
 * @param name what its company is called
 * @param tickets how many it has
 */
record BulkTenant(String slug, String name, int tickets) {

    private static final String PREFIX = "seed-";

    /** Returns the tenants of a size, the greatest first. */
    static List<BulkTenant> of(SeedSize size) {
        List<String> companies = Wording.get().list("companies");
        String prefix = PREFIX + size.wireName();
        if (size.tenants() == 1) {
            return List.of(new BulkTenant(prefix, companies.get(0), Math.toIntExact(size.tickets())));
        }
        double weights = 0;
        for (int rank = 1; rank <= size.tenants(); rank++) {
            weights += 1.0 / rank;
        }
        List<BulkTenant> tenants = new ArrayList<>();
        long left = size.tickets();
        for (int rank = size.tenants(); rank >= 1; rank--) {
            // What rounding leaves goes to the first.
            int tickets = Math.toIntExact(rank == 1 ? left : (long) (size.tickets() / (rank * weights)));
            left -= tickets;
            String company = companies.get((rank - 1) % companies.size());
            int branch = (rank - 1) / companies.size();
            tenants.add(
                    0,
                    new BulkTenant(
                            String.format(Locale.ROOT, "%s-%02d", prefix, rank),
                            branch == 0 ? company : company + " " + (branch + 1),
                            tickets));
        }
        return List.copyOf(tenants);
    }

    /** Says whether a tenant of this slug is one that a seed makes. */
    static boolean isOurs(String slug) {
        return slug.equals(DemoTenant.SLUG)
                || of(SeedSize.MEDIUM).stream().anyMatch(tenant -> tenant.slug().equals(slug))
                || of(SeedSize.LARGE).stream().anyMatch(tenant -> tenant.slug().equals(slug));
    }

    /** Returns a source of chance that is the same each time. */
    SplittableRandom random() {
        long seed = 0;
        for (int i = 0; i < slug.length(); i++) {
            seed = seed * 1_000_003 + slug.charAt(i);
        }
        return new SplittableRandom(seed);
    }
}
