package io.insightdesk.jaxrs.internal;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A merge patch (RFC 7396): what is absent stays, null removes and is allowed for Patch fields only. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface MergePatch {}
