package io.insightdesk.devenv.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Test classes that are run by a test, as JUnit runs them. */
final class InnerRun {
    private final EngineExecutionResults results;

    private InnerRun(EngineExecutionResults results) {
        this.results = results;
    }

    /** Runs the classes one after the other. */
    static InnerRun of(Class<?>... classes) {
        return new InnerRun(kit(classes).execute());
    }

    /** Runs all classes and methods at the same time. */
    static InnerRun parallel(Class<?>... classes) {
        return new InnerRun(kit(classes)
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "8")
                .execute());
    }

    private static EngineTestKit.Builder kit(Class<?>... classes) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(Stream.of(classes).map(type -> selectClass(type)).toArray(DiscoverySelector[]::new));
    }

    /** Returns how many tests succeeded; everything else would be in {@link #failures()}. */
    long succeeded() {
        return results.testEvents().succeeded().count();
    }

    /** Returns what tests and classes failed with. */
    List<Throwable> failures() {
        return failures(results.allEvents());
    }

    private static List<Throwable> failures(Events events) {
        return events.failed().stream()
                .map(event -> event.getRequiredPayload(TestExecutionResult.class))
                .flatMap(result -> result.getThrowable().stream())
                .toList();
    }

    /** Returns the classes and tests that failed. */
    List<String> failed() {
        return results.allEvents().failed().stream()
                .map(Event::getTestDescriptor)
                .map(descriptor -> descriptor.getDisplayName())
                .toList();
    }
}
