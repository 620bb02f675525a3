package io.insightdesk.server;

import io.insightdesk.key.EncryptionKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/** The encryption key of development: made once and kept beside the database whose secrets it encrypts. */
final class DevelopmentKey {

    private DevelopmentKey() {}

    static EncryptionKey provide(Path directory) {
        Path file = directory.resolve("encryption.key");
        try {
            if (Files.exists(file)) {
                return EncryptionKey.of(
                        Base64.getDecoder().decode(Files.readString(file).strip()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new StartException(
                    file + " is not 32 bytes in Base64. Mend it, or delete it together with the database"
                            + " beside it, whose secrets it encrypts.");
        }
        byte[] bytes = new byte[EncryptionKey.BYTES];
        new SecureRandom().nextBytes(bytes);
        PrivateFile.write(file, Base64.getEncoder().encodeToString(bytes) + "\n");
        return EncryptionKey.of(bytes);
    }
}
