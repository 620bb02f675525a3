package io.insightdesk.transfer.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** In which order tables are emptied: those that refer to others first, so that no foreign key is broken on the way. */
final class TableOrder {

    private TableOrder() {}

    /**
     * Puts tables in order; where foreign keys say nothing, by name.
     *
     * @param tables all tables
     * @param parents to which others each refers, itself left out
     */
    static List<String> childrenFirst(Set<String> tables, Map<String, Set<String>> parents) {
        Set<String> left = new TreeSet<>(tables);
        List<String> order = new ArrayList<>();
        while (!left.isEmpty()) {
            Set<String> free = new TreeSet<>(left);
            left.forEach(child -> free.removeAll(parents.getOrDefault(child, Set.of())));
            if (free.isEmpty()) {
                throw new IllegalStateException("foreign keys go round: " + left);
            }
            order.addAll(free);
            left.removeAll(free);
        }
        return order;
    }
}
