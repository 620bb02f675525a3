import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a class out of the first Java block below a heading of a page. Takes any number of four arguments each: the page, how the
 * heading begins, the template or - if the block is a whole class, and the file to write.
 */
public class CopyOutOfReadme {
    public static void main(String[] args) throws IOException {
        for (int i = 0; i < args.length; i += 4) {
            copy(Path.of(args[i]), args[i + 1], args[i + 2], Path.of(args[i + 3]));
        }
    }

    private static void copy(Path page, String heading, String template, Path target) throws IOException {
        List<String> imports = new ArrayList<>();
        List<String> body = new ArrayList<>();
        boolean inSection = false;
        boolean inBlock = false;
        boolean seen = false;
        for (String line : Files.readAllLines(page)) {
            if (inBlock) {
                if (line.strip().equals("```")) {
                    break;
                }
                (line.startsWith("import ") ? imports : body).add(line);
            } else if (inSection && line.strip().equals("```java")) {
                inBlock = true;
                seen = true;
            } else if (line.startsWith("#")) {
                inSection = line.replace("#", "").strip().startsWith(heading);
            }
        }
        if (!seen) {
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
    }
}
