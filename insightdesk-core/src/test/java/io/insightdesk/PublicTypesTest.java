package io.insightdesk;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.doctree.UnknownBlockTagTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What hosts may touch: it is all documented, says how stable it is, and the page that lists it is what the sources say. */
class PublicTypesTest {

    private static final Path PAGE = Path.of("..", "site", "reference", "public-types.md");

    /** Modules by where their sources are. */
    private static final Map<String, Path> MODULES = Map.of(
            "core", Path.of("src", "main", "java"),
            "jaxrs", Path.of("..", "insightdesk-jaxrs", "src", "main", "java"),
            "devenv", Path.of("..", "insightdesk-devenv", "devenv", "src", "main", "java"),
            "devenv-servers", Path.of("..", "insightdesk-devenv", "servers", "src", "main", "java"));

    /** How much may be relied on a type; site/reference/stability.md says what each means. */
    private enum Level {
        STABLE("Stable."),
        PREVIEW("Preview: may change with any minor release."),
        ADAPTER("For adapters: may change with any minor release.");

        private final String note;

        Level(String note) {
            this.note = note;
        }

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private record PublicType(
            String name, String says, @Nullable Level own) {}

    private record PublicPackage(String module, @Nullable Level level, String says, List<PublicType> types) {}

    private static final Map<String, PublicPackage> PACKAGES = new TreeMap<>();

    /** Members of public types that have no Javadoc, and tags that are of no level. */
    private static final List<String> UNDOCUMENTED = new ArrayList<>();

    private static final List<String> UNKNOWN_LEVELS = new ArrayList<>();

    @BeforeAll
    static void readTheSources() throws IOException {
        for (Map.Entry<String, Path> module : new TreeMap<>(MODULES).entrySet()) {
            read(module.getKey(), module.getValue());
        }
    }

    @Test
    void eachPublicTypeSaysHowStableItIsOrItsPackageDoes() {
        List<String> silent = new ArrayList<>();
        PACKAGES.forEach((name, each) -> {
            if (each.level() == null) {
                each.types().stream()
                        .filter(type -> type.own() == null)
                        .forEach(type -> silent.add(name + "." + type.name()));
            }
        });
        assertThat(UNKNOWN_LEVELS)
                .as("@apiNote with something else than a level")
                .isEmpty();
        assertThat(silent)
                .as("public types without an @apiNote of their level, by themselves or by their package")
                .isEmpty();
    }

    @Test
    void aTypeDoesNotRepeatTheLevelOfItsPackage() {
        List<String> repeated = new ArrayList<>();
        PACKAGES.forEach((name, each) -> each.types().stream()
                .filter(type -> type.own() != null && type.own() == each.level())
                .forEach(type -> repeated.add(name + "." + type.name())));
        assertThat(repeated).as("types whose level is that of their package").isEmpty();
    }

    @Test
    void everythingPublicHasJavadoc() {
        assertThat(UNDOCUMENTED).as("public, and without Javadoc").isEmpty();
    }

