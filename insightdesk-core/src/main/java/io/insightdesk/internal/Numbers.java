package io.insightdesk.internal;

import io.insightdesk.error.Violations;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers in JSON whose shape is free. The database writes each of them out, so one of eight characters ({@code 1e131000}) would be
 * a row of 131 thousand.
 */
public final class Numbers {

    /** So far from zero as a {@code double} goes: a greater number could not be read as one again. */
    private static final BigDecimal MAX = BigDecimal.valueOf(Double.MAX_VALUE);

    /** Enough for any {@code double}. */
    private static final int MAX_SCALE = 350;

    private static final String TOO_LONG =
            "A number is at most 1.7976931348623157e308 and has at most " + MAX_SCALE + " digits after the point.";

    private Numbers() {}

    /** Notes each number that is too long, or none that JSON has, in a value of texts, numbers, booleans, collections and maps. */
    public static void check(Violations violations, String pointer, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, member) -> check(
                    violations,
                    pointer + "/" + String.valueOf(name).replace("~", "~0").replace("/", "~1"),
                    member));
        } else if (value instanceof Collection<?> list) {
            int index = 0;
            for (Object member : list) {
                check(violations, pointer + "/" + index, member);
                index++;
            }
        } else if (value instanceof Double || value instanceof Float) {
            if (!Double.isFinite(((Number) value).doubleValue())) {
                violations.add(pointer, "out_of_range", "JSON has no number for " + value + ".");
            }
        } else if (value instanceof BigDecimal decimal) {
            check(violations, pointer, decimal);
        } else if (value instanceof BigInteger integer) {
            // Before it is made decimal, which takes long for one of millions of digits.
            if (integer.bitLength() > Double.MAX_EXPONENT + 1) {
                violations.add(pointer, "out_of_range", TOO_LONG);
            } else {
                check(violations, pointer, new BigDecimal(integer));
            }
        }
    }

    private static void check(Violations violations, String pointer, BigDecimal decimal) {
        if (decimal.scale() > MAX_SCALE || decimal.abs().compareTo(MAX) > 0) {
            violations.add(pointer, "out_of_range", TOO_LONG);
        }
    }
}
