package io.insightdesk.internal;

import java.net.IDN;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** One form for each mail address and each domain: lower case, domains in ASCII. */
public final class MailAddresses {

    private static final int MAX_ADDRESS = 254;
    private static final int MAX_LOCAL = 64;
    private static final int MAX_DOMAIN = 253;
    // RFC 5322's dot-atom with the letters of RFC 6531; quoted local parts are not supported.
    private static final Pattern LOCAL = Pattern.compile(
            "[\\p{L}\\p{M}\\p{N}!#$%&'*+/=?^_`{|}~-]+" + "(?:\\.[\\p{L}\\p{M}\\p{N}!#$%&'*+/=?^_`{|}~-]+)*");
    private static final Pattern DOMAIN =
            Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*");

    private MailAddresses() {}

    /** The normal form of an address; empty when it is none. */
    public static Optional<String> normalize(String text) {
        String address = text.strip();
        int at = address.lastIndexOf('@');
        if (at < 1 || at > MAX_LOCAL || !LOCAL.matcher(address.substring(0, at)).matches()) {
            return Optional.empty();
        }
        String local = address.substring(0, at).toLowerCase(Locale.ROOT);
        return normalizeDomain(address.substring(at + 1))
                .map(domain -> local + "@" + domain)
                .filter(normal -> normal.length() <= MAX_ADDRESS);
    }

    /** The normal form of a domain; empty when it is none. */
    public static Optional<String> normalizeDomain(String text) {
        String ascii;
        try {
            ascii = IDN.toASCII(text.strip(), IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            // Not a domain in any script.
            return Optional.empty();
        }
        return Optional.of(ascii)
                .filter(domain ->
                        domain.length() <= MAX_DOMAIN && DOMAIN.matcher(domain).matches());
    }

    /** A domain and its parents that have at least two labels, longest first. */
    public static List<String> withParents(String domain) {
        List<String> found = new ArrayList<>();
        found.add(domain);
        for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) {
            String parent = domain.substring(dot + 1);
            if (parent.indexOf('.') > 0) {
                found.add(parent);
            }
        }
        return found;
    }
}
