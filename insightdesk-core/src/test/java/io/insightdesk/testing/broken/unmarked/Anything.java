package io.insightdesk.testing.broken.unmarked;

/** In a package that says nothing about null. */
public record Anything() {}
