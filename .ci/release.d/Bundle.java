import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Fails unless an unpacked bundle is what Maven Central accepts and what a user expects: the published artifacts and no others, of a
 * release version; whole POMs without repositories or snapshots; for each jar sources, Javadoc and a list of its parts; for each
 * file its signature and checksums. Arguments: folder, version. https://central.sonatype.org/publish/requirements/
 */
public class Bundle {
    private static final List<String> POMS = List.of(
            "insightdesk-bom", "insightdesk-devenv-embedded", "insightdesk-devenv-parent", "insightdesk-devenv-postgres", "insightdesk-parent");
    private static final List<String> JARS =
            List.of("insightdesk-core", "insightdesk-devenv", "insightdesk-devenv-servers", "insightdesk-jaxrs");
    private static final List<String> CHECKSUMS = List.of("md5", "sha1", "sha256", "sha512");

    private final List<String> problems = new ArrayList<>();
    private final Path group;
    private final String version;

    private Bundle(Path folder, String version) {
        this.group = folder.resolve("io/insightdesk");
        this.version = version;
    }

    public static void main(String[] args) throws Exception {
        Bundle bundle = new Bundle(Path.of(args[0]), args[1]);
        bundle.check(Path.of(args[0]));
        bundle.problems.forEach(System.err::println);
        if (!bundle.problems.isEmpty()) {
            System.exit(1);
        }
        System.out.println("The bundle is whole: " + (POMS.size() + JARS.size()) + " artifacts");
    }

    private void check(Path folder) throws Exception {
        if (version.endsWith("-SNAPSHOT")) {
            problems.add(version + " is no release");
        }
        Set<String> expected = new TreeSet<>(POMS);
        expected.addAll(JARS);
        Set<String> found = new TreeSet<>();
        try (Stream<Path> artifacts = Files.list(group)) {
            artifacts.forEach(artifact -> found.add(artifact.getFileName().toString()));
        }
        if (!found.equals(expected)) {
            problems.add("published would be " + found + ", expected are " + expected);
        }
        for (String artifact : found) {
            Path place = group.resolve(artifact).resolve(version);
            pom(artifact, place.resolve(artifact + "-" + version + ".pom"));
            if (JARS.contains(artifact)) {
                jars(artifact, place);
            }
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                signedAndSummed(file);
            }
        }
    }

    private void pom(String artifact, Path file) throws Exception {
        Element pom = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getDocumentElement();
        for (String needed : List.of("name", "description")) {
            if (text(pom, needed) == null) {
                problems.add(artifact + ": its POM has no " + needed);
            }
        }
        for (String needed : List.of("url", "licenses", "developers", "scm")) {
            Element at = pom;
            while (child(at, needed) == null && child(at, "parent") != null) {
                at = parent(at);
            }
            if (child(at, needed) == null) {
                problems.add(artifact + ": neither its POM nor a parent has " + needed);
            }
        }
        for (String unwanted : List.of("repositories", "pluginRepositories", "distributionManagement")) {
            if (child(pom, unwanted) != null) {
                problems.add(artifact + ": its POM has " + unwanted);
            }
        }
        if (Files.readString(file).contains("-SNAPSHOT")) {
            problems.add(artifact + ": its POM names a snapshot");
        }
        Element dependencies = child(pom, "dependencies");
        if (dependencies != null && artifact.equals("insightdesk-core")) {
            for (Element dependency : children(dependencies)) {
                if ("org.flywaydb".equals(text(dependency, "groupId"))) {
                    problems.add(artifact + ": its POM asks for Flyway, which is inside the jar");
                }
            }
        }
    }

    private Element parent(Element pom) throws Exception {
        String name = text(child(pom, "parent"), "artifactId");
        Path file = group.resolve(name).resolve(version).resolve(name + "-" + version + ".pom");
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getDocumentElement();
    }

    private void jars(String artifact, Path place) throws IOException {
        TreeMap<String, Set<String>> names = new TreeMap<>();
        for (String kind : List.of("", "-sources", "-javadoc")) {
            Path jar = place.resolve(artifact + "-" + version + kind + ".jar");
            if (!Files.exists(jar)) {
                problems.add(jar.getFileName() + " is missing");
                return;
            }
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                Set<String> entries = new TreeSet<>();
                zip.stream().forEach(entry -> entries.add(entry.getName()));
                names.put(kind, entries);
                if (kind.isEmpty()) {
                    String manifest = new String(zip.getInputStream(zip.getEntry("META-INF/MANIFEST.MF")).readAllBytes());
                    if (!manifest.contains("Automatic-Module-Name: io.insightdesk")) {
                        problems.add(jar.getFileName() + " has no module name");
                    }
                }
            }
        }
        if (!names.get("").contains("META-INF/LICENSE")) {
            problems.add(artifact + ": no licence in the jar");
        }
        for (String entry : names.get("")) {
            boolean own = entry.endsWith(".class") && !entry.contains("$") && !entry.contains("/internal/flyway/");
            if (own && !names.get("-sources").contains(entry.replace(".class", ".java"))) {
                problems.add(artifact + ": no source of " + entry);
            }
            if (entry.startsWith("org/flywaydb")) {
                problems.add(artifact + ": Flyway under its own name: " + entry);
                break;
            }
        }
        if (!names.get("-javadoc").contains("index.html")) {
            problems.add(artifact + ": its Javadoc has no index.html");
        }
        Path parts = place.resolve(artifact + "-" + version + "-cyclonedx.json");
        if (!Files.exists(parts) || !Files.readString(parts).contains("\"bomFormat\" : \"CycloneDX\"")) {
            problems.add(artifact + ": no list of its parts by CycloneDX");
        }
    }

    private void signedAndSummed(Path file) throws Exception {
        String name = file.getFileName().toString();
        String extension = name.substring(name.lastIndexOf('.') + 1);
        if (CHECKSUMS.contains(extension)) {
            return;
        }
        for (String checksum : List.of("md5", "sha1")) {
            Path beside = file.resolveSibling(name + "." + checksum);
            if (!Files.exists(beside)) {
                if (!extension.equals("asc")) {
                    problems.add(name + " has no " + checksum);
                }
            } else if (!Files.readString(beside).strip().equals(digest(file, checksum))) {
                problems.add(name + ": another " + checksum);
            }
        }
        if (!extension.equals("asc") && !Files.exists(file.resolveSibling(name + ".asc"))) {
            problems.add(name + " is not signed");
        }
    }

    private static String digest(Path file, String checksum) throws Exception {
        MessageDigest digest = MessageDigest.getInstance(checksum.equals("md5") ? "MD5" : "SHA-1");
        try (InputStream in = Files.newInputStream(file)) {
            digest.update(in.readAllBytes());
        }
        byte[] bytes = digest.digest();
        return String.format("%0" + bytes.length * 2 + "x", new BigInteger(1, bytes));
    }

    private static Element child(Element of, String name) {
        for (Element child : children(of)) {
            if (child.getNodeName().equals(name)) {
                return child;
            }
        }
        return null;
    }

    private static List<Element> children(Element of) {
        List<Element> children = new ArrayList<>();
        for (Node node = of.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }

    private static String text(Element of, String name) {
        Element child = child(of, name);
        return child == null || child.getTextContent().isBlank() ? null : child.getTextContent().strip();
    }
}
