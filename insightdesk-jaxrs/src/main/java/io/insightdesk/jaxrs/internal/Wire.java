package io.insightdesk.jaxrs.internal;

/** A value that is written as JSON by this API's own writer; a host's JSON provider never sees it. */
public interface Wire {}
