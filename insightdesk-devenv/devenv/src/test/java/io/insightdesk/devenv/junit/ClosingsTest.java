package io.insightdesk.devenv.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosingsTest {
    private final List<String> closed = new ArrayList<>();
    private final Closings closings = new Closings();

    @Test
    void whatWasMadeLastIsClosedFirstAndOnlyOnce() {
        closings.add(() -> closed.add("database"));
        closings.add(() -> closed.add("help desk"));

        closings.close();
        closings.close();

        assertThat(closed).containsExactly("help desk", "database");
    }

    @Test
    void aFailureKeepsNothingOpenAndNoFailureIsLost() {
        closings.add(() -> closed.add("database"));
        closings.add(() -> {
            throw new IllegalStateException("the bucket");
        });
        closings.add(() -> {
            throw new AssertionError("the leak");
        });

        assertThatThrownBy(closings::close)
                .isInstanceOf(AssertionError.class)
                .satisfies(thrown -> assertThat(thrown.getSuppressed())
                        .singleElement()
                        .satisfies(second -> assertThat(second).hasMessage("the bucket")));
        assertThat(closed).containsExactly("database");
    }
}
