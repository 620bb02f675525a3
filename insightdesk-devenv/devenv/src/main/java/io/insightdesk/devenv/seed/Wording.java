package io.insightdesk.devenv.seed;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * All words that the larger demo data are made of, from {@code people.txt}, {@code words.txt} and {@code topics.txt}, which say
 * how they are written. Immutable.
 *
 * @param families names of people, by part of the world
 * @param slots what may stand for a word in braces
 * @param lists other words by what they are for
 * @param topics what tickets are about
 */
record Wording(
        List<Family> families, Map<String, List<String>> slots, Map<String, List<String>> lists, List<Topic> topics) {

    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern NO_HOST_CHARACTER = Pattern.compile("[^a-z0-9]+");
    private static final Pattern RANGE = Pattern.compile("\\d+-\\d+");

    Wording {
        families = List.copyOf(families);
        slots = Map.copyOf(slots);
        lists = Map.copyOf(lists);
        topics = List.copyOf(topics);
    }

    /**
     * A name, and how it is written in a mail address.
     *
     * @param shown the name
     * @param ascii lower-case letters without marks
     */
    record Name(String shown, String ascii) {
        private static Name of(String entry) {
            int given = entry.indexOf('=');
            return given < 0
                    ? new Name(entry, host(entry))
                    : new Name(entry.substring(0, given), entry.substring(given + 1));
        }
    }

    /**
     * Names of one part of the world.
     *
     * @param first given names
     * @param last family names
     */
    record Family(List<Name> first, List<Name> last) {
        Family {
            first = List.copyOf(first);
            last = List.copyOf(last);
        }
    }

    private static final class Loaded {
        private static final Wording WORDING = load();
    }

    /** Returns the words, which are read once. */
    static Wording get() {
        return Loaded.WORDING;
    }

    /** Returns the words for something; they must be there. */
    List<String> list(String purpose) {
        return requireNonNull(lists.get(purpose), purpose);
    }

    /** Returns a word for a slot; they must be there. */
    String slot(String name, RandomGenerator random) {
        List<String> values = requireNonNull(slots.get(name), name);
        String value = one(values, random);
        if (!RANGE.matcher(value).matches()) {
            return value;
        }
        int dash = value.indexOf('-');
        int from = Integer.parseInt(value.substring(0, dash));
        int to = Integer.parseInt(value.substring(dash + 1));
        return Integer.toString(random.nextInt(from, to + 1));
    }

    /** Returns any one of them. */
    static <T> T one(List<T> all, RandomGenerator random) {
        return all.get(random.nextInt(all.size()));
    }

    /** Returns how a name is written in the name of a host: letters and digits, with hyphens between. */
    static String host(String name) {
        String plain =
                MARKS.matcher(Normalizer.normalize(name, Normalizer.Form.NFD)).replaceAll("");
        String lower = plain.toLowerCase(Locale.ROOT).replace('ı', 'i');
        String hyphens = NO_HOST_CHARACTER.matcher(lower).replaceAll("-");
        return hyphens.replaceAll("^-|-$", "");
    }

    private static Wording load() {
        List<Family> families = new ArrayList<>();
        for (String line : lines("people.txt")) {
            String[] halves = line.split(" \\| ", 2);
            families.add(new Family(names(halves[0]), names(halves[1])));
        }
        Map<String, List<String>> slots = new LinkedHashMap<>();
        Map<String, List<String>> lists = new LinkedHashMap<>();
        for (String line : lines("words.txt")) {
            String[] halves = line.split(" = ", 2);
            if (halves[0].startsWith("$ ")) {
                slots.put(halves[0].substring(2), List.of(halves[1].split(" \\| ", -1)));
            } else {
                // Greetings end in commas, so they are apart by bars.
                String separator = halves[1].contains(" | ") ? " \\| " : ", ";
                lists.put(halves[0], List.of(halves[1].split(separator, -1)));
            }
        }
        return new Wording(families, slots, lists, Topic.parse(lines("topics.txt")));
    }

    private static List<Name> names(String line) {
        List<Name> names = new ArrayList<>();
        for (String entry : line.split(", ", -1)) {
            names.add(Name.of(entry));
        }
        return names;
    }

    private static List<String> lines(String file) {
        try (InputStream in = requireNonNull(Wording.class.getResourceAsStream(file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
