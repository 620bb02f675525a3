package io.insightdesk.job.internal;

import io.insightdesk.internal.Ids;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a node is called in logs and in the list of workers. */
record WorkerName(String text, String host) {

    private static final Logger log = LoggerFactory.getLogger(WorkerName.class);

    /** The name of this process. */
    static WorkerName ofThisProcess() {
        String host = hostName();
        String unique = Ids.next().toString();
        return new WorkerName(
                host + "-" + ProcessHandle.current().pid() + "-" + unique.substring(unique.length() - 6), host);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("\\s", "-");
        } catch (UnknownHostException e) {
            log.debug("This machine does not know its own name", e);
            return "unknown";
        }
    }
}
