package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.EngineProbe;
import io.insightdesk.devenv.servers.ServerPort;
import io.insightdesk.devenv.servers.Service;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the doctor looks at. How it is found out is elsewhere, so that every case can be thought through without having it.
 *
 * @param javaVersion the feature version of Java
 * @param environment the environment variables
 * @param probe where an engine was looked for
 * @param context the context that the docker command uses; null if it uses none
 * @param withinContainer whether this is a container itself
 * @param engine what the engine that answered has; null if none answered
 * @param images the image of each service
 * @param postgresProgram whether PostgreSQL for this machine is on the class path
 * @param valkeyProgram the Valkey or Redis that would run
 * @param s3Program whether the S3 server is on the class path
 * @param takenPorts the well-known ports that somebody else listens on
 * @param disks the places that have to have room
 */
record DoctorFacts(
        int javaVersion,
        Map<String, String> environment,
        EngineProbe probe,
        @Nullable DockerContext context,
        boolean withinContainer,
        @Nullable Engine engine,
        Map<Service, String> images,
        boolean postgresProgram,
        Valkey valkeyProgram,
        boolean s3Program,
        Set<ServerPort> takenPorts,
        List<Disk> disks) {

    /**
     * A container engine.
     *
     * @param images the images that it has
     * @param failure what it said when it was asked for more than a sign of life; null if it answered
     */
    record Engine(Set<String> images, @Nullable String failure) {}

    /**
     * A program that speaks the Redis protocol.
     *
     * @param program which; null if there is none
     * @param failure why the one that there is does not run; null if it does
     */
    record Valkey(@Nullable String program, @Nullable String failure) {}

    /**
     * A place for data.
     *
     * @param what whose
     * @param path where
     * @param freeBytes how much room it has
     */
    record Disk(String what, String path, long freeBytes) {}

    /**
     * What the docker command talks to.
     *
     * @param name the context's name
     * @param host the engine's address; null if it could not be read
     */
    record DockerContext(String name, @Nullable String host) {}
}
