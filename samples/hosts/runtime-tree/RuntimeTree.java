import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Compares the jars that a host gets with the checked-in list, and their number and size with the limits. */
public class RuntimeTree {
    private static final int MOST_JARS = 34;
    private static final long MOST_BYTES = 14_000_000;

    public static void main(String[] args) throws IOException {
        Set<String> found = new TreeSet<>();
        long bytes = 0;
        try (Stream<Path> jars = Files.list(Path.of(args[0]))) {
            for (Path jar : (Iterable<Path>) jars::iterator) {
                found.add(jar.getFileName().toString());
                bytes += Files.size(jar);
            }
        }
        List<String> problems = new ArrayList<>();
        Set<String> listed = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of(args[1]))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] parts = line.split("\\s+", 2);
                listed.add(parts[0]);
                if (parts.length < 2 || parts[1].isBlank()) {
                    problems.add(parts[0] + " is listed without a reason");
                }
            }
        }
        for (String jar : found) {
            if (!listed.contains(jar)) {
                problems.add(jar + " is in the tree but not in the list: add it with a reason, or exclude it");
            }
        }
        for (String jar : listed) {
            if (!found.contains(jar)) {
                problems.add(jar + " is in the list but not in the tree: take it off the list");
            }
        }
        if (found.size() > MOST_JARS) {
            problems.add(found.size() + " jars, at most " + MOST_JARS);
        }
        if (bytes > MOST_BYTES) {
            problems.add(bytes + " bytes, at most " + MOST_BYTES);
        }
        System.out.println("insightdesk-core brings " + found.size() + " jars, " + bytes + " bytes");
        if (!problems.isEmpty()) {
            System.err.println("insightdesk-core/runtime-tree.txt:\n  " + String.join("\n  ", problems));
            System.exit(1);
        }
    }
}
