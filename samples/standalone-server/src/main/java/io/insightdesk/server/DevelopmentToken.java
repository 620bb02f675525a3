package io.insightdesk.server;

import io.insightdesk.InsightDesk;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Role;
import io.insightdesk.tenant.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The API token and the login of development, with the address in a file that a shell can read. The same over restarts, as long
 * as the database knows them.
 *
 * @param file where they are
 * @param secret the token
 * @param login the login
 */
record DevelopmentToken(Path file, String secret, DevelopmentLogin login) {

    private static final String URL = "INSIGHTDESK_URL";
    private static final String TOKEN = "INSIGHTDESK_TOKEN";
    private static final String PASSWORD = "INSIGHTDESK_PASSWORD";

    static DevelopmentToken provide(InsightDesk insightDesk, TenantId tenant, Agent admin, Path directory, String url) {
        Path file = directory.resolve("dev.env");
        Map<String, String> known = known(file);
        String secret = isGood(insightDesk, tenant, known.getOrDefault(TOKEN, "")) ? known.getOrDefault(TOKEN, "") : "";
        if (secret.isEmpty()) {
            secret = insightDesk
                    .tenant(tenant)
                    .as(admin.actor())
                    .apiTokens()
                    .create(NewApiToken.of("development", admin.id(), Role.ADMIN))
                    .secret()
                    .reveal();
        }
        DevelopmentLogin login = DevelopmentLogin.provide(insightDesk, tenant, admin, known.getOrDefault(PASSWORD, ""));
        PrivateFile.write(
                file,
                URL + "=" + url + "\n" + TOKEN + "=" + secret + "\nINSIGHTDESK_EMAIL=" + login.email() + "\n" + PASSWORD
                        + "=" + login.password() + "\n");
        return new DevelopmentToken(file, secret, login);
    }

    private static boolean isGood(InsightDesk insightDesk, TenantId tenant, String secret) {
        return insightDesk
                .authenticate(secret)
                .filter(who -> who.tenant().equals(tenant))
                .isPresent();
    }

    private static Map<String, String> known(Path file) {
        if (!Files.exists(file)) {
            return Map.of();
        }
        try {
            return DotEnv.read(file);
        } catch (IOException | IllegalArgumentException e) {
            // Somebody edited it; it is written anew.
            return Map.of();
        }
    }

    @Override
    public String toString() {
        return "DevelopmentToken[" + file + "]";
    }
}
