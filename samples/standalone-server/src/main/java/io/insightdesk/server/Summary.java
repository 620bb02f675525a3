package io.insightdesk.server;

import java.io.PrintStream;

/** What a person who starts the server in development reads: a few lines on the standard output. */
final class Summary {

    private final PrintStream out;

    Summary(PrintStream out) {
        this.out = out;
    }

    void say(String line) {
        out.println(line);
        out.flush();
    }

    void ready(StandaloneServer server, DevelopmentToken token, int smtpPort, String mailbox) {
        String url = server.url();
        String catcher = server.mailGoesTo();
        say("""

                  InsightDesk is ready.

                    This server     %1$s/
                    API             %1$s/api/v1
                    API reference   %1$s/reference/
                    Mail goes to    %2$s
                    Mail comes in   smtp://localhost:%3$d   for %4$s
                    API token       %5$s
                    Login           %9$s with password %10$s, tenant %11$s
                    All in a file   %6$s

                  Try it:

                    . %7$s

                    # a customer writes
                    printf 'From: Ada <ada@example.com>\\nTo: %4$s\\nSubject: Printer on fire\\n\\nPlease help.\\n' |
                      curl -sS smtp://localhost:%3$d --mail-from ada@example.com --mail-rcpt %4$s -T -

                    # log in as the administrator; POST /api/v1/auth/refresh goes on with the session
                    curl -sS -H 'Content-Type: application/json' "$INSIGHTDESK_URL/api/v1/auth/login" \\
                      -d "{\\"tenant\\":\\"%11$s\\",\\"email\\":\\"$INSIGHTDESK_EMAIL\\",\\"password\\":\\"$INSIGHTDESK_PASSWORD\\"}"

                    # the ticket is there
                    curl -sS -H "Authorization: Bearer $INSIGHTDESK_TOKEN" "$INSIGHTDESK_URL/api/v1/tickets?limit=1"

                    # answer it by its number, then look where mail goes to
                    curl -sS -H "Authorization: Bearer $INSIGHTDESK_TOKEN" -H 'Content-Type: application/json' \\
                      -d '{"text":"Please step back. Help is on the way."}' "$INSIGHTDESK_URL/api/v1/tickets/NUMBER/messages"

                  Ctrl-C stops everything. The data stay in %8$s.
                """.formatted(
                        url,
                        catcher,
                        smtpPort,
                        mailbox,
                        token.secret(),
                        token.file(),
                        shown(token.file()),
                        server.directory(),
                        token.login().email(),
                        token.login().password(),
                        token.login().tenant()));
    }

    private static String shown(java.nio.file.Path file) {
        java.nio.file.Path here = java.nio.file.Path.of("").toAbsolutePath();
        return file.startsWith(here) ? here.relativize(file).toString() : file.toString();
    }
}
