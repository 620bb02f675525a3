package io.insightdesk.server;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Keys. */
@Command(name = "keys", header = "Makes keys, and encrypts anew what older keys have encrypted.")
final class AdminKeys implements Runnable {

    private static final int BYTES = 32;

    @ParentCommand
    private @Nullable AdminCommand admin;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                requireNonNull(spec, "spec").commandLine(), "admin keys needs generate, status or rotate.");
    }

    @Command(
            name = "generate",
            header = "Prints new random values for the settings that are secrets of this server. Changes nothing.")
    int generate() {
        PrintWriter out = requireNonNull(admin, "admin").out();
        out.println(Setting.ENCRYPTION_KEY + "=" + Base64.getEncoder().encodeToString(random()));
        out.println(Setting.JWT_SECRET + "=" + HexFormat.of().formatHex(random()));
        out.println(Setting.METRICS_TOKEN + "=" + HexFormat.of().formatHex(random()));
        return 0;
    }

    @Command(
            name = "status",
            header =
                    "Tells how many secrets are encrypted under ENCRYPTION_KEY_PREVIOUS still: exit code 0 when none is.")
    int status() {
        AdminCommand with = requireNonNull(admin, "admin");
        return with.with(insightDesk -> {
            long older = insightDesk.sealedSecrets().underOlderKeys();
            with.out().println(older);
            return older == 0 ? 0 : CommandLineTool.FAILED;
        });
    }

    @Command(
            name = "rotate",
            header = "Encrypts everything anew under ENCRYPTION_KEY, now; workers do so by themselves within the hour."
                    + " Prints how many secrets there were.")
    int rotate() {
        AdminCommand with = requireNonNull(admin, "admin");
        return with.with(insightDesk -> {
            with.out().println(insightDesk.sealedSecrets().reseal());
            return 0;
        });
    }

    private static byte[] random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
