package io.insightdesk.devenv.servers;

import java.net.URI;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Lets tests of containers run where containers do, and says in one line why not where they do not. */
final class ContainersAnswer implements ExecutionCondition {
    private static final ConditionEvaluationResult RESULT = look();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return RESULT;
    }

    private static ConditionEvaluationResult look() {
        EngineProbe probe = EngineProbe.run(EngineProbe.DEFAULT_LIMIT);
        if (probe.answering().isEmpty()) {
            return skipped("no container engine answers: " + probe.failure());
        }
        try {
            URI engine = probe.answering().get().endpoint();
            new ContainerServers(plan(), engine).prepare();
            return ConditionEvaluationResult.enabled("containers can be started");
        } catch (DevEnvironmentException e) {
            return skipped(String.valueOf(e.getMessage()));
        }
    }

    private static Plan plan() {
        return new Plan(EnumSet.allOf(Service.class), Map.of(), Map.of(), null, null, line -> {}, null);
    }

    private static ConditionEvaluationResult skipped(String why) {
        System.out.println("Tests of containers are skipped: " + why);
        return ConditionEvaluationResult.disabled(why);
    }
}
