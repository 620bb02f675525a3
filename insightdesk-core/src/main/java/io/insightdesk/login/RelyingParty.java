package io.insightdesk.login;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.Violations;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where security keys are good (W3C Web Authentication, Level 3, 5.1.2 and 13.4.9). A key that was added for one {@code id} is of no use with
 * another, so it had better not change.
 *
 * @param id a domain, in lower case: the host of the pages, or a domain above it
 * @param name shown by browsers and keys
 * @param origins of the pages that ask keys, as browsers write them: {@code https://desk.example.com}; http for localhost only
 * @since 0.1.0
 */
public record RelyingParty(String id, String name, Set<String> origins) {

    private static final int MAX_NAME = 64;
    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

    // The last label has a letter: browsers take no IP addresses.
    private static final Pattern DOMAIN =
            Pattern.compile("(?=.{1,253}$)(" + LABEL + "\\.)*(?=[a-z0-9-]*[a-z])" + LABEL);
    private static final Pattern ORIGIN = Pattern.compile("(https?)://([a-z0-9.-]+)(:[1-9][0-9]{0,4})?");

    /**
     * Checks everything.
     *
     * @throws io.insightdesk.error.InvalidInputException listing everything that is wrong
     */
    public RelyingParty {
        requireNonNull(id, "id");
        origins = Set.copyOf(origins);
        Violations violations = new Violations().requireText("/name", name, MAX_NAME);
        if (!isDomain(id)) {
            violations.add("/id", "invalid_value", "Security keys need a domain in lower case, no address.");
        }
        if (origins.isEmpty()) {
            violations.add("/origins", "required", "Security keys need the origin of a page that asks them.");
        }
        for (String origin : origins) {
            if (!isOrigin(origin, id)) {
                violations.add(
                        "/origins",
                        "invalid_value",
                        "An origin is https://host[:port], or http for localhost, of " + id + " or a host below it.");
            }
        }
        violations.throwIfAny();
    }

    /**
     * That of a web console: its host, and its origin.
     *
     * @param console the address, absolute; https, or http for localhost
     * @param name shown by browsers and keys
     * @return the relying party
     * @throws io.insightdesk.error.InvalidInputException when keys cannot be used there; see {@link #fits}
     */
    public static RelyingParty of(URI console, String name) {
        String host = host(console);
        Set<String> origins = new LinkedHashSet<>();
        origins.add(origin(console, host));
        return new RelyingParty(host, name, origins);
    }

    /**
     * Tells whether keys can be used at an address: it has a domain and is reached by https, or it is localhost.
     *
     * @param console the address
     * @return true when {@link #of} takes it
     */
    public static boolean fits(URI console) {
        String host = host(console);
        return isDomain(host) && isOrigin(origin(console, host), host);
    }

    private static String host(URI console) {
        String host = console.getHost();
        return host == null ? "" : host.toLowerCase(Locale.ROOT);
    }

    /** As browsers write it: without the port that goes without saying. */
    private static String origin(URI console, String host) {
        String scheme = String.valueOf(console.getScheme()).toLowerCase(Locale.ROOT);
        int port = console.getPort();
        boolean usual = port == -1 || port == ("https".equals(scheme) ? 443 : 80);
        return scheme + "://" + host + (usual ? "" : ":" + port);
    }

    private static boolean isDomain(String text) {
        return DOMAIN.matcher(text).matches();
    }

    private static boolean isOrigin(String text, String id) {
        var parts = ORIGIN.matcher(text);
        if (!parts.matches()) {
            return false;
        }
        String host = parts.group(2);
        boolean safe = "https".equals(parts.group(1)) || "localhost".equals(host) || host.endsWith(".localhost");
        return safe && (host.equals(id) || host.endsWith("." + id));
    }
}
