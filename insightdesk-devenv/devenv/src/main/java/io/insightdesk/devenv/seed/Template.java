package io.insightdesk.devenv.seed;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A sentence with {@code {words}} to be filled in. Immutable. */
final class Template {
    private static final Pattern SLOT = Pattern.compile("\\{([a-z]+)\\}");

    // Text, the name of a word, text, … : an odd number, beginning and ending with a text that may be empty.
    private final List<String> parts;

    private Template(List<String> parts) {
        this.parts = List.copyOf(parts);
    }

    static Template of(String sentence) {
        List<String> parts = new ArrayList<>();
        Matcher slot = SLOT.matcher(sentence);
        int from = 0;
        while (slot.find()) {
            parts.add(sentence.substring(from, slot.start()));
            parts.add(slot.group(1));
            from = slot.end();
        }
        parts.add(sentence.substring(from));
        return new Template(parts);
    }

    /** Returns the names of the words to be filled in. */
    List<String> slots() {
        List<String> names = new ArrayList<>();
        for (int i = 1; i < parts.size(); i += 2) {
            names.add(parts.get(i));
        }
        return names;
    }

    void render(UnaryOperator<String> words, StringBuilder into) {
        for (int i = 0; i < parts.size(); i++) {
            into.append(i % 2 == 0 ? parts.get(i) : words.apply(parts.get(i)));
        }
    }
}
