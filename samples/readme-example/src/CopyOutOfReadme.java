import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes a class out of the first Java block below the heading "Ten lines" of the README. */
public class CopyOutOfReadme {
    private static final String HEADING = "Ten lines";

    public static void main(String[] args) throws IOException {
        List<String> imports = new ArrayList<>();
        List<String> body = new ArrayList<>();
        boolean inSection = false;
        boolean inBlock = false;
        boolean seen = false;
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            if (inBlock) {
                if (line.strip().equals("```")) {
                    break;
                }
                (line.startsWith("import ") ? imports : body).add(line);
            } else if (inSection && line.strip().equals("```java")) {
                inBlock = true;
                seen = true;
            } else if (line.startsWith("#")) {
                inSection = line.replace("#", "").strip().startsWith(HEADING);
            }
        }
        if (!seen) {
            System.err.println(args[0] + " has no ```java block below a heading \"" + HEADING + "\"");
            System.exit(1);
        }
        String source = Files.readString(Path.of(args[1]))
                .replace("/* IMPORTS */", String.join("\n", imports))
                .replace("/* BODY */", String.join("\n        ", body));
        Path target = Path.of(args[2]);
        Files.createDirectories(target.getParent());
        Files.writeString(target, source);
    }
}
