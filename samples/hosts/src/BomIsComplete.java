import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** Fails unless the BOM names exactly the published modules of the reactor, all with the version of the reactor. */
public class BomIsComplete {
    public static void main(String[] args) throws Exception {
        File root = new File(args[0]).getCanonicalFile();
        String version = text(read(root), "version");
        List<String> problems = new ArrayList<>();
        TreeSet<String> published = new TreeSet<>();
        collect(root, published, problems);
        Element bom = read(new File(root, "insightdesk-bom"));
        if (!version.equals(text(bom, "version"))) {
            problems.add("the BOM has version " + text(bom, "version") + ", the reactor " + version);
        }
        TreeSet<String> named = new TreeSet<>();
        for (Element dependency : children(child(child(bom, "dependencyManagement"), "dependencies"), "dependency")) {
            named.add(text(dependency, "artifactId"));
            if (!"${project.version}".equals(text(dependency, "version"))) {
                problems.add(text(dependency, "artifactId") + " is not in the BOM with ${project.version}");
            }
        }
        if (published.isEmpty() || !named.equals(published)) {
            problems.add("the BOM names " + named + ", published (with a module.name) are " + published);
        }
        if (!problems.isEmpty()) {
            System.err.println("insightdesk-bom/pom.xml: " + String.join("; ", problems));
            System.exit(1);
        }
    }

    private static void collect(File directory, TreeSet<String> published, List<String> problems) throws Exception {
        Element project = read(directory);
        Element properties = child(project, "properties");
        if (properties != null && child(properties, "module.name") != null) {
            published.add(text(project, "artifactId"));
        }
        Element modules = child(project, "modules");
        if (modules != null) {
            for (Element module : children(modules, "module")) {
                collect(new File(directory, module.getTextContent().trim()), published, problems);
            }
        }
    }

    private static Element read(File directory) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new File(directory, "pom.xml"))
                .getDocumentElement();
    }

    private static String text(Element parent, String name) {
        Element child = child(parent, name);
        return child == null ? "" : child.getTextContent().trim();
    }

    private static Element child(Element parent, String name) {
        List<Element> found = children(parent, name);
        return found.isEmpty() ? null : found.get(0);
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element && node.getNodeName().equals(name)) {
                found.add((Element) node);
            }
        }
        return found;
    }
}
