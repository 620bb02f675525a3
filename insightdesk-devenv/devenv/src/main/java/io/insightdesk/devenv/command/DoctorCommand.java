package io.insightdesk.devenv.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says why something does not work, and what to do. */
@Command(
        name = "doctor",
        header = "Says what servers could run on, why not, and what to do.",
        description = {"Changes nothing. The exit code is 1 if neither containers nor embedded servers can work.", ""})
final class DoctorCommand extends StackCommand {
    @Option(names = "--json", description = "Writes JSON.")
    private boolean json;

    @Override
    public Integer call() {
        DoctorFacts facts =
                new DoctorLook(desk().checkout(), desk().surroundings().environment()).look();
        Doctor.Diagnosis diagnosis = Doctor.examine(facts);
        if (json) {
            console().line(json(diagnosis));
        } else {
            print(console(), diagnosis);
        }
        return diagnosis.containers() || diagnosis.embedded() ? ExitCode.OK : ExitCode.FAILED;
    }

    static void print(Console console, Doctor.Diagnosis diagnosis) {
        for (Finding finding : diagnosis.findings()) {
            String level = finding.level().name().toLowerCase(Locale.ROOT);
            Console.Style style = switch (finding.level()) {
                case OK -> Console.Style.GOOD;
                case WARNING -> Console.Style.WARNING;
                case PROBLEM -> Console.Style.BAD;
            };
            console.line(console.styled(style, level) + " ".repeat(9 - level.length()) + finding.subject() + ": "
                    + finding.text());
            if (finding.remedy() != null) {
                console.line(" ".repeat(9) + "→ " + finding.remedy());
            }
        }
        console.line(diagnosis.summary());
    }

    private static String json(Doctor.Diagnosis diagnosis) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("containers", diagnosis.containers());
        root.put("embedded", diagnosis.embedded());
        ArrayNode all = root.putArray("findings");
        diagnosis
                .findings()
                .forEach(finding -> all.addObject()
                        .put("level", finding.level().name().toLowerCase(Locale.ROOT))
                        .put("subject", finding.subject())
                        .put("text", finding.text())
                        .put("remedy", finding.remedy()));
        return root.toPrettyString();
    }
}
