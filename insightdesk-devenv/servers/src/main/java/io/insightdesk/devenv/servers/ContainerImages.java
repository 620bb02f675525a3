package io.insightdesk.devenv.servers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.PullResponseItem;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.ImageNameSubstitutor;

/**
 * Makes sure that images are here before containers are started: Testcontainers pulls in silence and tries for two minutes
 * before it says that there is no such image.
 */
final class ContainerImages {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final DockerClient client;
    private final Consumer<String> progress;

    ContainerImages(DockerClient client, Consumer<String> progress) {
        this.client = client;
        this.progress = progress;
    }

    /** Pulls the image if it is not here. {@code remedy} ends the message when that fails. */
    void require(String image, String remedy) {
        DockerImageName name = ImageNameSubstitutor.instance().apply(DockerImageName.parse(image));
        if (isHere(name)) {
            return;
        }
        progress.accept("Pulling " + name.asCanonicalNameString());
        PullProgress pull = new PullProgress(name.asCanonicalNameString());
        try {
            client.pullImageCmd(name.getUnversionedPart())
                    .withTag(name.getVersionPart())
                    .exec(pull)
                    .awaitCompletion();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DevEnvironmentException("Interrupted while pulling " + image, e);
        } catch (RuntimeException e) {
            throw missing(image, e.getMessage(), e, remedy);
        }
        if (!isHere(name)) {
            throw missing(image, pull.error.get(), null, remedy);
        }
    }

    private static DevEnvironmentException missing(
            String image, @Nullable String said, @Nullable RuntimeException e, String remedy) {
        String why = said == null ? "" : ": " + said.replaceAll("\\s+", " ");
        String more = why.contains("no space left")
                ? " The engine's disk is full: «docker system prune» makes room."
                : " Check the name and the way to the registry. " + remedy;
        return new DevEnvironmentException(
                "The image " + image + " is not on this machine and could not be pulled" + why + "." + more, e);
    }

    private boolean isHere(DockerImageName name) {
        // The client itself would wait for ever for an engine that hangs.
        FutureTask<Boolean> look = new FutureTask<>(() -> inspect(name));
        Thread thread = new Thread(look, "insightdesk-devenv-images");
        thread.setDaemon(true);
        thread.start();
        try {
            return look.get(ANSWER_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new DevEnvironmentException(
                    "The container engine has not told for " + ANSWER_LIMIT.toSeconds() + " s whether it has the image "
                            + name.asCanonicalNameString() + ". It seems to hang: restart it.",
                    e);
        } catch (ExecutionException e) {
            throw refused(name, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DevEnvironmentException("Interrupted while looking for an image", e);
        }
    }

    private boolean inspect(DockerImageName name) {
        try {
            client.inspectImageCmd(name.asCanonicalNameString()).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** Docker's own exceptions, and those of the connection, which have no type of their own. */
    private static DevEnvironmentException refused(DockerImageName name, @Nullable Throwable e) {
        String said = (e == null ? "" : String.valueOf(e.getMessage())).replaceAll("\\s+", " ");
        String remedy = said.contains("client version")
                ? "The engine and Testcontainers have no version of its interface in common: update the older of the two."
                : "Is it running? «desk doctor» looks closer.";
        return new DevEnvironmentException(
                "The container engine does not tell about the image " + name.asCanonicalNameString() + ": " + said
                        + ". " + remedy,
                e);
    }

    /** Adds up what is pulled of all layers, and says so once a second. */
    private final class PullProgress extends ResultCallback.Adapter<PullResponseItem> {
        private final String image;
        private final Map<String, long[]> layers = new ConcurrentHashMap<>();
        private final AtomicLong said = new AtomicLong(System.nanoTime());
        private final AtomicReference<@Nullable String> error = new AtomicReference<>();

        PullProgress(String image) {
            this.image = image;
        }

        @Override
        public void onNext(PullResponseItem item) {
            // The engine has answered 200 by the time something goes wrong.
            if (item.getErrorDetail() != null) {
                error.set(item.getErrorDetail().getMessage());
            }
            var detail = item.getProgressDetail();
            String layer = item.getId();
            if (layer == null || detail == null || detail.getCurrent() == null || detail.getTotal() == null) {
                return;
            }
            layers.put(layer, new long[] {detail.getCurrent(), detail.getTotal()});
            long last = said.get();
            long now = System.nanoTime();
            if (now - last > PROGRESS_NANOS && said.compareAndSet(last, now)) {
                long current =
                        layers.values().stream().mapToLong(sizes -> sizes[0]).sum();
                long total =
                        layers.values().stream().mapToLong(sizes -> sizes[1]).sum();
                progress.accept("Pulling " + image + ": " + current / 1_000_000 + " of " + total / 1_000_000 + " MB");
            }
        }
    }
}
