package io.insightdesk.server;

import io.insightdesk.key.Secret;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the database is, in any of the usual ways to write it.
 *
 * @param jdbcUrl the address for the driver, without user and password
 * @param user the user; null to leave it to the driver
 * @param password the password; null for none
 */
record DatabaseUrl(
        String jdbcUrl, @Nullable String user, @Nullable Secret password) {

    private static final String JDBC = "jdbc:postgresql://";
    private static final Pattern FORM =
            Pattern.compile("(?:jdbc:postgresql|postgres|postgresql)://(?:([^@/?]*)@)?([^/?@]+)/([^/?]+)(?:\\?(.*))?");
    private static final Pattern HOST = Pattern.compile("(?:\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?");

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException when it is none; the message does not repeat it, for it may hold a password
     */
    static DatabaseUrl parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "is not an address such as postgres://user:password@host:5432/database; special characters in user and"
                            + " password are written as %40 for @, %2F for / and so on");
        }
        for (String host : form.group(2).split(",", -1)) {
            Matcher parts = HOST.matcher(host);
            if (!parts.matches() || (parts.group(1) != null && !isPort(parts.group(1)))) {
                throw new IllegalArgumentException("has a host or port that cannot be: " + host);
            }
        }
        String user = null;
        Secret password = null;
        if (form.group(1) != null) {
            String[] parts = form.group(1).split(":", 2);
            user = decode(parts[0]);
            password = parts.length > 1 ? Secret.of(decode(parts[1])) : null;
        }
        List<String> options = new ArrayList<>();
        if (form.group(4) != null) {
            for (String option : form.group(4).split("&", -1)) {
                String[] parts = option.split("=", 2);
                String value = parts.length > 1 ? decode(parts[1]) : "";
                switch (parts[0]) {
                    case "" -> {}
                    case "user" -> user = value;
                    case "password" -> password = Secret.of(value);
                    default -> options.add(parts[0] + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
                }
            }
        }
        String query = options.isEmpty() ? "" : "?" + String.join("&", options);
        return new DatabaseUrl(JDBC + form.group(2) + "/" + form.group(3) + query, user, password);
    }

    private static boolean isPort(String digits) {
        int port = Integer.parseInt(digits);
        return port >= 1 && port <= 65_535;
    }

    private static String decode(String text) {
        // A plus sign is itself here, unlike in a form.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
