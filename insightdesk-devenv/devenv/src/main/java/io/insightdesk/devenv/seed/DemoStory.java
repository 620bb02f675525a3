package io.insightdesk.devenv.seed;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What happened to one ticket of the demo tenant. Read from {@code demo.txt}, which says how.
 *
 * @param hoursAgo when it began
 * @param customer who asked
 * @param channel on which way
 * @param priority how urgent it is
 * @param tags its tags
 * @param subject its subject
 * @param steps what happened, in order
 */
record DemoStory(
        int hoursAgo,
        String customer,
        String channel,
        String priority,
        List<String> tags,
        String subject,
        List<Step> steps) {

    DemoStory {
        tags = List.copyOf(tags);
        steps = List.copyOf(steps);
    }

    /** What can happen. */
    enum Kind {
        CUSTOMER,
        ANSWER,
        NOTE,
        STATUS,
        ASSIGN
    }

    /**
     * Something that happened.
     *
     * @param kind what
     * @param agent by or to whom; empty for nobody
     * @param text the words, the status or the team
     */
    record Step(Kind kind, String agent, String text) {}

    static List<DemoStory> all() {
        List<DemoStory> stories = new ArrayList<>();
        List<String> block = new ArrayList<>();
        for (String line : text().split("\n", -1)) {
            if (line.startsWith("= ") && !block.isEmpty()) {
                stories.add(parse(block));
                block.clear();
            }
            if (!line.isBlank() && !line.startsWith("#")) {
                block.add(line);
            }
        }
        stories.add(parse(block));
        return List.copyOf(stories);
    }

    private static DemoStory parse(List<String> block) {
        String[] head = block.get(0).substring(2).split(" \\| ", 6);
        List<Step> steps = block.stream().skip(1).map(DemoStory::step).toList();
        return new DemoStory(
                Integer.parseInt(head[0]), head[1], head[2], head[3], List.of(head[4].split(", ", -1)), head[5], steps);
    }

    private static Step step(String line) {
        String rest = line.substring(2);
        return switch (line.charAt(0)) {
            case 'c' -> new Step(Kind.CUSTOMER, "", rest);
            case 's' -> new Step(Kind.STATUS, "", rest);
            case 'a' -> byAgent(Kind.ANSWER, rest);
            case 'n' -> byAgent(Kind.NOTE, rest);
            case 't' -> byAgent(Kind.ASSIGN, rest);
            default -> throw new IllegalStateException("demo.txt has a line that is none: " + line);
        };
    }

    private static Step byAgent(Kind kind, String rest) {
        String[] parts = rest.split(" ", 2);
        return new Step(kind, parts[0], parts[1]);
    }

    private static String text() {
        try (InputStream in = requireNonNull(DemoStory.class.getResourceAsStream("demo.txt"), "demo.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
