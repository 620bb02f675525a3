package io.insightdesk.devenv.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * As whom PostgreSQL runs. It refuses to run as root, so a root process starts it as the user to whom the data directory
 * belongs already, or else as {@code nobody}.
 */
final class UnprivilegedUser {
    private static final String NOBODY = "nobody";

    private final boolean switchUser;

    UnprivilegedUser() {
        this.switchUser = thisProcessIsRoot();
    }

    static boolean thisProcessIsRoot() {
        if (Ports.isWindows()) {
            return false;
        }
        Path self = Path.of("/proc/self");
        try {
            if (Files.exists(self)) {
                return Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "root".equals(System.getProperty("user.name"));
    }

    /** Gives the directory and all in it to the server's user, if that is another. */
    void own(Path directory) throws IOException {
        if (!switchUser || ownerId(directory) != 0) {
            return;
        }
        var nobody = directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NOBODY);
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) throws IOException {
                Files.setOwner(dir, nobody);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.setOwner(file, nobody);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Puts before the command what runs it as the owner of {@code data}. */
    List<String> command(Path data, List<String> command) {
        if (!switchUser) {
            return command;
        }
        List<String> prefix = new ArrayList<>();
        try {
            int owner = ownerId(data);
            int group = Integer.parseInt(String.valueOf(Files.getAttribute(data, "unix:gid")));
            if (Programs.find("setpriv").isPresent()) {
                // The group of root is a right, too; any other number does.
                prefix.addAll(List.of(
                        "setpriv",
                        "--reuid=" + owner,
                        "--regid=" + (group == 0 ? owner : group),
                        "--clear-groups",
                        "--"));
            } else if (Programs.find("su").isPresent()) {
                String name = Files.getOwner(data).getName();
                prefix.addAll(List.of("su", "-s", "/bin/sh", "-c", "exec \"$0\" \"$@\"", "--", name));
            } else {
                throw new PostgresServerException(
                        "PostgreSQL refuses to run as root, and neither setpriv nor su is here to"
                                + " run it as another user. Install util-linux, or run as a normal user.");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        prefix.addAll(command);
        return prefix;
    }

    /**
     * What {@code -D} must say for a server whose working directory is {@code data}. A user without rights cannot walk
     * down to a directory below, say, {@code /root}, but a working directory it owns needs no walk.
     */
    String pathFor(Path data) {
        if (switchUser && !othersCanEnter(data.getParent()) && Files.exists(Path.of("/proc/self/cwd"))) {
            return "/proc/self/cwd";
        }
        return data.toString();
    }

    private static boolean othersCanEnter(@Nullable Path start) {
        try {
            for (Path folder = start; folder != null; folder = folder.getParent()) {
                if (!Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails if the data belong to someone this process can neither be nor become. */
    void requireAccess(Path data) throws IOException {
        if (switchUser || Ports.isWindows() || !Files.exists(data)) {
            return;
        }
        if (!Files.isReadable(data) || !Files.isWritable(data)) {
            Map<String, Object> owner = Files.readAttributes(data, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            throw new PostgresServerException("The data directory " + data + " belongs to user id " + owner.get("uid")
                    + " (it was probably made by a run as root). Run as that user or as root, or delete it, or choose"
                    + " another with PostgresServer.Builder.dataDirectory(Path).");
        }
    }

    private static int ownerId(Path file) throws IOException {
        return Integer.parseInt(String.valueOf(Files.getAttribute(file, "unix:uid")));
    }
}
