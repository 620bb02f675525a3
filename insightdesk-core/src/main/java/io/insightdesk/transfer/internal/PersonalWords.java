package io.insightdesk.transfer.internal;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What names a person in texts of others, as regular expressions of PostgreSQL: the addresses, and names of two words or more. A
 * single first name would take away other people's as well.
 */
record PersonalWords(List<String> addresses, List<String> names) {

    /** Ends before it begins. */
    private static final String NEVER = ".\\A";

    private static final String NAME_BEGINS = "(?<!\\w)";
    private static final String NAME_ENDS = "(?!\\w)";
    private static final String ADDRESS_BEGINS = "(?<![[:alnum:]._%+-])";
    private static final String ADDRESS_ENDS = "(?![[:alnum:]-])(?!\\.[[:alnum:]])";

    /** How sanitised HTML and JSON write what they do not write as it is. */
    private static final Map<Character, String> ESCAPES = Map.of(
            '@', "&#64;",
            '+', "&#43;",
            '=', "&#61;",
            '`', "&#96;",
            '\'', "&#39;",
            '"', "&#34;|\\\\\"",
            '\\', "\\\\\\\\",
            '&', "&amp;",
            '<', "&lt;",
            '>', "&gt;");

    PersonalWords {
        addresses =
                addresses.stream().filter(word -> !word.isBlank()).distinct().toList();
        names = names.stream()
                .map(String::strip)
                .filter(name -> name.split("\\s+", -1).length > 1)
                .distinct()
                .toList();
    }

    /** Finds the addresses. */
    String addressPattern() {
        return any(addressPatterns());
    }

    /** Finds the addresses and the names. */
    String pattern() {
        return any(
                Stream.concat(addressPatterns(), names.stream().map(name -> NAME_BEGINS + literal(name) + NAME_ENDS)));
    }

    private Stream<String> addressPatterns() {
        return addresses.stream().map(address -> ADDRESS_BEGINS + literal(address) + ADDRESS_ENDS);
    }

    private static String any(Stream<String> patterns) {
        String all = String.join("|", patterns.toList());
        return all.isEmpty() ? NEVER : "(?:" + all + ")";
    }

    private static String literal(String word) {
        StringBuilder pattern = new StringBuilder();
        for (String part : word.split("\\s+", -1)) {
            if (!pattern.isEmpty()) {
                pattern.append("\\s+");
            }
            part.chars().forEach(c -> append(pattern, (char) c));
        }
        return pattern.toString();
    }

    private static void append(StringBuilder pattern, char c) {
        String plain = c < 128 && !Character.isLetterOrDigit(c) ? "\\" + c : Character.toString(c);
        String escape = ESCAPES.get(c);
        pattern.append(escape == null ? plain : "(?:" + plain + "|" + escape + ")");
    }
}
