package io.insightdesk.devenv.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A directory with a stack of its own, and where the stack keeps what.
 *
 * @param directory the directory, absolute and without links
 * @param stack the name of the stack, which no other directory of this machine has
 */
record Checkout(Path directory, String stack) {
    private static final int MAX_FOLDER_NAME = 40;

    /** Finds the checkout of a directory, which need not have a stack yet. */
    static Checkout of(Path directory) {
        try {
            Path real = directory.toAbsolutePath().toRealPath();
            if (!Files.isDirectory(real)) {
                throw CommandFailure.wrong(real + " is no directory. Name one with --directory.");
            }
            return new Checkout(real, nameOf(real));
        } catch (IOException e) {
            throw CommandFailure.wrong(
                    "There is no directory " + directory + ". Name one that is there with --directory.");
        }
    }

    static String nameOf(Path real) {
        Path folder = real.getFileName();
        String plain = Normalizer.normalize(folder == null ? "" : folder.toString(), Normalizer.Form.NFD)
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\p{M}+", "")
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-", "");
        String cleaned =
                plain.substring(0, Math.min(MAX_FOLDER_NAME, plain.length())).replaceAll("-$", "");
        return "insightdesk-" + (cleaned.isEmpty() ? "" : cleaned + "-") + hash(real.toString());
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Holds everything else but the file of settings. */
    Path folder() {
        return directory.resolve(".insightdesk").resolve("devenv");
    }

    /** Addresses and keys as a server reads them. */
    Path envFile() {
        return directory.resolve(".insightdesk").resolve("devenv.env");
    }

    Path stateFile() {
        return folder().resolve("stack.json");
    }

    /** Held by whoever changes the stack. */
    Path lockFile() {
        return folder().resolve("lock");
    }

    /** Held by the keeper as long as it lives. */
    Path keeperLockFile() {
        return folder().resolve("keeper.lock");
    }

    /** Says which process the keeper is. */
    Path keeperFile() {
        return folder().resolve("keeper.json");
    }

    Path keeperLog() {
        return folder().resolve("keeper.log");
    }

    /** What the keeper tells whoever waits for it. */
    Path reportFile() {
        return folder().resolve("start.txt");
    }

    Path data() {
        return folder().resolve("data");
    }
}
