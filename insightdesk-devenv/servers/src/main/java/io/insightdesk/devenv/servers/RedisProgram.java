package io.insightdesk.devenv.servers;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A program that speaks the Redis protocol, and what it really is.
 *
 * @param path where it is
 * @param name {@code Valkey} or {@code Redis}
 * @param version its version
 * @param bundled whether it came from a jar, and is not the machine's own
 */
record RedisProgram(Path path, String name, String version, boolean bundled) {
    private static final Pattern VERSION = Pattern.compile("(Valkey|Redis) server v=(\\S+)");

    /** The programs in the jar of com.github.codemonstur:embedded-redis, which has no Valkey. */
    private static final String LINUX_X86 = "redis-server-6.2.6-v5-linux-amd64";

    private static final String LINUX_ARM = "redis-server-6.2.7-linux-arm64";
    private static final String MAC_X86 = "redis-server-6.2.6-v5-darwin-amd64";
    private static final String MAC_ARM = "redis-server-6.2.6-v5-darwin-arm64";
    private static final String WINDOWS = "redis-server-5.0.14.1-windows-amd64.exe";

    /** Says in one line which program it is, and that Redis is not Valkey. */
    String describe() {
        String what = name + " " + version + (bundled ? " from a jar" : " at " + path);
        return name.equals("Valkey") ? what : what + " (not Valkey: none was found on this machine)";
    }

    /** Finds the best there is: the machine's Valkey, its Redis, or the Redis from the jar. */
    static Optional<RedisProgram> find() {
        Optional<Path> named = Overrides.ofThisProcess().find("VALKEY_SERVER").map(Path::of);
        if (named.isPresent()) {
            return named.map(path -> read(path, false));
        }
        return Programs.find("valkey-server")
                .or(() -> Programs.find("redis-server"))
                .map(path -> read(path, false))
                .or(() -> bundledName()
                        .filter(name -> RedisProgram.class.getResource("/" + name) != null)
                        .map(name -> read(unpacked(name), true)));
    }

    private static RedisProgram read(Path path, boolean bundled) {
        String output = run(path);
        Matcher version = VERSION.matcher(output);
        if (!version.find()) {
            throw new DevEnvironmentException(path + " does not run here, or is no Valkey or Redis server: it said «"
                    + output.strip() + "». Install Valkey, or name another program with " + Overrides.PREFIX
                    + "VALKEY_SERVER.");
        }
        return new RedisProgram(path, requireNonNull(version.group(1)), requireNonNull(version.group(2)), bundled);
    }

    private static String run(Path path) {
        try {
            Process process = new ProcessBuilder(path.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(10, TimeUnit.SECONDS);
            return output;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DevEnvironmentException("Interrupted while asking " + path + " for its version", e);
        }
    }

    private static Optional<String> bundledName() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        boolean arm = arch.equals("aarch64") || arch.equals("arm64");
        @Nullable String name = switch ((os.startsWith("windows") ? "windows" : os.startsWith("mac") ? "mac" : os)
                + (arm ? "-arm" : "-x86")) {
            case "linux-x86" -> LINUX_X86;
            case "linux-arm" -> LINUX_ARM;
            case "mac-x86" -> MAC_X86;
            case "mac-arm" -> MAC_ARM;
            case "windows-x86" -> WINDOWS;
            default -> null;
        };
        return Optional.ofNullable(name);
    }

    private static Path unpacked(String name) {
        try {
            Path cache = PostgresBinaries.cacheDirectory();
            Path program = cache.resolve(name);
            if (!Files.exists(program)) {
                Files.createDirectories(cache);
                Path unpacking = Files.createTempFile(cache, "unpacking-", "");
                try (InputStream in = requireNonNull(RedisProgram.class.getResourceAsStream("/" + name), name)) {
                    Files.copy(in, unpacking, StandardCopyOption.REPLACE_EXISTING);
                }
                if (!Ports.isWindows()) {
                    Files.setPosixFilePermissions(unpacking, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
                Files.move(unpacking, program, StandardCopyOption.ATOMIC_MOVE);
            }
            return program;
        } catch (IOException e) {
            throw new DevEnvironmentException(
                    "The Redis server from the jar could not be unpacked: " + e.getMessage()
                            + ". Make room or rights there, or install Valkey.",
                    e);
        }
    }

    /** Returns the arguments that start it on 127.0.0.1. */
    List<String> command(int port, Path data, boolean kept) {
        return List.of(
                path.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--databases",
                Integer.toString(ValkeyEndpoint.DATABASES),
                "--save",
                "",
                "--appendonly",
                kept ? "yes" : "no",
                "--dir",
                data.toString());
    }
}
