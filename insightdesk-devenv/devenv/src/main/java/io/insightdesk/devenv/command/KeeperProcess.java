package io.insightdesk.devenv.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;

/** The keeper of a stack as others see it: whether it lives, and how it is ended. */
final class KeeperProcess {
    private static final Duration TERM_LIMIT = Duration.ofSeconds(30);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

    private final Checkout checkout;

    KeeperProcess(Checkout checkout) {
        this.checkout = checkout;
    }

    /** Whether there is one, ready or still starting. It holds a lock until it ends, however it ends. */
    boolean isAlive() {
        return StackLock.isHeld(checkout.keeperLockFile());
    }

    /** Returns the process; empty if there is none, or if the one of that number is somebody else. */
    Optional<ProcessHandle> find() {
        return identity().flatMap(identity -> identity.find(checkout.stack()));
    }

    private Optional<KeeperIdentity> identity() {
        try {
            return Optional.of(StateFile.parseKeeper(Files.readString(checkout.keeperFile())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw CommandFailure.failed(checkout.keeperFile() + " is damaged: " + e.getMessage() + ". Delete it.", e);
        } catch (IOException e) {
            throw CommandFailure.failed(
                    checkout.keeperFile() + " cannot be read: " + e.getMessage() + ". Mend its rights.", e);
        }
    }

    /** Ends the keeper in order, by force if it does not listen; says whether there was one. */
    boolean stop() {
        if (!isAlive()) {
            return false;
        }
        Optional<ProcessHandle> process = find();
        if (process.isEmpty()) {
            // It may be about to end by itself, or not have said yet who it is.
            if (ends(KILL_LIMIT)) {
                return true;
            }
            throw CommandFailure.failed("Somebody holds " + checkout.keeperLockFile()
                    + ", and it is not known who. «fuser -v» on that file names the process; end it, then try again.");
        }
        process.get().destroy();
        if (!ends(TERM_LIMIT)) {
            process.get().destroyForcibly();
            if (!ends(KILL_LIMIT)) {
                throw CommandFailure.failed("Process " + process.get().pid()
                        + ", which runs the servers, cannot be ended. End it by hand, then try again.");
            }
        }
        return true;
    }

    private boolean ends(Duration limit) {
        long begin = System.nanoTime();
        while (isAlive()) {
            if (System.nanoTime() - begin > limit.toNanos()) {
                return false;
            }
            StackLock.pause();
        }
        return true;
    }
}
