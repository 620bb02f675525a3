package io.insightdesk.devenv.seed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Something that people write to a help desk about, in sentences to choose from. Read from {@code topics.txt}.
 *
 * @param tag the tag that its tickets have
 * @param team the team that answers
 * @param weight how often it comes, relative to the others
 * @param priorities how often each priority comes: low, normal, high, urgent
 * @param plain whether its sentences greet by themselves, in another language
 * @param subjects how tickets are called
 * @param questions what customers ask
 * @param additions what customers add later
 * @param answers what agents answer
 * @param counterQuestions what agents ask
 * @param notes what agents note for each other; may be empty
 */
record Topic(
        String tag,
        String team,
        int weight,
        List<Integer> priorities,
        boolean plain,
        List<Template> subjects,
        List<Template> questions,
        List<Template> additions,
        List<Template> answers,
        List<Template> counterQuestions,
        List<Template> notes) {

    Topic {
        priorities = List.copyOf(priorities);
        subjects = List.copyOf(subjects);
        questions = List.copyOf(questions);
        additions = List.copyOf(additions);
        answers = List.copyOf(answers);
        counterQuestions = List.copyOf(counterQuestions);
        notes = List.copyOf(notes);
    }

    static List<Topic> parse(List<String> lines) {
        List<Topic> topics = new ArrayList<>();
        List<String> block = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("= ") && !block.isEmpty()) {
                topics.add(one(block));
                block.clear();
            }
            block.add(line);
        }
        topics.add(one(block));
        return List.copyOf(topics);
    }

    private static Topic one(List<String> block) {
        String[] head = block.get(0).substring(2).split(" \\| ", -1);
        List<Integer> priorities = new ArrayList<>();
        for (String share : head[3].split(" ", -1)) {
            priorities.add(Integer.parseInt(share));
        }
        Map<Character, List<Template>> byKind = new LinkedHashMap<>();
        for (String line : block.subList(1, block.size())) {
            byKind.computeIfAbsent(line.charAt(0), kind -> new ArrayList<>()).add(Template.of(line.substring(2)));
        }
        return new Topic(
                head[0],
                head[1],
                Integer.parseInt(head[2]),
                priorities,
                head.length > 4,
                byKind.getOrDefault('s', List.of()),
                byKind.getOrDefault('q', List.of()),
                byKind.getOrDefault('f', List.of()),
                byKind.getOrDefault('a', List.of()),
                byKind.getOrDefault('k', List.of()),
                byKind.getOrDefault('n', List.of()));
    }
}
