package io.insightdesk.server;

import io.insightdesk.InsightDesk;
import io.insightdesk.identity.Agent;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Role;
import io.insightdesk.tenant.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The API token of development, with the address in a file that a shell can read. The same one over restarts, as long as the
 * database knows it.
 *
 * @param file where it is
 * @param secret the token
 */
record DevelopmentToken(Path file, String secret) {

    private static final String URL = "INSIGHTDESK_URL";
    private static final String TOKEN = "INSIGHTDESK_TOKEN";

    static DevelopmentToken provide(InsightDesk insightDesk, TenantId tenant, Agent admin, Path directory, String url) {
        Path file = directory.resolve("dev.env");
        String secret = known(insightDesk, tenant, file);
        if (secret.isEmpty()) {
            secret = insightDesk
                    .tenant(tenant)
                    .as(admin.actor())
                    .apiTokens()
                    .create(NewApiToken.of("development", admin.id(), Role.ADMIN))
                    .secret()
                    .reveal();
        }
        PrivateFile.write(file, URL + "=" + url + "\n" + TOKEN + "=" + secret + "\n");
        return new DevelopmentToken(file, secret);
    }

    private static String known(InsightDesk insightDesk, TenantId tenant, Path file) {
        if (!Files.exists(file)) {
            return "";
        }
        try {
            String secret = DotEnv.read(file).getOrDefault(TOKEN, "");
            return insightDesk
                    .authenticate(secret)
                    .filter(who -> who.tenant().equals(tenant))
                    .map(who -> secret)
                    .orElse("");
        } catch (IOException | IllegalArgumentException e) {
            // Somebody edited it; it is written anew.
            return "";
        }
    }

    @Override
    public String toString() {
        return "DevelopmentToken[" + file + "]";
    }
}
