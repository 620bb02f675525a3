import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes a class out of the first Java block below a heading of a page. Takes the directory of the manual, every Java block of which
 * has to be among them; then any number of four arguments each: the page, how the heading begins, the template or - if the block is
 * a whole class, and the file to write.
 */
public class CopyOutOfReadme {
    public static void main(String[] args) throws IOException {
        Set<String> copied = new HashSet<>();
        for (int i = 1; i < args.length; i += 4) {
            Path page = Path.of(args[i]).toRealPath();
            copied.add(page + ":" + copy(page, args[i + 1], args[i + 2], Path.of(args[i + 3])));
        }
        List<String> missing = blocks(Path.of(args[0]).toRealPath());
        missing.removeAll(copied);
        if (!missing.isEmpty()) {
            System.err.println("Java that is not compiled, since the pom.xml does not name it: " + missing);
            System.exit(1);
        }
    }

    /** Where the Java blocks of all pages begin. */
    private static List<String> blocks(Path site) throws IOException {
        List<String> blocks = new ArrayList<>();
        Files.walkFileTree(site, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return directory.endsWith("node_modules") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (file.toString().endsWith(".md")) {
                    List<String> lines = Files.readAllLines(file);
                    for (int i = 0; i < lines.size(); i++) {
                        if (lines.get(i).strip().startsWith("```java")) {
                            blocks.add(file + ":" + (i + 1));
                        }
                    }
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return blocks;
    }

    /** Copies a block and returns the line where it begins. */
    private static int copy(Path page, String heading, String template, Path target) throws IOException {
        List<String> imports = new ArrayList<>();
        List<String> body = new ArrayList<>();
        boolean inSection = false;
        boolean inBlock = false;
        int begin = 0;
        int number = 0;
        for (String line : Files.readAllLines(page)) {
            number++;
            if (inBlock) {
                if (line.strip().equals("```")) {
                    break;
                }
                (line.startsWith("import ") ? imports : body).add(line);
            } else if (inSection && line.strip().equals("```java")) {
                inBlock = true;
                begin = number;
            } else if (line.startsWith("#")) {
                inSection = line.replace("#", "").strip().startsWith(heading);
            }
        }
        if (begin == 0) {
            System.err.println(page + " has no ```java block below a heading \"" + heading + "\"");
            System.exit(1);
        }
        String source = template.equals("-")
                ? String.join("\n", imports) + "\n" + String.join("\n", body) + "\n"
                : Files.readString(Path.of(template))
                        .replace("/* IMPORTS */", String.join("\n", imports))
                        .replace("/* BODY */", String.join("\n        ", body));
        Files.createDirectories(target.getParent());
        Files.writeString(target, source);
        return begin;
    }
}
