package io.insightdesk.devenv.servers;

/**
 * A server that runs.
 *
 * @param endpoint where it is
 * @param server stops it
 * @param <T> what the service calls an endpoint
 */
record Started<T>(T endpoint, AutoCloseable server) {}
