package io.insightdesk.server;

import org.jspecify.annotations.Nullable;

/** What is written about the settings, made from their schema: {@code .env.example} and the page for operators. */
final class SettingsDocuments {

    private static final int WIDTH = 110;

    private static final String OF_EACH_PROVIDER =
            "For each name of OPENID_PROVIDERS there are these, with the name in capitals and _ for a hyphen; here for one that is"
                    + " called corp.";

    private SettingsDocuments() {}

    /** The text of {@code .env.example}. */
    static String example() {
        StringBuilder text = new StringBuilder("""
                # All settings of the standalone server. In development the server reads a file .env of this form beside the
                # pom.xml; elsewhere only the environment. What the environment says goes first. Each setting NAME can also be
                # given as NAME_FILE, the path of a file that holds the value: a mounted secret, for instance.
                """);
        Setting.Group last = null;
        for (Setting setting : Setting.values()) {
            if (setting.group() != last) {
                if (last == Setting.Group.LOGINS) {
                    openIdExample(text);
                }
                last = setting.group();
                text.append("\n# -------- ").append(last.title()).append('\n');
            }
            text.append('\n');
            wrap(text, setting.about());
            wrap(text, "Rule: " + setting.rule());
            variable(text, setting.byDefault(), setting.name(), setting.example());
        }
        return text.toString();
    }

    private static void variable(StringBuilder text, @Nullable String byDefault, String name, String example) {
        if (byDefault != null) {
            wrap(text, "Default: " + byDefault);
        }
        text.append('#').append(name).append('=').append(example).append('\n');
    }

    private static void openIdExample(StringBuilder text) {
        text.append('\n');
        wrap(text, OF_EACH_PROVIDER);
        for (OpenIdSetting setting : OpenIdSetting.values()) {
            text.append('\n');
            wrap(text, setting.about());
            variable(text, setting.byDefault(), setting.variable("corp"), setting.example());
        }
    }

    private static void openIdPage(StringBuilder text) {
        text.append('\n')
                .append(cell(OF_EACH_PROVIDER))
                .append("\n\n| variable | what for | default |\n|---|---|---|\n");
        for (OpenIdSetting setting : OpenIdSetting.values()) {
            text.append("| `")
                    .append(setting.variable("corp"))
                    .append("`")
                    .append(setting.secret() ? " (secret)" : "")
                    .append(" | ")
                    .append(cell(setting.about()))
                    .append(" Such as `")
                    .append(setting.example())
                    .append("` | ")
                    .append(setting.byDefault() == null ? "–" : cell(setting.byDefault()))
                    .append(" |\n");
        }
    }

    /** The page of the site. */
    static String page() {
        StringBuilder text = new StringBuilder("""
                # Settings of the standalone server

                All settings are environment variables. They are read once and checked before anything starts; everything that is wrong
                is told at once, each with the variable, what is wrong, and an example of a good value. Secrets are never printed.

                - Each variable `NAME` can also be given as `NAME_FILE`, the path of a file that holds the value, such as a mounted
                  secret. Both at once is a mistake. An empty variable counts as not set.
                - In development the server also reads a file `.env` in its working directory; what the environment says goes first. It is
                  read nowhere else. `.env.example` lists all settings in its form.
                - `config check [ROLE]` tells whether the settings are good: `java -jar insightdesk-server.jar config check api`,
                  or `./desk config check` in a checkout. Its exit code is 0 when they are, 1 when not.
                - `config explain [VARIABLE]` shows each setting with its rule, its default, and where its value comes from. Values of
                  secrets are masked.
                - A setting that a release has removed stops the server with the name of what is there instead.

                This page is made from the schema that the server reads by: a test holds them equal.
                """);
        Setting.Group last = null;
        for (Setting setting : Setting.values()) {
            if (setting.group() != last) {
                if (last == Setting.Group.LOGINS) {
                    openIdPage(text);
                }
                last = setting.group();
                text.append("\n## ")
                        .append(last.title())
                        .append("\n\n| variable | what for | rule | default |\n|---|---|---|---|\n");
            }
            text.append("| `")
                    .append(setting.name())
                    .append("`")
                    .append(setting.secret() ? " (secret)" : "")
                    .append(" | ")
                    .append(cell(setting.about()))
                    .append(" | ")
                    .append(cell(setting.rule()))
                    .append("; such as `")
                    .append(setting.example())
                    .append("` | ")
                    .append(setting.byDefault() == null ? "–" : cell(setting.byDefault()))
                    .append(" |\n");
        }
        return text.toString();
    }

    private static String cell(String words) {
        return words.replace("|", "\\|").replaceAll("\\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?:=[a-z]+)?)", "`$1`");
    }

    private static void wrap(StringBuilder text, String words) {
        int column = 0;
        for (String word : words.split(" ", -1)) {
            if (column == 0 || column + 1 + word.length() > WIDTH) {
                text.append(column == 0 ? "#" : "\n#");
                column = 1;
            }
            text.append(' ').append(word);
            column += 1 + word.length();
        }
        text.append('\n');
    }
}
