package io.insightdesk.devenv.servers;

import java.io.IOException;
import java.nio.file.Path;

/** Tells whether a process of its own gets the lock of a directory. */
final class LockMain {

    private LockMain() {}

    public static void main(String[] args) throws IOException {
        try (DirectoryLock lock = DirectoryLock.tryAcquire(Path.of(args[0]))) {
            System.out.print(lock == null ? "refused" : "locked");
        }
    }
}
