package io.insightdesk.mail.internal;

import io.insightdesk.internal.html.CleanText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds message ids in Message-ID, In-Reply-To and References, with or without their angle brackets. */
final class MessageIds {

    private static final int LONGEST = 998;

    private MessageIds() {}

    /** All distinct ids in order, each with angle brackets and without blanks. */
    static List<String> parse(String value) {
        Set<String> ids = new LinkedHashSet<>();
        int at = 0;
        while (at < value.length()) {
            int close = value.indexOf('>', at);
            if (close < 0) {
                break;
            }
            int open = value.lastIndexOf('<', close);
            if (open >= at) {
                add(ids, value.substring(open + 1, close));
            }
            at = close + 1;
        }
        if (ids.isEmpty()) {
            for (String word : words(value)) {
                if (word.indexOf('@') > 0) {
                    add(ids, word.replace("<", "").replace(">", ""));
                }
            }
        }
        return List.copyOf(ids);
    }

    /** The id of a Message-ID header; also one without {@code @}, which some programs make. */
    static @Nullable String single(String value) {
        List<String> ids = parse(value);
        if (!ids.isEmpty()) {
            return ids.get(0);
        }
        Set<String> bare = new LinkedHashSet<>();
        add(bare, value.replace("<", "").replace(">", ""));
        return bare.stream().findFirst().orElse(null);
    }

    private static List<String> words(String value) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i <= value.length(); i++) {
            char c = i < value.length() ? value.charAt(i) : ' ';
            if (c == ',' || c == ';' || CleanText.isBlank(c)) {
                if (word.length() > 0) {
                    words.add(word.toString());
                    word.setLength(0);
                }
            } else {
                word.append(c);
            }
        }
        return words;
    }

    private static void add(Set<String> ids, String raw) {
        StringBuilder id = new StringBuilder(raw.length());
        raw.chars()
                .filter(c -> !CleanText.isBlank(c) && !Character.isISOControl(c))
                .forEach(c -> id.append((char) c));
        if (id.length() > 0 && id.length() <= LONGEST) {
            ids.add("<" + id + ">");
        }
    }
}
