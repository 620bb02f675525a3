package io.insightdesk.jaxrs.internal;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An operation of the API, as the OpenAPI document describes it; its query parameters are also checked by it. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Operation {
    /** The operationId. */
    String id();

    /** What it does, in a sentence. */
    String value();

    /** The status of success. */
    int status() default 200;

    /** Another status of success, with the same answer; 0 where there is none. */
    int otherStatus() default 0;

    /** The record that the body is read as; none where there is no JSON body. */
    Class<?> request() default Void.class;

    /** The media types of a body that is not JSON; none where it is. */
    String[] requestMedia() default {};

    /** Whether the request may be sent without its body. */
    boolean bodyOptional() default false;

    /** The record that is answered with 202 where the work goes on after the answer; none where it never does. */
    Class<?> accepted() default Void.class;

    /** The record that is answered; none where there is no JSON answer. */
    Class<?> response() default Void.class;

    /** The media type of an answer that is not JSON; empty where it is, or can be any. */
    String responseMedia() default "";

    /** Whether the answer goes on for as long as the caller listens. */
    boolean streams() default false;

    /** Whether the answer is a page of the records. */
    boolean page() default false;

    /** The query parameters; any other is refused. */
    QueryParameter[] query() default {};

    /** The statuses of failure, beside those that each operation has. */
    int[] errors() default {};

    /** Whether the answer has an ETag, and If-Match or If-None-Match is honoured. */
    boolean versioned() default false;

    /** Whether it can be answered with a page of the records as well, which the request decides. */
    boolean orPage() default false;

    /** Whether the signature of a link, in the query, is as good as a login. */
    boolean signedLinks() default false;

    /** Whether what is read has no version, and its ETag names its content; If-None-Match is honoured. */
    boolean tagged() default false;
    /** Whether it speaks SCIM (RFC 7644): its media type, its errors, and parameters that are passed over where they are not known. */
    boolean scim() default false;

    /** Whether the OpenAPI document has it. */
    boolean documented() default true;

    /** Whether anybody may call it. */
    boolean open() default false;

    /** Since when callers should use another one, as a date such as 2027-01-31; empty where they need not. */
    String deprecatedSince() default "";

    /** Until when it works, as a date; empty where that is not known, or it stays. */
    String sunset() default "";

    /** Whether a POST honours an Idempotency-Key. */
    boolean idempotencyKey() default true;
}
