package io.insightdesk.devenv.servers;

import java.net.URI;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The only class that knows S3Proxy, so that the others load without it. */
final class S3ProxyProcess {
    private static final Logger LOG = LoggerFactory.getLogger(S3ProxyProcess.class);

    private final S3Proxy proxy;

    private S3ProxyProcess(S3Proxy proxy) {
        this.proxy = proxy;
    }

    static S3ProxyProcess start(int port, Path directory) {
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(new FilesystemNio2BlobStore(directory.toString()))
                .endpoint(URI.create("http://127.0.0.1:" + port))
                .awsAuthentication(
                        AuthenticationType.AWS_V2_OR_V4,
                        ServerDescription.S3_ACCESS_KEY,
                        ServerDescription.S3_SECRET_KEY)
                .ignoreUnknownHeaders(true)
                // It would wait for connections that clients keep open for later.
                .stopTimeout(0)
                .build();
        try {
            proxy.start();
        } catch (Exception e) {
            throw new DevEnvironmentException(
                    "The S3 server (S3Proxy) did not start on port " + port + ": " + e.getMessage()
                            + ". Is the port taken, or " + directory + " not writable?",
                    e);
        }
        return new S3ProxyProcess(proxy);
    }

    int port() {
        return proxy.getPort();
    }

    void stop() {
        try {
            proxy.stop();
        } catch (Exception e) {
            // It is on its way down with its process; what it holds is only memory.
            LOG.warn("S3Proxy did not stop in order", e);
        }
    }
}
