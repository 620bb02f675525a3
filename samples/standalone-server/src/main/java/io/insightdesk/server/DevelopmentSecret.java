package io.insightdesk.server;

import io.insightdesk.key.Secret;
import io.insightdesk.login.LoginOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The secret that signs access tokens in development: made once, so that logins outlast a restart. */
final class DevelopmentSecret {

    private static final int BYTES = 32;

    private DevelopmentSecret() {}

    static Secret provide(Path directory) {
        Path file = directory.resolve("jwt.secret");
        try {
            if (Files.exists(file)) {
                String text = Files.readString(file).strip();
                if (text.length() >= LoginOptions.MIN_SECRET) {
                    return Secret.of(text);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        String text = HexFormat.of().formatHex(bytes);
        PrivateFile.write(file, text + "\n");
        return Secret.of(text);
    }
}
