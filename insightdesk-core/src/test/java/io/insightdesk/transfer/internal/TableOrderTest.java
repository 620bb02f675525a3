package io.insightdesk.transfer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TableOrderTest {

    @Test
    void whatRefersToOthersGoesFirst() {
        assertThat(TableOrder.childrenFirst(
                        Set.of("tenant", "ticket", "message", "alone"),
                        Map.of("message", Set.of("ticket", "tenant"), "ticket", Set.of("tenant"))))
                .containsExactly("alone", "message", "ticket", "tenant");
    }

    @Test
    void tablesThatReferToEachOtherAreNamed() {
        assertThatThrownBy(() -> TableOrder.childrenFirst(
                        Set.of("hen", "egg"), Map.of("hen", Set.of("egg"), "egg", Set.of("hen"))))
                .hasMessage("foreign keys go round: [egg, hen]");
    }
}
