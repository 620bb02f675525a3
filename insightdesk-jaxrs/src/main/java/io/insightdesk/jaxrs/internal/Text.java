package io.insightdesk.jaxrs.internal;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a field looks like: limits that are checked, and words for the API's description. */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
@interface Text {
    /** The greatest length in UTF-16 code units. */
    int max() default Integer.MAX_VALUE;

    /** What the field is. */
    String value() default "";

    /** An example. */
    String example() default "";
}