    @Test
    void thePageListsThem() throws IOException {
        assertThat(PACKAGES.values().stream()
                        .mapToInt(each -> each.types().size())
                        .sum())
                .as("public types that were found")
                .isGreaterThan(200);
        String page = page();
        if (Boolean.getBoolean("types.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).as("to be written by -Dtypes.write=true").hasContent(page);
    }

    private static void read(String module, Path sources) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(sources)) {
            files = all.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> Stream.of(file.toString().split("[/\\\\]")).noneMatch("internal"::equals))
                    .sorted()
                    .toList();
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            DocTrees docs = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                read(module, unit, docs);
            }
        }
    }

    private static void read(String module, CompilationUnitTree unit, DocTrees docs) {
        String name = unit.getPackage().getPackageName().toString();
        PublicPackage known = PACKAGES.getOrDefault(name, new PublicPackage(module, null, "", new ArrayList<>()));
        if (unit.getSourceFile().getName().endsWith("package-info.java")) {
            DocCommentTree doc = docs.getDocCommentTree(new TreePath(new TreePath(unit), unit.getPackage()));
            known = new PublicPackage(module, level(name, doc), firstSentence(doc), known.types());
        }
        for (Tree declared : unit.getTypeDecls()) {
            if (declared instanceof ClassTree type && isPublic(type.getModifiers())) {
                TreePath path = new TreePath(new TreePath(unit), type);
                String typeName = type.getSimpleName().toString();
                DocCommentTree doc = docs.getDocCommentTree(path);
                known.types().add(new PublicType(typeName, firstSentence(doc), level(name + "." + typeName, doc)));
                look(name + "." + typeName, path, docs);
            }
        }
        // Packages of which nothing is public, and those that hold nothing but a description, are not listed.
        if (!known.types().isEmpty() || known.level() != null) {
            PACKAGES.put(name, known);
        }
    }

    /** Notes what is public in a public type and has no Javadoc. */
    private static void look(String name, TreePath path, DocTrees docs) {
        if (docs.getDocCommentTree(path) == null) {
            UNDOCUMENTED.add(name);
        }
        ClassTree type = (ClassTree) path.getLeaf();
        boolean allPublic = type.getKind() == Tree.Kind.INTERFACE || type.getKind() == Tree.Kind.ANNOTATION_TYPE;
        for (Tree member : type.getMembers()) {
            TreePath at = new TreePath(path, member);
            if (member instanceof ClassTree nested) {
                if (allPublic || isPublic(nested.getModifiers())) {
                    look(name + "." + nested.getSimpleName(), at, docs);
                }
            } else if (member instanceof MethodTree method) {
                boolean says = docs.getDocCommentTree(at) != null
                        || isOverride(method.getModifiers())
                        || isGenerated(method, at, docs);
                if (!says
                        && (allPublic
                                ? !method.getModifiers().getFlags().contains(Modifier.PRIVATE)
                                : isPublic(method.getModifiers()))) {
                    UNDOCUMENTED.add(name + "#" + method.getName());
                }
            } else if (member instanceof VariableTree field
                    && docs.getDocCommentTree(at) == null
                    && (allPublic || isPublic(field.getModifiers()))) {
                UNDOCUMENTED.add(name + "#" + field.getName());
            }
        }
    }

    /** A constructor that the compiler adds has no place in the source. */
    private static boolean isGenerated(MethodTree method, TreePath at, DocTrees docs) {
        return docs.getSourcePositions().getEndPosition(at.getCompilationUnit(), method) < 0;
    }

    private static boolean isPublic(ModifiersTree modifiers) {
        return modifiers.getFlags().contains(Modifier.PUBLIC);
    }

    private static boolean isOverride(ModifiersTree modifiers) {
        return modifiers.getAnnotations().stream()
                .anyMatch(each -> each.getAnnotationType().toString().equals("Override"));
    }

    private static @Nullable Level level(String name, @Nullable DocCommentTree doc) {
        if (doc == null) {
            return null;
        }
        Level level = null;
        for (DocTree tag : doc.getBlockTags()) {
            if (tag instanceof UnknownBlockTagTree unknown
                    && unknown.getTagName().equals("apiNote")) {
                String said = text(unknown.getContent());
                Optional<Level> known = Stream.of(Level.values())
                        .filter(each -> each.note.equals(said))
                        .findAny();
                if (known.isPresent()) {
                    level = known.get();
                } else {
                    UNKNOWN_LEVELS.add(name + ": " + said);
                }
            }
        }
        return level;
    }

    private static String firstSentence(@Nullable DocCommentTree doc) {
        return doc == null ? "" : text(doc.getFirstSentence());
    }

    /** Javadoc as Markdown, as far as first sentences have it. */
    private static String text(List<? extends DocTree> trees) {
        return trees.stream()
                .map(tree -> {
                    if (tree instanceof TextTree text) {
                        return text.getBody();
                    }
                    if (tree instanceof LiteralTree literal) {
                        return "`" + literal.getBody().getBody() + "`";
                    }
                    if (tree instanceof LinkTree link) {
                        return link.getLabel().isEmpty()
                                ? "`" + shortened(link.getReference().getSignature()) + "`"
                                : text(link.getLabel());
                    }
                    throw new UncheckedIOException(
                            new IOException("A first sentence has " + tree.getKind() + ": " + tree));
                })
                .collect(joining())
                .replaceAll("\\s+", " ")
                .replace("|", "\\|")
                .strip();
    }

    /** {@code io.insightdesk.Desk#tickets()} as {@code Desk.tickets()}. */
    private static String shortened(String signature) {
        return signature
                .replaceAll("\\b[a-z]+\\.(?=[a-zA-Z.]*[A-Z])", "")
                .replaceFirst("^#", "")
                .replace('#', '.');
    }

    private static String page() {
        StringBuilder page = new StringBuilder("""
                # Public types

                <!-- Written by PublicTypesTest out of the sources. -->

                All types of the published modules that a host may touch, with the first sentence of their Javadoc. What *stable*, *preview* and
                *adapter* promise is on the page about [stability](stability.md). A type has the level of its package unless another one stands beside it.
                """);
        PACKAGES.forEach((name, each) -> {
            page.append("\n## `").append(name).append("`\n\n");
            page.append("`insightdesk-%s`, **%s**. %s\n\n"
                    .formatted(
                            each.module(),
                            each.level() == null ? "mixed" : each.level().wireName(),
                            each.says()));
            page.append("| type | what it is |\n|---|---|\n");
            each.types().stream()
                    .sorted((one, other) -> one.name().compareTo(other.name()))
                    .forEach(type -> page.append("| `%s`%s | %s |\n"
                            .formatted(
                                    type.name(),
                                    type.own() == null ? "" : " *" + type.own().wireName() + "*",
                                    type.says())));
        });
        return page.toString();
    }
}
