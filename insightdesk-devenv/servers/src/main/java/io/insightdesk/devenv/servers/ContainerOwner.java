package io.insightdesk.devenv.servers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose a container is. One whose process was killed is removed by the next that starts some: Ryuk, which would do it, is
 * switched off in many places.
 */
final class ContainerOwner {
    static final String LABEL = "io.insightdesk.devenv.owner";

    private static final Logger LOG = LoggerFactory.getLogger(ContainerOwner.class);

    private static final String NUMBER = "[0-9]{1,18}";

    /** The begin of a process is reckoned from the boot of the machine, which moves when the clock is set. */
    private static final long CLOCK_CHANGE_MILLIS = 10_000;

    private ContainerOwner() {}

    /** Names this process: machine, process id and when it began, so that a later process of the same id is another. */
    static String ofThisProcess() {
        ProcessHandle self = ProcessHandle.current();
        return machine() + " " + self.pid() + " " + began(self);
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // Some machines do not know their own name; then all that do not are one.
            LOG.debug("This machine has no name", e);
            return "localhost";
        }
    }

    private static long began(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    static boolean hasGone(String owner) {
        String[] parts = owner.split(" ", 3);
        if (parts.length != 3
                || !parts[0].equals(machine())
                || !parts[1].matches(NUMBER)
                || !parts[2].matches(NUMBER)) {
            return false;
        }
        Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(parts[1]));
        return process.isEmpty() || Math.abs(began(process.get()) - Long.parseLong(parts[2])) > CLOCK_CHANGE_MILLIS;
    }

    static void removeLeftovers(DockerClient client) {
        List<Container> found = client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of(LABEL))
                .exec();
        for (Container container : found) {
            if (hasGone(String.valueOf(container.getLabels().get(LABEL)))) {
                LOG.info("Removing {}, whose process has gone", String.join(", ", container.getNames()));
                try {
                    client.removeContainerCmd(container.getId())
                            .withForce(true)
                            .withRemoveVolumes(true)
                            .exec();
                } catch (NotFoundException e) {
                    // Another process saw it, too.
                    LOG.debug("{} is gone", container.getId(), e);
                }
            }
        }
    }
}
